import numpy as np
import pandas as pd
import pytest

from seatplan.demand.gaps import fill_gaps, find_gaps
from seatplan.demand.panel import build_panel
from seatplan.demand.roll_forecast import forecast_rolls
from seatplan.demand.rolls import build_rolls

HOLE = np.nan
FED = np.array([False, True, True])


def cells(*grades):
    return np.array([grades], dtype=float)


def test_a_count_missing_between_two_years_is_no_grade_that_is_not_taught():
    pupils = cells([5, HOLE, 5, 5], [5, HOLE, HOLE, 5], [5, 5, 5, 5])
    assert find_gaps(pupils)[0].tolist() == [
        [False, True, False, False],
        [False, True, True, False],
        [False] * 4,
    ]


def test_in_the_first_year_a_middle_grade_is_missing_and_a_top_grade_is_not_taught_yet():
    pupils = cells([5] * 50, [HOLE, *[5] * 49], [5] * 50, [HOLE, *[5] * 49])
    assert find_gaps(pupils)[0, :, 0].tolist() == [False, True, False, False]


def test_three_years_without_a_grade_are_no_gap():
    assert not find_gaps(cells([5, HOLE, HOLE, HOLE, 5, 5])).any()


def test_in_the_last_year_a_middle_grade_is_missing_and_a_top_grade_has_gone():
    middle = cells([5, 5, 5], [5, 5, HOLE], [5, 5, 5])
    top = cells([5, 5, 5], [5, 5, 5], [5, 5, HOLE])
    assert find_gaps(middle)[0, 1].tolist() == [False, False, True]
    assert not find_gaps(top).any()


def test_where_counts_are_often_missing_a_top_grade_is_missing_too():
    pupils = cells([5, HOLE, 5, 5], [5, 5, 5, 5], [5, 5, 5, HOLE])
    assert find_gaps(pupils)[0, 2].tolist() == [False, False, False, True]


@pytest.mark.parametrize(("gained", "missing"), [(20, True), (60, False)])
def test_a_grade_that_a_sibling_took_over_is_not_missing(gained, missing):
    # Many other counts are missing, so that a last grade that is there within two years is a gap.
    rows = np.full((8, 3, 6), 50.0)
    rows[2:, 1, 2] = HOLE
    rows[0, 2, 5], rows[1, 2, 5] = HOLE, 50.0 + gained
    assert find_gaps(rows, np.zeros(8, dtype=np.int64))[0, 2, 5] == missing


def test_a_gap_follows_the_neighbours_that_have_erred_least():
    # Cohorts keep their size, grades jump from year to year: 55 is the cohort's, the grade says 40.
    cohorts = np.array([40.0, 70, 45, 80, 55, 40, 75, 50])
    pupils = np.stack([cohorts[2 - grade : 8 - grade] for grade in range(3)])[None]
    pupils[0, 1, -1] = HOLE
    filled = fill_gaps(pupils, np.full_like(pupils, HOLE), FED)
    assert filled[0, 1, -1] == pytest.approx(75, abs=3)


def test_a_gap_is_filled_from_its_cohort_and_its_grade():
    pupils = cells([20, 20, 20], [20, HOLE, 20], [20, 20, 20])
    np.testing.assert_allclose(fill_gaps(pupils, np.full_like(pupils, HOLE), FED), 20)


def test_an_untold_count_lies_below_its_limit():
    pupils = cells([12, 12, 12], [12, HOLE, 12], [12, 12, 12])
    below = cells([HOLE] * 3, [HOLE, 10, HOLE], [HOLE] * 3)
    assert fill_gaps(pupils, below, FED)[0, 1, 1] == 9


def test_untold_counts_are_read_and_no_blanks():
    rows = [("a", grade, year, 8) for grade in ("K", "1") for year in range(2015, 2021)]
    table = pd.DataFrame(rows, columns=["unit", "grade", "year", "pupils"]).astype(str)
    table.loc[table["year"] == "2020", "pupils"] = "<10"
    rolls = build_rolls(table)
    assert rolls.years[-1] == 2020
    assert np.isfinite(build_panel(rolls).units.pupils[..., -1]).all()
    assert forecast_rolls(rolls, [2021]).total("all").iloc[0] == pytest.approx(16, abs=1.5)


def test_later_years_fill_no_gap_of_an_earlier_forecast():
    rows = [("a", "K", year, 10 * (1 + (year > 2016))) for year in (2014, 2015, 2017)]
    table = pd.DataFrame(rows, columns=["unit", "grade", "year", "pupils"])
    panel = build_panel(build_rolls(table))
    # 10 before and 20 after; what little is known of growth draws both a little to each other.
    assert panel.units.pupils[0, 0, 2] == pytest.approx(15, abs=0.1)
    assert np.isnan(panel.until(2).units.pupils[0, 0, 2])


def test_a_tenth_of_the_counts_blank_costs_little(noisy):
    random = np.random.default_rng(3)
    kept = noisy.pupils[random.random(len(noisy.pupils)) > 0.1]
    part = forecast_rolls(build_rolls(_table(noisy, kept)), [2020, 2022])
    whole = forecast_rolls(noisy, [2020, 2022])
    assert len(part.pupils) > 0.99 * len(whole.pupils)
    apart = (part.pupils - whole.pupils).abs().sum() / whole.pupils.sum()
    assert apart < 0.05


def _table(rolls, pupils):
    table = pupils.reset_index()
    return table.assign(town=table["unit"].map(rolls.parents["town"]))
