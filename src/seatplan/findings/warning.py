"""Early warning: where seats run short first, how loudly, and which remedy is still in time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from seatplan.demand.draws import Basis
from seatplan.draws import OutcomeDraws
from seatplan.findings.admissions import list_entrants
from seatplan.findings.later_use import LaterUse, propose_later_use
from seatplan.findings.thresholds import LEVELS, REMEDIES, Level, Thresholds, read_thresholds
from seatplan.findings.wave import list_stranded, list_waves
from seatplan.outcome import Outcome


@dataclass(frozen=True)
class Warnings:
    """All that a plan's early warning says, each table made once.

    Attributes
    ----------
    plan
        The outcome that is warned of.
    now
        The autumn from which years are counted.
    entry_year
        The autumn of the entrants: the one after `now`.
    built
        The autumn in which a new school begun now could open.
    futures
        How many were drawn; 0: none.
    basis
        What they rest on: "rolls" of past years, "variants" of the inputs, or "given".
    catchments, limits, entrants, growing
        `list_warnings`, `list_limits_tripped`, `admissions.list_entrants` and `list_growing`.
    waves, stranded
        `wave.list_waves`, and `wave.list_stranded` against the district as it is.
    came
        `hindsight.compare_warnings` of last year's, where they are given.
    later
        `later_use.propose_later_use` for a plan whose projects stand empty.
    """

    plan: Outcome
    now: int
    entry_year: int
    built: int
    futures: int
    basis: Basis
    catchments: pd.DataFrame
    limits: pd.DataFrame
    entrants: pd.DataFrame
    growing: pd.DataFrame
    waves: pd.DataFrame
    stranded: pd.DataFrame
    came: pd.DataFrame | None = None
    later: LaterUse | None = None


def warn_early(
    today: Outcome,
    plan: Outcome,
    *,
    draws: OutcomeDraws | None = None,
    now: int | None = None,
    thresholds: Thresholds | None = None,
) -> Warnings:
    """Say what runs short first under a plan, which remedy is in time, and what stands empty.

    Parameters
    ----------
    today
        The district as it is; it may be the plan itself.
    plan, draws, now, thresholds
        See `list_warnings`; the plan is its outcome.
    """
    rules = thresholds or read_thresholds()
    begin = plan.district.base_year if now is None else now
    entry = min(begin + 1, plan.district.horizon)
    return Warnings(
        plan=plan,
        now=begin,
        entry_year=entry,
        built=min(begin + rules.lead_years.new_school, plan.district.horizon),
        futures=draws.count if draws else 0,
        basis=draws.basis if draws else "given",
        catchments=list_warnings(plan, draws=draws, now=begin, thresholds=rules),
        limits=list_limits_tripped(plan, now=begin, thresholds=rules),
        entrants=list_entrants(plan, entry),
        growing=list_growing(plan, now=begin, thresholds=rules),
        waves=list_waves(plan, now=begin),
        stranded=(stranded := list_stranded(today, plan)),
        later=propose_later_use(today, plan, stranded) if len(stranded) else None,
    )


def list_warnings(
    outcome: Outcome,
    *,
    draws: OutcomeDraws | None = None,
    now: int | None = None,
    thresholds: Thresholds | None = None,
) -> pd.DataFrame:
    """List the catchments that run short, the loudest first.

    Parameters
    ----------
    outcome
        The district as it is or under a plan.
    draws
        Many futures of the same scenario (`evaluate_draws`): they give the chance of a shortage.
        Without them the forecast is taken as certain.
    now
        The autumn from which years are counted; the base year where left out.
    thresholds
        See `read_thresholds`.

    Returns
    -------
    Index (`school`, `stage`): level ("red" to "green"); first, worst_year, last (years of the
    shortage from `now` on); shortage (at its worst, pupils), seats (then), share (of the seats),
    left (years until the first), chance (of a shortage in that worst year; NaN without draws),
    chance_built (the same when a new school begun now could open), likely (first year in which a
    shortage is more likely than not; NA without one), passes (whether it ends before that), and for
    each remedy late_... : by how many years it comes after the first shortage, 0 where it is in
    time; NA for boundaries where a stage is seated from the whole district.
    """
    rules = thresholds or read_thresholds()
    begin = outcome.district.base_year if now is None else now
    table = _list_short(outcome, begin, rules.least.pupils)
    built = min(begin + rules.lead_years.new_school, outcome.district.horizon)
    table = table.join(_list_chances(draws, begin, table.worst_year, built))
    _add_lateness(table, begin, rules)
    zoned = table.index.isin(outcome.standards.zoned, level="stage")  # whose boundaries can move
    table["late_rezone"] = table.late_rezone.astype("Int64").where(zoned)
    table["passes"] = table["last"] < begin + rules.lead_years.new_school
    levels = [
        _find_level(*row, rules=rules)
        for row in zip(table.share, table.left, table.chance, table.passes, strict=True)
    ]
    table.insert(0, "level", levels)
    table["likely"] = table.likely.astype("Int64")
    return _sort(table)


def list_limits_tripped(
    outcome: Outcome, *, now: int | None = None, thresholds: Thresholds | None = None
) -> pd.DataFrame:
    """List the first year from `now` on in which each school passes each upper limit.

    Returns
    -------
    Index (`code`, `school`, `stage`): first, last, worst_year, value, limit (at its worst), left
    (years), and late_... for each remedy, as in `list_warnings`.
    """
    rules = thresholds or read_thresholds()
    begin = outcome.district.base_year if now is None else now
    upper = {item.code for item in outcome.standards.standards if item.side == "above"}
    flags = outcome.flags.table
    flags = flags[flags.code.isin(upper) & (flags.year >= begin)]
    keys = ["code", "school", "stage"]
    beyond = (flags.value / flags.limit.where(flags.limit > 0, 1.0)).rename("beyond")
    worst = flags.assign(beyond=beyond).sort_values(["beyond", "year"], ascending=[False, True])
    at = worst.drop_duplicates(keys).set_index(keys)
    table = flags.groupby(keys).year.agg(first="min", last="max")
    table = table.assign(worst_year=at.year, value=at.value, limit=at.limit)
    table["left"] = table["first"] - begin
    _add_lateness(table, begin, rules)
    ordered: pd.DataFrame = table.sort_values(
        ["first", "value"], ascending=[True, False], kind="stable"
    )
    return ordered


def list_growing(
    outcome: Outcome,
    *,
    now: int | None = None,
    years: int = 5,
    thresholds: Thresholds | None = None,
) -> pd.DataFrame:
    """List the catchments whose pupils grow most within some years, the fastest first.

    Returns
    -------
    Index (`school`, `stage`): now, then (pupils of the catchment), more (then - now), seats (then);
    as many as `least.watched` says, only those that stand now and grow.
    """
    rules = thresholds or read_thresholds()
    begin = outcome.district.base_year if now is None else now
    end = min(begin + years, outcome.district.horizon)
    people = outcome.measure("residents").unstack("year")[[begin, end]].dropna()
    seats = outcome.measure("seats").xs(end, level="year").reindex(people.index)
    table = pd.DataFrame({"now": people[begin].astype(int), "then": people[end].astype(int)})
    table["more"], table["seats"] = table.then - table.now, seats.fillna(0).astype(int)
    table = table[(table.more > 0) & (table.now > 0)].sort_values(
        ["more", "then"], ascending=False, kind="stable"
    )
    return table.head(rules.least.watched)


def _list_short(outcome: Outcome, begin: int, least: int) -> pd.DataFrame:
    """List catchments that lack `least` seats or more in some year from `begin` on."""
    short = outcome.measure("catchment_shortage").unstack("year")
    short = short[[year for year in short.columns if int(year) >= begin]].fillna(0)
    short = short[(short >= least).any(axis=1)]
    seats = outcome.measure("seats").unstack("year").reindex(short.index).fillna(0)
    counted, years = short.to_numpy() >= least, short.columns.to_numpy(int)
    worst = short.to_numpy().argmax(axis=1)
    row = np.arange(len(short))
    first = years[counted.argmax(axis=1)]
    held = seats[short.columns].to_numpy()[row, worst]
    shortage = short.to_numpy()[row, worst]
    return pd.DataFrame(
        {
            "first": first,
            "worst_year": years[worst],
            "last": years[len(years) - 1 - counted[:, ::-1].argmax(axis=1)],
            "shortage": shortage.astype(int),
            "seats": held.astype(int),
            "share": shortage / np.maximum(held, 1),
            "left": first - begin,
        },
        index=short.index,
    )


def _add_lateness(table: pd.DataFrame, begin: int, rules: Thresholds) -> None:
    """Add by how many years each remedy begun in `begin` comes after the first year."""
    for remedy in REMEDIES:
        ready = begin + getattr(rules.lead_years, remedy)
        table[f"late_{remedy}"] = (ready - table["first"]).clip(lower=0)


def _list_chances(
    draws: OutcomeDraws | None, begin: int, worst: pd.Series[int], built: int
) -> pd.DataFrame:
    """Return the chance of a shortage in the worst year and in `built`, and when it is likely.

    Index as `worst`, the year in which the forecast is shortest.
    """
    if draws is None:
        names = ("chance", "chance_built", "likely")
        return pd.DataFrame(dict.fromkeys(names, np.nan), index=worst.index)
    chance = draws.measure("catchment_shortage").chance.unstack("year")
    chance = chance[[year for year in chance.columns if int(year) >= begin]]
    chance = chance.reindex(worst.index).fillna(0)
    likely = (chance > 0.5).to_numpy()
    years = chance.columns.to_numpy(int)
    first = np.where(likely.any(axis=1), years[likely.argmax(axis=1)], np.nan)
    then = chance.to_numpy()[np.arange(len(worst)), np.searchsorted(years, worst.to_numpy(int))]
    table = {"chance": then, "chance_built": chance[built], "likely": first}
    return pd.DataFrame(table, index=worst.index)


def _find_level(
    share: float, left: int, chance: float, passes: bool, *, rules: Thresholds
) -> Level:
    """Return the first level whose terms all hold, and one less where the shortage passes."""
    for level in rules.level:
        is_likely = np.isnan(chance) or chance >= level.chance
        if share >= level.share and left <= level.years and is_likely:
            return LEVELS[LEVELS.index(level.name) + passes]
    return "green"


def _sort(table: pd.DataFrame) -> pd.DataFrame:
    """Put the loudest first, then what comes first, then what is largest."""
    order = table.level.map(LEVELS.index)
    keyed = table.assign(order=order)
    keyed = keyed.sort_values(
        ["order", "first", "shortage"], ascending=[True, True, False], kind="stable"
    )
    return keyed.drop(columns="order")
