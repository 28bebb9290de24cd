"""Regret of plans of the toy town, by hand."""

import pandas as pd
import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.district.stages import Label
from seatplan.district.writing import write_district
from seatplan.errors import InputError, ScenarioError
from seatplan.examples import toy_district, toy_standards
from seatplan.regret import weigh_regret
from seatplan.scenarios.interventions import Expand
from seatplan.scenarios.scenario import BASELINE, Scenario, write_scenario


def wider(rooms, year=2022):
    step = {"school": "K", "classrooms": {"kindergarten": rooms}, "year": year, "source": "toy"}
    return Scenario(f"wider-{rooms}", Label("扩建", "wider"), (Expand.model_validate(step),))


def town():
    """K has 180 seats for three cohorts of 90; in "low" nobody is born from 2018 on."""
    years = pd.RangeIndex(2015, 2027, name="year")
    births = pd.DataFrame({"low": 90.0, "medium": 90.0}, index=years)
    births.loc[2020:, "low"] = 0.0
    return toy_district().replace(births=births)


def test_regret_is_what_a_plan_is_worse_by_than_the_best():
    found = weigh_regret(town(), toy_standards(), [BASELINE, wider(3)])
    assert (found.table.regret >= 0).all()
    assert (found.table.regret.groupby("births").min() == 0).all()
    medium = found.table.xs("medium", level="births")
    # 90 children beyond the seats of K in each of 2022 to 2026
    assert medium.regret.to_dict() == {"baseline": 450, "wider-3": 0}
    assert found.plans.loc["baseline", "worst_births"] == "medium"
    assert found.plans.loc["wider-3", "worst_births"] == ""  # the best in every future
    assert found.plans.least_regret.to_dict() == {"baseline": False, "wider-3": True}
    assert found.table.idle["wider-3", "low"] > found.table.idle["wider-3", "medium"]


def test_what_is_not_there_is_refused():
    with pytest.raises(InputError, match="no births are called none"):
        weigh_regret(town(), toy_standards(), [BASELINE], births=["none"])
    with pytest.raises(ScenarioError, match="names of their own"):
        weigh_regret(town(), toy_standards(), [BASELINE, BASELINE])


def test_compare_writes_it(tmp_path):
    write_district(town(), toy_standards(), tmp_path / "data")
    write_scenario(wider(3), tmp_path / "wider.toml")
    words = ["compare", str(tmp_path / "data"), str(tmp_path / "wider.toml"), "--regret"]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    plans = pd.read_csv(tmp_path / "out" / "regret-plans.csv", index_col="scenario")
    assert plans.least_regret.to_dict() == {"baseline": False, "wider-3": True}
