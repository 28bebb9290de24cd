"""The plan's whole promise: what it adds to plan-2025, and whether seats still run short."""

from pathlib import Path

import pytest

import seatplan as sp

ROOT = Path(__file__).parents[2]
PER_CLASS = {"kindergarten": 30, "primary": 45, "junior": 50}


def test_it_holds_every_seat_that_the_plan_promises():
    plan = sp.read_scenario(ROOT / "scenarios" / "plan-2025-full.toml")
    projects = sp.read_scenario(ROOT / "scenarios" / "plan-2025.toml")
    assert plan.interventions[: len(projects.interventions)] == projects.interventions
    seats = dict.fromkeys(PER_CLASS, 0)
    for step in plan.interventions:
        for stage, rooms in step.classrooms.items():
            seats[stage] += rooms * PER_CLASS[stage]
    assert seats["kindergarten"] >= 3000  # 三(二)4: 3,000 and more
    assert 9500 <= seats["primary"] + seats["junior"] < 10_000  # 三(二)5: nearly 10,000
    assert all("synthetic" in step.source for step in plan.interventions[-10:])


@pytest.mark.slow
def test_juniors_of_2021_and_all_seniors_still_lack_seats():
    district = sp.read_district(ROOT / "data")
    standards = sp.read_standards(ROOT / "data" / "standards.toml")
    plan = sp.read_scenario(ROOT / "scenarios" / "plan-2025-full.toml")
    short = sp.evaluate(district, standards, plan).measure("district_shortage")
    assert short["junior", 2021] == 778
    assert short["junior"].loc[2024:].max() == 0
    assert short["senior"].max() == short["senior", 2024] == 2115
