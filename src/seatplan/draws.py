"""The hallway for many futures: the model followed in each, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.case.case import Case, prepare
from seatplan.demand.agreement import forecast_demand
from seatplan.demand.draws import Basis, DemandDraws
from seatplan.district.district import District
from seatplan.district.standards import DEFAULT_POLICY, Policy, Standards
from seatplan.errors import InputError
from seatplan.files import suggest
from seatplan.labels import Floats, Ints
from seatplan.measures.draws import DRAW_MEASURES, DrawValues
from seatplan.measures.tally import lay_tally
from seatplan.memory import split_range
from seatplan.outcome import Outcome
from seatplan.scenarios.scenario import BASELINE, Scenario
from seatplan.seating.assignment import Course, plan_courses
from seatplan.seating.catchments import Catchments, draw_catchments
from seatplan.seating.classes import count_held
from seatplan.seating.draws import seat_draws
from seatplan.seating.origins import fit_origins
from seatplan.solvers.threads import spread
from seatplan.travel.costs import TravelCosts

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
CACHE_BYTES = 32_000_000  # of the pupils of one part; larger ones leave the processor's cache


@dataclass(frozen=True)
class OutcomeDraws:
    """What many futures say of one scenario, without the futures themselves.

    Parameters
    ----------
    case
        What the scenario means for the district; it is the same in all futures.
    scenario
        The steps.
    count
        How many futures there are.
    quantiles
        The shares of futures that the columns q05, q50 and so on are named after.
    tables
        By the name of a measure; see `measure`.
    basis
        What the futures rest on, as `DemandDraws.basis`.
    limits
        Index (`code`, `school`, `stage`, `year`), for every upper limit on class sizes and school
        sizes ("" where there is no stage): limit, chance (share of futures in which it is passed,
        by any grade of the stage), expected (classes above it in the mean, or pupils above it).
    """

    case: Case
    scenario: Scenario
    count: int
    quantiles: tuple[float, ...]
    tables: Mapping[str, pd.DataFrame]
    limits: pd.DataFrame
    basis: Basis = "given"

    def measure(self, name: str) -> pd.DataFrame:
        """Return a measure over all futures, labelled along its own dimensions.

        Columns: mean; a quantile each, q05 being the least number that one future in twenty does
        not pass; and for what is missing, chance: the share of futures in which it is above 0.

        Raises
        ------
        InputError
            No measure of draws has that name (see `measures.draws.DRAW_MEASURES`).
        """
        if name not in self.tables:
            raise InputError(
                f"no measure of draws is called {name}{suggest(name, self.tables)}; there are "
                f"{', '.join(self.tables)}"
            )
        return self.tables[name]

    def __repr__(self) -> str:
        """Say which scenario of which district it is, and how many futures."""
        district = self.case.district
        return f"OutcomeDraws({self.scenario.name}, {district.name.en}, {self.count} futures)"


def evaluate_draws(
    district: District,
    standards: Standards,
    scenario: Scenario = BASELINE,
    *,
    draws: DemandDraws,
    policy: Policy = DEFAULT_POLICY,
    costs: TravelCosts | None = None,
    quantiles: Sequence[float] = QUANTILES,
    part_bytes: float = CACHE_BYTES,
) -> OutcomeDraws:
    """Follow the pupils of many futures to their seats under a scenario.

    Each future goes the way that `evaluate` goes with its forecast: pupils follow their cohorts and
    catchments, are rounded to whole children and form whole classes. Homes of the pupils on record
    and catchments are those of the forecast without draws: a bureau draws its map once. Futures are
    worked through in parts, and of each only the figures that quantiles need are kept: 4 bytes for
    every figure of a school or stage in a year.

    Parameters
    ----------
    draws
        The futures, such as `draw_demand` makes.
    policy
        As for `evaluate`. With `overflow` "move" each future is seated on its own, which takes as
        long as that many evaluations of the assignment.
    costs
        The ways of an earlier outcome of the same district, which save measuring them again.
    quantiles
        Shares of futures, above 0 and up to 1.
    part_bytes
        Memory of the pupils of one part, bytes. It changes no figure.

    Raises
    ------
    InputError
        The draws are of other blocks, grades or years, a quantile makes no sense, or memory cannot
        hold what is kept.
    """
    if wrong := [share for share in quantiles if not 0 < share <= 1]:
        raise InputError(f"quantiles: {wrong[0]}; want shares above 0 and up to 1")
    futures = lay_draws(district, standards, scenario, draws=draws, policy=policy, costs=costs)
    tally = lay_tally(futures.case, draws.count)

    def work(part: slice) -> Mapping[str, Ints]:
        return tally.enter(part, futures.follow(part))

    parts = split_range(draws.count, futures.bytes_each, part_bytes)
    passed = spread(work, parts, is_large=True)
    shares = tuple(quantiles)
    tables = {name: tally.sum_up(name, shares) for name in DRAW_MEASURES}
    limits = tally.list_limits(passed)
    return OutcomeDraws(futures.case, scenario, draws.count, shares, tables, limits, draws.basis)


@dataclass(frozen=True)
class DrawCase:
    """Many futures of a scenario, ready to be followed part by part.

    Parameters
    ----------
    case
        What the scenario means for the district; it is the same in all futures.
    count
        How many futures there are.
    follow
        Seats the pupils of a slice of them. A future comes out alike in whatever part it stands.
    bytes_each
        Memory that the pupils of one take.
    """

    case: Case
    count: int
    follow: Callable[[slice], DrawValues]
    bytes_each: int

    def parts(self, first: int, last: int | None, part_bytes: float) -> Iterator[slice]:
        """Split the futures from `first` up to `last` without it, or to the end."""
        end = self.count if last is None else last
        for part in split_range(end - first, self.bytes_each, part_bytes):
            yield slice(first + part.start, first + part.stop)


def lay_draws(
    district: District,
    standards: Standards,
    scenario: Scenario = BASELINE,
    *,
    draws: DemandDraws,
    policy: Policy = DEFAULT_POLICY,
    costs: TravelCosts | None = None,
) -> DrawCase:
    """Find what all futures share: the case, the homes on record, catchments and courses.

    Parameters and errors are those of `evaluate_draws`.
    """
    case = prepare(district, standards, scenario, policy=policy, ways=costs)
    forecast = forecast_demand(case, district)
    origins = fit_origins(case, forecast)
    catchments = draw_catchments(case, forecast, origins)
    courses = plan_courses(case, origins, catchments)
    pupils = forecast.cube(case.axes.grades)
    check_labels(case, draws)

    def follow(part: slice) -> DrawValues:
        return _follow_part(case, catchments, courses, pupils, draws, part)

    return DrawCase(case, draws.count, follow, pupils.nbytes)


def lay_like(outcome: Outcome, draws: DemandDraws, scenario: Scenario = BASELINE) -> DrawCase:
    """Lay futures out with the district, rules, policy and ways of an outcome."""
    return lay_draws(
        outcome.district,
        outcome.standards,
        scenario,
        draws=draws,
        policy=outcome.policy,
        costs=outcome.costs,
    )


def list_draws(
    futures: DrawCase,
    first: int = 0,
    last: int | None = None,
    *,
    part_bytes: float = CACHE_BYTES,
) -> pd.DataFrame:
    """Follow the futures from `first` up to `last` and return the district's figures of each.

    Returns
    -------
    Columns draw, stage, year, pupils, seats, catchment_shortage and roll_over_seats (summed over
    the schools), district_shortage, unplaced.
    """
    axes, tables = futures.case.axes, []
    for part in futures.parts(first, last, part_bytes):
        values = futures.follow(part)
        figures = {
            "pupils": values.whole,
            "seats": np.broadcast_to(values.seats.sum(axis=0), values.whole.shape),
            "catchment_shortage": DRAW_MEASURES["all_catchment_shortages"].function(values),
            "roll_over_seats": DRAW_MEASURES["roll_over_seats"].function(values).sum(axis=0),
            "district_shortage": DRAW_MEASURES["district_shortage"].function(values),
            "unplaced": values.unplaced,
        }
        stage, year, draw = (at.ravel() for at in np.indices(values.whole.shape))
        labels = {
            "draw": part.start + draw,
            "stage": np.array(axes.stages, dtype=object)[stage],
            "year": np.array(axes.years)[year],
        }
        counts = {name: np.asarray(array).ravel() for name, array in figures.items()}
        tables.append(pd.DataFrame(labels | counts))
    table = pd.concat(tables)
    return table.sort_values(["draw", "stage", "year"], kind="stable", ignore_index=True)


def draw_balance(futures: DrawCase, first: int = 0, last: int | None = None) -> Ints:
    """Return residents less seats of every catchment, school x stage x year x draw.

    Schools, stages and years stand in the order of the scenario's case.
    """
    values = futures.follow(slice(first, futures.count if last is None else last))
    return values.residents - values.seats


def draw_rolls(futures: DrawCase, last: int) -> Ints:
    """Return the pupils on roll of every school, school x stage x year x draw, up to a draw.

    They are whole, and take 8 bytes each: ask for some hundred draws at a time.
    """
    return futures.follow(slice(0, last)).roll


def draw_entry(
    futures: DrawCase, year: int, last: int, *, part_bytes: float = CACHE_BYTES
) -> tuple[Floats, Ints]:
    """Return who would enter a year, and the classes of those who are there already.

    Parameters
    ----------
    year
        The autumn.
    last
        How many of the futures are followed.

    Returns
    -------
    Entrants who live in each catchment (fractions), and the classes of later grades that have a
    room before them (`count_held`), both school x stage x draw.
    """
    axes, parts = futures.case.axes, []
    at = axes.years.index(year)
    for part in futures.parts(0, last, part_bytes):
        values = futures.follow(part)
        entered, later = [], []
        for stage, span in zip(axes.stages, axes.spans, strict=True):
            pairs = values.catchments.pairs[stage]
            share = values.catchments.share[stage][:, at, None]
            lived = values.pupils[:, span.start, at]
            entered.append(pairs.gather_schools(share * lived[pairs.block]))
            later.append(count_held(values.classes, span, at))
        parts.append((np.stack(entered, axis=1), np.stack(later, axis=1)))
    return tuple(np.concatenate(each, axis=-1) for each in zip(*parts, strict=True))  # type: ignore[return-value]


def _follow_part(
    case: Case,
    catchments: Catchments,
    courses: Mapping[str, Course],
    pupils: Floats,
    draws: DemandDraws,
    part: slice,
) -> DrawValues:
    """Seat the pupils of one part of the draws; `pupils` as forecast, block x grade x year."""
    drawn = pupils[..., None] * draws.factors(part.start, part.stop)
    own, schools = draws.pull, case.axes.schools
    pull = None if own is None else lambda grades: own(schools, grades, part.start, part.stop)
    return DrawValues(case, catchments, drawn, seat_draws(case, courses, drawn, pull))


def check_labels(case: Case, draws: DemandDraws) -> None:
    """Refuse draws of other blocks, grades or years than the case has."""
    axes = case.axes
    for name, wanted, found in (
        ("blocks", axes.blocks, draws.blocks),
        ("grades", axes.grades, draws.grades),
        ("years", axes.years, draws.years),
    ):
        if list(wanted) != list(found):
            raise InputError(
                f"draws: their {name} are not those of {case.district.code} ({len(found)} against "
                f"{len(wanted)}, or in another order); draw them for this one"
            )
