"""What holds in every town: random small towns, each under both policies by turns.

Twelve towns in every run, sixty in the slow one; a town that fails is named by its number.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from seatplan.district.district import District
from seatplan.outcome import Outcome, Policy, evaluate
from seatplan.results import tabulate
from seatplan.scenarios.areas import Rezone, SetLimit, SetTakeUp
from seatplan.scenarios.scenario import Scenario
from tests.random_towns import RULES, add_room, draw_town, halve, rename, shuffle
from tests.test_results import check_conservation, check_sums

FEW, MANY = range(12), range(60)
KEYS = {"schools": ["school", "stage", "year"], "grades": ["school", "grade", "year"]}
KEYS |= {"blocks": ["block", "stage", "year"], "places": ["level", "place", "stage", "year"]}


def run(
    town: District, number: int, scenario: Scenario | None = None, overflow: str = ""
) -> Outcome:
    policy = Policy(overflow=overflow or ("stay", "move")[number % 2])
    plan = {} if scenario is None else {"scenario": scenario}
    return evaluate(town, RULES, policy=policy, **plan)


def lay(outcome: Outcome, name: str, **ids: dict[str, str]) -> pd.DataFrame:
    """A table of an outcome in the order of its labels; `ids` renames blocks and schools."""
    table = getattr(tabulate(outcome), name).reset_index()
    for column in {"block", "school"} & set(table.columns):
        table[column] = table[column].map({one: one for one in table[column]} | ids.get(column, {}))
    return table.sort_values(KEYS[name], ignore_index=True)


def check_rows(today: Outcome, number: int) -> None:
    """The order of the rows of every table changes no figure."""
    again = run(shuffle(draw_town(number), number), number)
    for name in KEYS:
        pd.testing.assert_frame_equal(lay(today, name), lay(again, name))


def check_names(today: Outcome, number: int) -> None:
    """What blocks and schools are called changes no figure."""
    town, blocks, schools = rename(draw_town(number), number)
    again = run(town, number)
    for name in KEYS:
        renamed = lay(today, name, block=blocks, school=schools)
        pd.testing.assert_frame_equal(renamed, lay(again, name))


def check_halves(today: Outcome, number: int) -> None:
    """A block cut in two at one place moves nobody."""
    again = run(halve(draw_town(number), number), number)
    np.testing.assert_allclose(
        again.assignment.by_school(), today.assignment.by_school(), atol=1e-5
    )


def check_nothing(today: Outcome, number: int) -> None:
    """Steps that change nothing leave every figure as it was."""
    town = draw_town(number)
    year = town.base_year + 1
    block = town.blocks.index[number % 6]
    school = town.catchments[block, "primary", town.base_year]
    steps = (
        Rezone(year=year, source="t", stage="primary", school=school, blocks=[block]),
        SetLimit(year=year, source="t", code="class-size", limit={"primary": 45}),
        SetTakeUp(year=year, source="t", stage="junior", rate=1.0),
    )
    again = run(town, number, Scenario("nothing", interventions=steps))
    for name in KEYS:
        pd.testing.assert_frame_equal(lay(today, name), lay(again, name))


def check_seats(_: Outcome, number: int) -> None:
    """Under "move" nobody sits beyond the seats, and all sit where the seats suffice."""
    outcome = run(draw_town(number), number, overflow="move")
    base = outcome.district.base_year
    schools = outcome.balance.schools
    later = schools[schools.index.get_level_values("year") > base]
    assert (later.pupils <= later.seats).all()
    places = outcome.balance.places.xs("district", level="level")
    places = places[places.index.get_level_values("year") > base]
    assert (places.unplaced == (places.residents - places.seats).clip(lower=0)).all()


def check_more_seats(_: Outcome, number: int) -> None:
    """A room more leaves nobody more unplaced in the year in which it opens."""
    town = draw_town(number)
    first = town.base_year + 1
    few, more = (
        run(one, number, overflow="move").balance.places.xs(
            ("district", first), level=("level", "year")
        )
        for one in (town, add_room(town, number))
    )
    assert (more.unplaced <= few.unplaced).all()
    assert more.seats.sum() > few.seats.sum()


CHECKS: list[Callable[[Outcome, int], None]] = [
    check_rows,
    check_names,
    check_halves,
    check_nothing,
    check_seats,
    check_more_seats,
]


@pytest.mark.parametrize("number", FEW)
def test_parts_add_up_and_one_invariant_holds(number: int):
    today = run(draw_town(number), number)
    check_conservation(today)
    check_sums(today)
    turn = number // 2 + 3 * (number % 2)  # every check meets both policies
    CHECKS[turn % len(CHECKS)](today, number)


def test_half_a_resident_hangs_on_no_order_of_schools():
    # one of a thousand towns: 301.5 live in the catchments of a stage and year
    check_rows(run(draw_town(6117), 6117), 6117)


@pytest.mark.slow
@pytest.mark.parametrize("number", MANY)
def test_parts_add_up_and_every_invariant_holds(number: int):
    today = run(draw_town(number), number)
    check_conservation(today)
    check_sums(today)
    for check in CHECKS:
        check(today, number)
