"""A run of last year followed again, on the files of today."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.decisions import carry_over, read_decisions
from seatplan.district.reading import read_district
from seatplan.district.writing import write_district
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import Policy, evaluate
from seatplan.results import write_run
from seatplan.scenarios.interventions import Expand
from seatplan.scenarios.scenario import Scenario
from tests.monitoring.made_up import close_a, plan


def make_run(folder: Path) -> Path:
    """A run of two steps, pupils moved on, and the town that it saw."""
    write_district(toy_district(), toy_standards(), folder / "town")
    rooms = {"primary": 1}
    steps = [Expand(year=year, school="A", classrooms=rooms, source="toy") for year in (2021, 2023)]
    plan = Scenario("plan", interventions=tuple(steps))
    district, policy = read_district(folder / "town"), Policy(overflow="move")
    outcome = evaluate(district, toy_standards(), plan, policy=policy)
    write_run(outcome, folder / "run", by="张三")
    return folder / "run" / "decisions.toml"


def test_a_run_is_followed_again_on_the_files_of_today(tmp_path: Path):
    path = make_run(tmp_path)
    decisions = read_decisions(path)
    assert (decisions.by, decisions.overflow, decisions.births) == ("张三", "move", "medium")
    same = carry_over(decisions, read_district(tmp_path / "town"))
    assert same.scenario == decisions.scenario
    assert (same.done, same.changed, same.gone, same.new) == (0, (), (), ())
    later = toy_district().replace(base_year=2022, inputs={"rolls.csv": "x"})
    found = carry_over(decisions, later)
    assert [step.year for step in found.scenario.interventions] == [2023]
    assert found.done == 1
    assert "schools.geojson" in found.gone
    steps = (*plan(2022).interventions, *close_a(2022).interventions)
    late = carry_over(replace(decisions, scenario=Scenario("late", interventions=steps)), later)
    assert late.late == ("N1", "A")  # neither has come
    assert [step.year for step in late.scenario.interventions] == [2023, 2023]


def test_steps_that_were_not_decided_on_are_refused(tmp_path: Path):
    path = make_run(tmp_path)
    steps = path.with_name("scenario.toml")
    steps.write_text(steps.read_text("utf-8").replace("2023", "2024"), "utf-8")
    with pytest.raises(InputError, match="not the steps that were decided on"):
        read_decisions(path)
    path.write_text("a = 1", "utf-8")
    with pytest.raises(InputError, match="says nothing of what was decided"):
        read_decisions(path)


@pytest.mark.slow
def test_the_verb_tells_what_is_not_as_it_was(tmp_path: Path):
    path, out = make_run(tmp_path), str(tmp_path / "again")
    births = tmp_path / "town" / "population" / "births.csv"
    births.write_text(births.read_text("utf-8-sig").replace("90", "91"), "utf-8")
    words = ["evaluate", str(tmp_path / "town"), "--out", out, "--replay", str(path)]
    done = CliRunner().invoke(app, [*words, "--language", "en"])
    assert done.exit_code == 0, done.output
    assert "decided by 张三" in done.output
    assert "not as they were: population/births.csv" in done.output
    assert '"move"' in (tmp_path / "again" / "plan" / "run.json").read_text("utf-8")
    twice = CliRunner().invoke(app, [*words, "--scenario", str(path.with_name("scenario.toml"))])
    assert twice.exit_code == 2
