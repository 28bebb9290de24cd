"""Regularised problems over pairs that are found, against all pairs listed."""

import numpy as np
import pytest

from seatplan.solvers.transport.columns import solve_by_columns
from seatplan.solvers.transport.pairs import Pairs, list_pairs
from seatplan.solvers.transport.regularised import solve_regularised


def finder(table, asked):
    """Find pairs in a table of ways, as `Find` says."""

    def find(price, offered, few, below):
        asked.append(few)
        ground = np.where(offered, table + price, np.inf)
        kept = ground < below[:, None]
        if few is not None and few < table.shape[1]:
            kept &= ground <= np.partition(ground, few - 1, axis=1)[:, few - 1, None]
        block, school = np.nonzero(kept)
        return Pairs(block, school, table[block, school], *table.shape)

    return find


def make_town(seed, blocks=60, schools=9, grades=3):
    """Blocks about schools, some of them far too full, others half empty; some zoned."""
    random = np.random.default_rng(seed)
    homes, gates = random.uniform(0, 5_000, (blocks, 2)), random.uniform(0, 5_000, (schools, 2))
    table = np.round(np.hypot(*(homes[:, None] - gates).transpose(2, 0, 1)), 6)
    zone = table.argmin(axis=1)
    table += 7_000.0 * (np.arange(schools) != zone[:, None]) * (np.arange(schools) < schools - 2)
    pupils = random.uniform(0, 20, (grades, blocks)) * (random.uniform(size=blocks) < 0.9)
    seats = random.uniform(0.1, 1.0, (grades, schools))
    seats[0, 1] = 0.0
    return table, pupils, seats * (pupils.sum(axis=1) / seats.sum(axis=1))[:, None]


def lay_out(pairs, answer):
    flows = np.zeros((len(answer.flows), pairs.blocks, pairs.schools))
    flows[:, pairs.block[answer.pair], pairs.school[answer.pair]] = answer.flows
    return flows


def first_pairs(table, seats):
    """The nearest school with seats of each block and grade."""
    near = [np.where(room > 0, table, np.inf).argmin(axis=1) for room in seats]
    keys = np.unique(np.concatenate([np.arange(len(table)) * table.shape[1] + n for n in near]))
    block, school = np.divmod(keys, table.shape[1])
    return Pairs(block, school, table[block, school], *table.shape)


@pytest.mark.parametrize("seed", range(8))
def test_the_plan_is_that_over_all_pairs(seed):
    table, pupils, seats = make_town(seed)
    ways = list_pairs(table)
    expected = lay_out(ways, solve_regularised(pupils, seats, ways, equal=True))
    asked: list[int | None] = []
    found = solve_by_columns(pupils, seats, first_pairs(table, seats), finder(table, asked))
    np.testing.assert_allclose(lay_out(*found), expected, atol=1e-7)
    assert len(found[0].block) < len(ways.block)
    assert None in asked  # whether any pair at all is missing is what is asked last


def test_the_order_of_blocks_and_schools_decides_nothing():
    table, pupils, seats = make_town(3)
    random = np.random.default_rng(0)
    rows, columns = random.permutation(len(table)), random.permutation(table.shape[1])
    plain = lay_out(*solve_by_columns(pupils, seats, first_pairs(table, seats), finder(table, [])))
    other = table[np.ix_(rows, columns)]
    room = seats[:, columns]
    shuffled = solve_by_columns(pupils[:, rows], room, first_pairs(other, room), finder(other, []))
    np.testing.assert_allclose(
        lay_out(*shuffled), plain[:, rows][:, :, columns], rtol=0, atol=1e-10
    )


def test_what_every_school_holds_is_its_seats_and_every_block_is_seated():
    table, pupils, seats = make_town(5)
    flows = lay_out(*solve_by_columns(pupils, seats, first_pairs(table, seats), finder(table, [])))
    np.testing.assert_allclose(flows.sum(axis=1), seats, atol=1e-6)
    np.testing.assert_allclose(flows.sum(axis=2), pupils, atol=1e-6)


@pytest.mark.parametrize("guessed", ["the answer", "nothing", "pairs at random"])
def test_what_is_guessed_changes_no_figure(guessed):
    table, pupils, seats = make_town(2)
    first = first_pairs(table, seats)
    plain, answer = solve_by_columns(pupils, seats, first, finder(table, []))
    random = np.random.default_rng(0)

    def guess(*_):
        keys = {
            "the answer": (plain.block * table.shape[1] + plain.school)[answer.pair],
            "nothing": np.empty(0, np.int64),
            "pairs at random": np.unique(random.integers(0, table.size, 40)),
        }[guessed]
        block, school = np.divmod(keys, table.shape[1])
        return Pairs(block, school, table[block, school], *table.shape)

    found = solve_by_columns(pupils, seats, first, finder(table, []), guess=guess)
    np.testing.assert_allclose(lay_out(*found), lay_out(plain, answer), atol=1e-7)


def test_the_answer_as_a_guess_saves_searches():
    table, pupils, seats = make_town(2, blocks=300, schools=40, grades=1)
    first = first_pairs(table, seats)
    before: list[int | None] = []
    plain, answer = solve_by_columns(pupils, seats, first, finder(table, before))
    block, school = plain.block[answer.pair], plain.school[answer.pair]
    likely = Pairs(block, school, table[block, school], *table.shape)
    after: list[int | None] = []
    solve_by_columns(pupils, seats, first, finder(table, after), guess=lambda *_: likely)
    assert len(after) < len(before) / 2
