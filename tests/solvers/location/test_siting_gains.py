"""The search by marginal gains, where it stops early and where it need not be asked."""

from seatplan.solvers.location import gains
from seatplan.solvers.stop import Stop

from .test_gains import one_short_block


def solve_few_sites(**terms):
    """Send every question without a budget to the search by gains."""
    return gains.solve_few_sites(**terms, listed=0)


def test_a_search_that_is_over_at_once_gives_no_bound():
    found = solve_few_sites(**one_short_block(), max_sites=1, stop=Stop(0.0))
    assert found.status == "effort"
    assert (found.shortage_bound, found.walking_bound) == (0.0, 0.0)


def test_an_interrupt_keeps_the_first_dive():
    def interrupt(*_):
        raise KeyboardInterrupt

    found = solve_few_sites(**one_short_block(), max_sites=2, progress=interrupt)
    # 4 pupils walk 100 m and 6 walk 200 m in both years: 2 x 1,600. Either site alone cures the
    # shortage, so the sum of both gains bounds nothing yet
    assert (found.status, found.shortage, found.walking) == ("time", 0.0, 3200.0)
    assert found.walking_bound == 0.0


def test_the_gap_left_is_no_more_than_was_asked_for():
    found = solve_few_sites(**one_short_block(), max_sites=1, gap=0.005)
    assert found.status == "optimal"
    assert found.gap <= 0.005


def test_the_bound_told_keeps_below_the_best():
    told = []
    solve_few_sites(**one_short_block(), max_sites=1, progress=lambda *news: told.append(news))
    assert told
    assert all(bound <= best for best, bound, _ in told)


def test_money_leaves_the_search_to_the_cuts():
    # 3 a year for a school of 6: it opens in the second year, and 6 go without a seat in the first
    found = solve_few_sites(**one_short_block(), price=[[6.0], [6.0]], budget=[3.0, 3.0])
    assert sorted(found.year.tolist()) == [-1, 1]
    assert found.shortage == 6.0
