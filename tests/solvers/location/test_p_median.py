"""The p-median: published optima, enumeration, and what cannot be."""

import itertools
import os
from pathlib import Path

import numpy as np
import pytest
from benchmarks.orlib import read_pmed
from hypothesis import given, settings
from hypothesis import strategies as st

from seatplan.errors import InputError, SolveError
from seatplan.solvers.location import p_median, solve_p_median
from seatplan.solvers.stop import Meter, Stop

INSTANCES = Path(__file__).parents[1] / "instances"
LARGER = os.environ.get("SEATPLAN_INSTANCES")


def enumerate_p_median(cost, p, fixed_open=()):
    """The least cost over every choice of p sites that holds the fixed ones."""
    choices = itertools.combinations(range(cost.shape[1]), p)
    kept = (list(choice) for choice in choices if set(fixed_open) <= set(choice))
    return min(cost[:, choice].min(axis=1).sum() for choice in kept)


@pytest.mark.parametrize(("name", "optimum"), [("pmed1", 5819), ("pmed4", 3034), ("pmed6", 7824)])
def test_published_optima_are_proven(name, optimum):
    cost, p = read_pmed(INSTANCES / f"{name}.txt")
    answer = solve_p_median(cost, p, seconds=30)
    assert (answer.status, answer.cost, answer.bound) == ("optimal", optimum, optimum)
    assert answer.open.sum() == p
    # the cost is what the answer's own service costs
    assert cost[np.arange(len(cost)), answer.serving].sum() == optimum


@pytest.mark.slow
@pytest.mark.skipif(LARGER is None, reason="SEATPLAN_INSTANCES names no folder")
def test_every_larger_instance_is_proven():
    lines = (Path(LARGER) / "optimal.tsv").read_text("utf-8").splitlines()
    optima = dict(line.split("\t") for line in lines if line.startswith("pmed"))
    for name, optimum in optima.items():
        cost, p = read_pmed(Path(LARGER) / "pmed" / f"{name}.txt")
        answer = solve_p_median(cost, p, seconds=60)
        assert (name, answer.status, answer.cost) == (name, "optimal", float(optimum))


@st.composite
def small_problems(draw):
    clients, sites = draw(st.integers(1, 9)), draw(st.integers(2, 7))
    whole = draw(st.booleans())
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    cost = generator.integers(0, 30, (clients, sites)).astype(float)
    if not whole:
        cost = cost + generator.random((clients, sites))
    weight = generator.integers(0, 4, clients).astype(float)
    p = draw(st.integers(1, sites))
    fixed_open = generator.choice(sites, draw(st.integers(0, p)), replace=False)
    return cost, weight, p, fixed_open


@settings(max_examples=150, deadline=None)
@given(small_problems())
def test_enumeration_agrees(problem):
    cost, weight, p, fixed_open = problem
    answer = solve_p_median(cost, p, weight=weight, fixed_open=fixed_open, seconds=10)
    assert answer.status == "optimal"
    best = enumerate_p_median(cost * weight[:, None], p, fixed_open)
    assert answer.cost == pytest.approx(best, rel=1e-6, abs=1e-9)
    assert answer.bound <= answer.cost
    assert answer.open[fixed_open].all()
    assert answer.open.sum() == p


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_barred_links_are_never_used(seed, p):
    generator = np.random.default_rng(seed)
    cost = generator.integers(1, 50, (7, 6)).astype(float)
    cost[generator.random(cost.shape) < 0.5] = np.inf
    best = enumerate_p_median(cost, p)
    if np.isinf(best):
        with pytest.raises(SolveError, match="reach"):
            solve_p_median(cost, p, seconds=10)
    else:
        answer = solve_p_median(cost, p, seconds=10)
        assert (answer.status, answer.cost) == ("optimal", best)


def test_a_choice_that_leaves_clients_out_is_refused_with_their_number():
    # three clients, each with one site of its own: two sites always leave one client out
    cost = np.where(np.eye(3) > 0, 1.0, np.inf)
    with pytest.raises(SolveError, match=r"no 2 sites reach every client.* leaves out 1 of 3"):
        solve_p_median(cost, 2)


@pytest.mark.parametrize(
    ("p", "fixed_open", "words"),
    [
        (1, [0, 2], r"2 sites are fixed open, 1 more than p = 1"),
        (5, [], r"p = 5 is 2 more than the 3 sites there are"),
        (0, [], r"p = 0, but one site at least"),
    ],
)
def test_a_p_that_does_not_fit_is_refused_with_what_it_misses(p, fixed_open, words):
    with pytest.raises(SolveError, match=words):
        solve_p_median(np.ones((3, 3)), p, fixed_open=fixed_open)


def test_clients_without_any_site_in_reach_are_refused_with_their_number():
    with pytest.raises(SolveError, match=r"1 of 2 clients reach no site at all"):
        solve_p_median([[1.0, 2.0], [np.inf, np.inf]], 1)


def test_a_table_with_holes_is_refused():
    with pytest.raises(InputError, match="clients by sites"):
        solve_p_median([[1.0, np.nan]], 1)


@pytest.mark.parametrize(("stop", "status"), [(Stop(0.0), "effort"), (Stop(60.0, 0.0), "time")])
def test_when_the_work_is_done_or_cut_short_the_best_so_far_comes_with_its_bound(stop, status):
    generator = np.random.default_rng(1)
    places = generator.random((400, 2))
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    answer = solve_p_median(cost, 30, stop=stop)
    assert answer.status == status
    assert 0 < answer.bound < answer.cost
    assert answer.gap < 0.5


def test_progress_tells_cost_and_bound_until_they_meet():
    cost, p = read_pmed(INSTANCES / "pmed6.txt")
    seen = []
    solve_p_median(cost, p, progress=lambda *news: seen.append(news))
    bounds = [bound for _, bound, _ in seen]
    assert bounds == sorted(bounds)
    assert all(bound <= best for best, bound, _ in seen)
    assert len(seen) > 1


def test_inputs_are_unchanged_and_the_answer_is_the_same_again():
    generator = np.random.default_rng(5)
    cost = generator.random((60, 40))
    before = cost.copy()
    first, second = (solve_p_median(cost, 6, seed=3) for _ in range(2))
    np.testing.assert_array_equal(cost, before)
    np.testing.assert_array_equal(first.open, second.open)


def test_compiling_counts_as_no_work(monkeypatch):
    steps = []
    monkeypatch.setattr(p_median, "load", lambda: steps.append("load"))
    monkeypatch.setattr(p_median, "Meter", lambda stop: steps.append("meter") or Meter(stop))
    solve_p_median([[1.0, 2.0]], 1)
    assert steps == ["load", "meter"]


def test_work_is_counted_and_the_same_work_gives_the_same_answer_to_the_last_bit():
    generator = np.random.default_rng(2)
    places = generator.random((300, 2))
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    one, other = (solve_p_median(cost, 25, stop=Stop(0.01), seed=4) for _ in range(2))
    assert one.effort == other.effort > 0.01
    assert (one.cost, one.bound, one.status) == (other.cost, other.bound, other.status)
    assert one.serving.tobytes() == other.serving.tobytes()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"weight": [1.0, -1.0]}, "weight is 2 numbers of 0 or more"),
        ({"weight": [1.0, np.nan]}, "weight is 2 numbers of 0 or more"),
        ({"weight": [1.0]}, "weight is 2 numbers of 0 or more"),
        ({"fixed_open": [-1]}, "fixed_open holds positions of sites, 0 to 2; got -1"),
        ({"fixed_open": [99]}, "fixed_open holds positions of sites, 0 to 2; got 99"),
    ],
)
def test_an_argument_that_means_nothing_is_refused_by_name(asked, sentence):
    with pytest.raises(InputError, match=sentence):
        solve_p_median([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]], 1, **asked)
