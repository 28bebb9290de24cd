import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from seatplan.demand.backtest import backtest, name_sizes
from seatplan.demand.baselines import METHODS
from seatplan.demand.panel import build_panel
from seatplan.demand.roll_forecast import add_births
from seatplan.demand.rolls import read_rolls
from seatplan.errors import InputError


@pytest.fixture(scope="module")
def rural(sussex):
    return backtest(sussex, leads=(1, 3), draws=100)


def test_a_steady_town_is_forecast_without_error(steady):
    table = backtest(steady, leads=(1, 2), draws=0).table
    assert table["wape"].max() < 0.5


def test_last_value_errors_are_those_worked_out_by_hand(noisy):
    panel = build_panel(noisy)
    cells = panel.units.pupils
    pairs = [(cells[..., origin], cells[..., origin + 3]) for origin in range(4, 7)]
    error = sum(np.abs(end - start).sum() for start, end in pairs)
    wape = 100 * error / sum(end.sum() for _, end in pairs)
    table = backtest(noisy, leads=(3,), methods=("last_value",), draws=0)
    assert table.wape("grade").loc["last_value", 3] == pytest.approx(wape)


def test_every_method_level_and_lead_has_its_row(rural):
    levels = {"grade", "unit", "district", "county", "all"}
    whole = rural.table[rural.table["size"] == "all"]
    assert len(whole[whole["level"] != "new grade"]) == len(METHODS) * len(levels) * 2
    assert set(whole["level"]) == levels | {"new grade"}


def test_the_sizes_add_up_to_all(rural):
    rows = rural.table[(rural.table["level"] == "unit") & (rural.table["lead"] == 1)]
    cells = rows[rows["method"] == "seatplan"].set_index("size")["cells"]
    assert cells["all"] == cells.drop("all").sum()


def test_a_rural_county_is_forecast_better_than_by_cohort_survival(rural):
    for level in ("grade", "unit"):
        wape = rural.wape(level)
        assert (wape.loc["seatplan"] < 0.9 * wape.loc["cohort_survival_3"]).all()


def test_coverage_is_reported_by_level_and_interval(rural):
    rows = rural.coverage[rural.coverage["size"] == "all"]
    assert (rows["low"] <= rows["covered"] + 1e-9).all()
    assert (rows["covered"] <= rows["high"] + 1e-9).all()
    assert rows["level"].unique().tolist() == ["all", "county", "district", "unit", "grade"]
    assert len(rows) == 5 * 2 * 2
    inner = rows[rows["interval"] == 80].set_index(["level", "lead"])["covered"]
    outer = rows[rows["interval"] == 95].set_index(["level", "lead"])["covered"]
    assert (outer >= inner).all()
    # One county, two years of hindcasts to fit to at first: the whole's shock is Student's t with
    # two degrees of freedom, and 80 % intervals of schools hold 90 and 99 %, too wide
    # (docs/forecasting.md says so). The whole panel is held to narrow bounds below.
    assert inner[["unit", "grade"]].between(75, 99).all()


def test_years_can_be_scored_apart(sussex):
    before = backtest(sussex, leads=(1,), methods=("seatplan",), targets=range(2013, 2020), draws=0)
    everything = backtest(sussex, leads=(1,), methods=("seatplan",), draws=0)
    # Origins 2016 to 2018 against 2016 to 2021.
    assert before.table["cells"].max() < 0.6 * everything.table["cells"].max()


def test_sizes_have_names():
    assert name_sizes(np.array([3.0, 25.0, 100.0]), (25.0, 100.0)).tolist() == [
        "<25",
        "25-99",
        "100+",
    ]


@pytest.mark.parametrize("leads", [[0], [-1, 1], [99], []])
def test_leads_that_no_year_on_record_answers_are_refused(steady, leads):
    with pytest.raises(InputError, match=r"leads: .*years on record take leads from 1 to"):
        backtest(steady, leads=leads, draws=0)


def test_unknown_methods_and_short_records_are_refused(steady):
    with pytest.raises(InputError, match="no magic"):
        backtest(steady, methods=("magic",))
    with pytest.raises(InputError, match="5 years on record"):
        backtest(steady.until(2016))


FLOOR = {  # WAPE %, leads 1, 3, 5, on the whole New Jersey panel
    ("school", "grade"): (6.6, 11.6, 15.0),
    ("school", "unit"): (3.8, 7.8, 11.3),
    ("district", "grade"): (4.3, 7.6, 10.4),
    ("district", "unit"): (2.15, 4.2, 6.1),
}


@pytest.mark.slow
def test_the_whole_panel_keeps_below_the_floor_and_quick(new_jersey, new_jersey_districts):
    start = time.process_time()
    tables = {
        name: backtest(rolls, methods=("seatplan",), draws=0)
        for name, rolls in (("school", new_jersey), ("district", new_jersey_districts))
    }
    assert time.process_time() - start < 20
    for (name, level), floor in FLOOR.items():
        wape = tables[name].wape(level).loc["seatplan", [1, 3, 5]]
        assert (wape < pd.Series(floor, index=[1, 3, 5])).all(), (name, level, wape)
    schools = tables["school"].table
    five = schools[(schools["level"] == "unit") & (schools["lead"] == 5)]
    # measured: 3.05 %
    assert abs(five[five["size"] == "all"]["bias"].iloc[0]) < 3.2


@pytest.mark.slow
def test_intervals_hold_on_the_whole_panel(new_jersey):
    table = backtest(new_jersey, leads=(1, 2, 3, 4), methods=("last_value",), draws=300).coverage
    own = table[(table["size"] == "all") & table["level"].isin(["unit", "grade"])]
    covered = own.set_index("interval")["covered"]
    # Schools four years ahead, seen from three autumns, are the widest: 84 of 80.
    assert covered[80].between(76, 85).all()
    assert covered[95].between(93, 97).all()


@pytest.mark.slow
def test_births_that_turn_are_worth_a_third_of_englands_error():
    folder = Path(__file__).parents[2] / "data" / "sources" / "enrolment"
    rolls = read_rolls(folder / "england_pupils.csv")
    wide = pd.read_csv(folder / "england_births.csv", dtype={"area": str})
    births = wide.melt("area", var_name="year", value_name="births").dropna()
    births = births.rename(columns={"area": "unit"}).astype({"year": int})
    known = add_births(build_panel(rolls), births, entry_age=4, births_month=6)
    methods = ("seatplan", "cohort_survival_3")
    told = backtest(rolls, (1, 3, 5), methods, draws=0, panel=known).wape("unit")
    # Totals of authorities: 0.47, 1.11 and 1.93 %, cohort survival 0.52, 1.49 and 2.80.
    assert (told.loc["seatplan"] < [0.5, 1.2, 2.1]).all()
    assert (told.loc["seatplan"] < told.loc["cohort_survival_3"]).all()
