"""Draws of two schools brought to two blocks; every figure can be worked out by hand."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from seatplan.demand.ensemble import PART
from seatplan.district.district import District
from seatplan.draws import evaluate_draws
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import evaluate
from seatplan.seating.pairs import Pairs
from seatplan.seating.spreading import Spreading, _draw_ratios, _weigh_schools, draw_demand

DISTRICT, STANDARDS = toy_district(), toy_standards()
BLOCKS, SCHOOLS = pd.Index(["b1", "b2", "b3"]), pd.Index(["A", "B"])
AXES: Any = SimpleNamespace(
    blocks=BLOCKS, schools=SCHOOLS, stages=("primary",), grades=("g1",), years=[2020, 2021, 2022]
)


def draw_part(centre: list[float], drawn: list[list[float]]) -> np.ndarray:
    """Ratios of units (rows) of one grade in one year, unit + 1 x draw."""
    source = SimpleNamespace(
        shocks=[SimpleNamespace(centre=np.array(centre)[:, None])],  # (unit, grade) of one lead
        draw_part=lambda number: np.array(drawn).T[:, :, None, None] * (number + 1),
    )
    return _draw_ratios(cast(Any, source), 0)[:, 0, 0]


def test_a_draw_of_a_school_counts_over_its_own_forecast():
    # 0.5 and 1.5 pupils are forecast; the last row is both together: 2.5 and 3.25 over 2
    ratios = draw_part([0.5, 1.5], [[1.0, 0.25], [1.5, 3.0]])
    np.testing.assert_allclose(ratios, [[2.0, 0.5], [1.0, 2.0], [1.25, 1.625]])


def test_a_school_that_is_forecast_to_have_nobody_follows_all_together():
    ratios = draw_part([0.5, 0.0], [[1.0, 0.25], [0.0, 0.0]])
    np.testing.assert_allclose(ratios, [[2.0, 0.5], [2.0, 0.5], [2.0, 0.5]])


def test_where_nobody_at_all_is_forecast_a_draw_changes_nothing():
    np.testing.assert_array_equal(draw_part([0.0, 0.0], [[0.0], [0.0]]), np.ones((3, 1)))


def weigh(flows: list[list[float]], units: list[str]) -> list[np.ndarray]:
    """Shares of the first grade by year, block x (unit + 1), of b1-A, b1-B and b2-B."""
    pairs = Pairs(np.array([0, 0, 1]), np.array([0, 1, 1]), 3, 2)
    table = np.array(flows)[:, None, :]
    case = SimpleNamespace(axes=AXES)
    assignment = SimpleNamespace(pairs={"primary": pairs}, flows={"primary": table})
    (years,) = _weigh_schools(cast(Any, case), cast(Any, assignment), pd.Index(units))
    return [year.toarray() for year in years]


def test_a_block_is_weighed_by_the_schools_in_which_its_pupils_sit():
    # b1 has 0.5 pupils at A and 1.5 at B in 2020, none but B's in 2021; b3 has nobody
    years = weigh([[0.5, 0, 3], [1.5, 2, 1], [0.25, 4, 1]], ["A", "B"])
    assert len(years) == 3
    np.testing.assert_allclose(years[0], [[0.25, 0.75, 0], [0, 1, 0], [0, 0, 1]])
    np.testing.assert_allclose(years[1], [[0, 1, 0], [0, 1, 0], [0, 0, 1]])
    np.testing.assert_allclose(years[2], [[0.75, 0.25, 0], [0, 1, 0], [0, 0, 1]])


def test_a_school_without_a_record_follows_the_district():
    first = weigh([[0.5, 0, 3], [1.5, 2, 1], [0.25, 4, 1]], ["B"])[0]
    np.testing.assert_allclose(first, [[0.75, 0.25], [1, 0], [0, 1]])


def spread(leads: int = 1, grade: int = 0) -> Spreading:
    """b1 is A's, b2 half A's and half B's, b3 nobody's; a draw of A is its number, of B is 10."""

    def ratios(number: int) -> np.ndarray:
        table = np.empty((3, 1, leads, PART))
        table[0] = number * PART + np.arange(PART)
        table[0] += 1_000 * np.arange(leads)[:, None]
        table[1], table[2] = 10.0, 3.0
        return table

    from scipy import sparse

    shares = sparse.csr_array(np.array([[1, 0, 0], [0.5, 0.5, 0], [0, 0, 1.0]]))
    return Spreading(ratios, [[shares] * 3], np.array([grade]), 1, AXES)


def test_draws_are_the_same_in_whatever_parts_they_are_asked_for():
    factors = spread().make(PART - 2, PART + 1)
    assert factors.shape == (3, 1, 3, 3)
    # 2020 is on record; of 2022 nothing else is drawn than of 2021
    np.testing.assert_array_equal(factors[:, 0, 0], np.ones((3, 3)))
    for year in (1, 2):
        np.testing.assert_allclose(factors[0, 0, year], [PART - 2, PART - 1, PART])
        np.testing.assert_allclose(
            factors[1, 0, year], np.array([PART + 8, PART + 9, PART + 10]) / 2
        )
        np.testing.assert_allclose(factors[2, 0, year], 3.0)


def test_every_year_has_the_draw_of_its_own_lead():
    factors = spread(leads=2).make(4, 5)
    assert factors[0, 0, :, 0].tolist() == [1, 4, 1_004]
    assert spread(leads=5).make(4, 5)[0, 0, :, 0].tolist() == [1, 4, 1_004]


def test_a_part_that_ends_with_the_draws_is_the_last_that_is_made():
    asked = []
    made = spread()
    watched = Spreading(
        lambda number: asked.append(number) or made.ratios(number),
        made.matrices,
        made.grade,
        made.first,
        AXES,
    )
    assert watched.make(PART, 2 * PART).shape[-1] == PART
    assert asked == [1]


def test_a_grade_that_the_rolls_do_not_have_stays_as_forecast():
    np.testing.assert_array_equal(spread(grade=-1).make(0, 2), np.ones((3, 1, 3, 2)))


@pytest.mark.parametrize("number", [0, 2])
def test_each_part_has_draws_of_its_own(number: int):
    first = number * PART
    np.testing.assert_allclose(
        spread().make(first, first + PART)[0, 0, 1], np.arange(first, first + PART)
    )


def test_a_school_draws_what_its_own_unit_does_and_without_a_record_what_all_do():
    made = spread(leads=2)
    pull = made.pull(pd.Index(["A", "B"]), pd.Index(["A", "B", "new"]), slice(0, 1), 4, 6)
    assert pull.shape == (3, 1, 3, 2)
    assert pull[:, 0, 0].tolist() == [[1, 1]] * 3  # on record
    assert pull[:, 0, 1].tolist() == [[4, 5], [10, 10], [3, 3]]
    assert pull[0, 0, 2].tolist() == [1_004, 1_005]
    assert made.pull(pd.Index(["A"]), pd.Index(["A"]), slice(0, 1), 0, 1)[0, 0, 1, 0] == 1e-3
    other = spread(grade=-1)
    assert (other.pull(pd.Index(["A"]), pd.Index(["A"]), slice(0, 1), 4, 5) == 1).all()


def with_history() -> District:
    """The toy town with eight years of rolls, growing to what they are."""
    rng = np.random.default_rng(3)
    rolls = []
    for back in range(8):
        noise = np.exp(rng.normal(0, 0.05 * (back > 0), len(DISTRICT.rolls)))
        pupils = (DISTRICT.rolls.pupils * (1.0 - 0.02 * back) * noise).round().astype(int)
        past = DISTRICT.rolls.assign(pupils=pupils)
        rolls.append(past.rename(lambda year, back=back: year - back, level="year"))
    return DISTRICT.replace(rolls=pd.concat(rolls))


@pytest.mark.slow
def test_draws_lie_about_the_forecast():
    district = with_history()
    central = evaluate(district, STANDARDS).measure("pupils")
    draws = draw_demand(district, STANDARDS, n=100, seed=1)
    assert draws.basis == "rolls"
    factors, first = draws.factors(0, 3), STANDARDS.grades.index("g1")
    assert (factors[:, :, 0] == 1).all()  # on record
    assert (factors[:, first, 1] != 1).all()
    table = evaluate_draws(district, STANDARDS, draws=draws).measure("pupils")
    assert table["q50"].to_numpy() == pytest.approx(central.to_numpy(), rel=0.06)
    assert (table["q05"] < table["q95"])[central.index.get_level_values("year") > 2021].all()
