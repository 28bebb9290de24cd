"""find_remedies(): for each flag of shortage what clears it, ranked, with its price and effects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from seatplan.district.stages import Label
from seatplan.findings.thresholds import Thresholds, read_thresholds
from seatplan.literal import fit_name
from seatplan.outcome import Outcome
from seatplan.remedies.effects import Change, bill_rides, count_bus
from seatplan.remedies.prices import Bill, Costs, judge_costs, list_wan, read_costs, sum_bill
from seatplan.remedies.scene import Action, Scene, Terms
from seatplan.remedies.search import Trial, try_remedies
from seatplan.remedies.shortfalls import DISTRICT, Shortfall, list_shortfalls
from seatplan.scenarios.interventions import Intervention
from seatplan.scenarios.scenario import Scenario

FIRST = 1  # rank of what is recommended


@dataclass(frozen=True)
class Remedy:
    """What clears a flag of shortage, as it was run.

    Parameters
    ----------
    flag, action, rank
        What it clears, what is done, and its place among those of the same flag.
    late
        By how many years it comes after the first year of the shortage; 0: in time.
    cleared
        Pupils by which the catchment's shortage falls in the worst year that it can reach.
    relieved
        The same of all catchments of the stage.
    seats
        Seats added to the stage then.
    idle
        Of these, the seats without a pupil in the last year of the forecast.
    pupil_years
        `relieved`, summed over the years from `ready` to the end of the forecast.
    is_worth
        Whether a pupil-year costs no more (at the medium sum) than costs.toml has it, and, where
        nothing is built, no more pupils move for each who is given a seat.
    blocks, moved
        Blocks whose entrants go elsewhere, and the pupils who live in them (all grades).
    walk_m
        Mean way more of those pupils, metres; NaN where nobody moves.
    bus
        Of these, pupils whose way comes to lie beyond the metres from which a bus is needed.
    bill, verdict
        What it costs, with buses; "cheapest", "undecided" or "dearer" (see `judge_costs`).
    """

    flag: Shortfall
    action: Action
    rank: int
    late: int
    cleared: int
    relieved: int
    seats: int
    idle: int
    pupil_years: int
    is_worth: bool
    blocks: int
    moved: int
    walk_m: float
    bus: int
    bill: Bill
    verdict: str


@dataclass(frozen=True)
class Remedies:
    """Remedies of every flag that was asked for.

    Parameters
    ----------
    outcome
        What they are added to.
    flags
        Every flag that was asked for, the largest shortage first.
    found
        By flag, then by rank.
    partial
        For flags that nothing clears, what leaves least of them, of what is worth it where
        anything is (rank 0, verdict "partial").
    terms
        Years, lead times and unit costs.
    """

    outcome: Outcome
    flags: tuple[Shortfall, ...]
    found: tuple[Remedy, ...]
    partial: tuple[Remedy, ...]
    terms: Terms

    def list_ranked(self, flag: Shortfall) -> list[Remedy]:
        """Return what clears a flag, by rank."""
        return [remedy for remedy in self.found if remedy.flag == flag]

    def advise(self, flag: Shortfall) -> Remedy | None:
        """Return the first remedy of a flag that is worth it; None without one."""
        return next((remedy for remedy in self.list_ranked(flag) if remedy.is_worth), None)

    def passes(self, flag: Shortfall) -> bool:
        """Say whether a shortage is over before anything begun now works."""
        leads = self.terms.rules.lead_years.model_dump().values()
        return not flag.judge(self.terms.now + min(leads))

    @property
    def table(self) -> pd.DataFrame:
        """One row a remedy, then those that clear a part; money in 10,000 yuan (万元).

        Columns are named after `Remedy`, with low, medium and high sums, also
        for each pupil-year relieved (yuan); per_seat and per_wan are
        the pupils relieved for each seat added and for each 10,000 yuan
        (at the high, medium and low sum: per_wan_least, per_wan, per_wan_most).
        """
        rows = [_write_row(remedy, self.terms.costs) for remedy in (*self.found, *self.partial)]
        keys = ["school", "stage", "rank"]
        return pd.DataFrame(rows, columns=[*keys, *COLUMNS]).set_index(keys)

    def scenario(self, remedy: Remedy) -> Scenario:
        """Return the outcome's steps and then those of a remedy."""
        return join_steps(self.outcome, remedy.action, name_remedy(remedy))


COLUMNS = (
    *("shortage", "first", "worst_year", "last", "action", "ready", "late", "cleared", "relieved"),
    *("seats", "rooms_built", "rooms_converted", "idle", "pupil_years", "worth"),
    *("blocks", "moved", "walk_m", "bus"),
    *("wan_low", "wan", "wan_high", "verdict"),
    *("pupil_year_low", "pupil_year", "pupil_year_high", "per_seat", "per_wan_least", "per_wan"),
    "per_wan_most",
)


def find_remedies(
    outcome: Outcome,
    *,
    school: str | None = None,
    stage: str | None = None,
    year: int | None = None,
    now: int | None = None,
    costs: Costs | None = None,
    thresholds: Thresholds | None = None,
    progress: Callable[[str], None] | None = None,
) -> Remedies:
    """Find what clears each flag of shortage: the least of every kind, proven by running it.

    For each catchment that lacks seats it tries blocks handed over (the fewest pupils, and the
    least way more, by a mixed-integer programme with connected catchments), a lottery zone or a
    merger with a school beside, rooms taken from another stage, rooms built, a new school on the
    nearest sites, and pairs of them. Each is run with `evaluate`; it counts as a remedy where the
    shortage is gone in every year from its first on, and no other catchment comes to lack seats or
    lacks more in any year.

    Parameters
    ----------
    outcome
        The district as it is, or under a plan that the remedies are added to.
    school, stage, year
        Only the flags of this school, stage or year; every flag where left out.
    now
        The autumn in which remedies are begun; the base year where left out.
    costs
        Unit costs, see `read_costs`; those of seatplan where left out.
    thresholds
        Lead times and the shortage that is told, see `read_thresholds`.
    progress
        Called with a line for each flag.

    Raises
    ------
    InputError
        No school or stage is called that, or the forecast does not reach the year.
    """
    rules = thresholds or read_thresholds()
    begin = outcome.district.base_year if now is None else now
    terms = Terms(begin, rules, costs or read_costs())
    scene = Scene(outcome, terms)
    flags = list_shortfalls(
        outcome, now=begin, least=rules.least.pupils, school=school, stage=stage, year=year
    )
    found: list[Remedy] = []
    partial: list[Remedy] = []
    for flag in flags:
        trials, parts = try_remedies(scene, flag)
        found += rank_trials(scene, flag, trials)
        partial += _pick_part(scene, flag, parts)
        if progress:
            progress(f"{flag.school or outcome.district.code} {flag.stage}")
    return Remedies(outcome, tuple(flags), tuple(found), tuple(partial), terms)


def clear_all(found: Remedies, *, progress: Callable[[str], None] | None = None) -> Scenario:
    """Return one scenario with the first remedy of every flag that is worth it.

    The largest shortage comes first; each is looked for anew beside those before, and is left out
    where they clear it already. Run it to see what is left.
    """
    scene = Scene(found.outcome, found.terms)
    steps: list[Intervention] = []
    for flag in found.flags:
        if progress:
            progress(f"{flag.school or found.outcome.district.code} {flag.stage}")
        if scene.is_cleared(flag, found.terms.now):
            continue
        ranked = rank_trials(scene, flag, try_remedies(scene, flag)[0])
        advised = [remedy for remedy in ranked if remedy.is_worth]
        if advised:
            steps += advised[0].action.steps
            after = Scene(found.outcome, found.terms).run(steps)
            assert after is not None  # each step was run beside those before
            scene = after
    own = found.outcome.scenario
    title = Label("各项缺口的首选对策", "First remedy of every shortage")
    return Scenario("remedies", title, (*own.interventions, *steps))


def rank_trials(scene: Scene, flag: Shortfall, trials: Sequence[Trial]) -> list[Remedy]:
    """Put what clears a flag in order: by cost where that is decided, then the earlier, the fewer.

    Of each kind the first is kept (of rezonings the fewest pupils and the least way). Layers of
    `judge_costs` come first; within one, those that come earlier, then those that move
    fewer pupils, then the medium sum, then the way.
    """
    remedies = [_measure(scene, flag, trial) for trial in trials]
    judged = judge_costs([remedy.bill for remedy in remedies], scene.terms.costs)

    def order(at: int) -> tuple[float, ...]:
        one, (layer, _) = remedies[at], judged[at]
        money = sum_bill(one.bill, scene.terms.costs).medium
        return (layer, one.late, one.moved, money, float(np.nan_to_num(one.walk_m)))

    seen: set[tuple[str, ...]] = set()
    ranked: list[Remedy] = []
    for at in sorted(range(len(remedies)), key=order):
        kinds = remedies[at].action.kinds
        if kinds not in seen or kinds == ("rezone",):
            rank = len(ranked) + FIRST
            ranked.append(replace(remedies[at], rank=rank, verdict=judged[at][1]))
        seen.add(kinds)
    return ranked


def _pick_part(scene: Scene, flag: Shortfall, parts: Sequence[Trial]) -> list[Remedy]:
    """Return what leaves least of a flag that nothing clears: of what is worth it, if any is."""
    left = [int(trial.after.read(flag)[list(flag.years)].sum()) for trial in parts]
    ordered = [parts[at] for at in sorted(range(len(parts)), key=lambda at: left[at])]
    measured = [replace(_measure(scene, flag, trial), verdict="partial") for trial in ordered]
    return sorted(measured, key=lambda each: not (each.is_worth and each.cleared > 0))[:1]


def _measure(scene: Scene, flag: Shortfall, trial: Trial) -> Remedy:
    """Say what running an action changes."""
    action, after = trial.action, trial.after
    judged = list(flag.judge(action.ready))
    before = scene.read(flag)[judged]
    worst = max(judged, key=lambda year: (before[year], -year))
    change = Change(scene, after, flag.stage)
    is_whole = flag.school == DISTRICT
    blocks, moved = (0, 0) if is_whole else change.count_moved(worst)
    bill = bill_rides(change, flag, action, action.ready)
    relieved, pupil_years = change.count_relieved(worst), change.count_pupil_years(action.ready)
    worth = scene.terms.costs.worth
    money = sum_bill(bill, scene.terms.costs).medium
    is_worth = money <= worth.most_per_pupil_year * max(pupil_years, 0)
    is_near = bool(action.built or action.converted) or moved <= worth.most_moved * relieved
    return Remedy(
        flag=flag,
        action=action,
        rank=0,
        late=max(action.ready - flag.years[0], 0),
        cleared=int(before[worst] - after.read(flag)[worst]),
        relieved=relieved,
        seats=change.count_seats(worst),
        idle=change.count_idle(),
        pupil_years=pupil_years,
        is_worth=is_worth and is_near,
        blocks=blocks,
        moved=moved,
        walk_m=np.nan if is_whole else change.measure_way(worst),
        bus=0 if is_whole else round(count_bus(change)[worst]),
        bill=bill,
        verdict="",
    )


def name_remedy(remedy: Remedy) -> str:
    """Return the name of a remedy as a scenario: its catchment and rank."""
    parts = (remedy.flag.school, remedy.flag.stage, str(remedy.rank))
    return fit_name("-".join(filter(None, parts)))


def join_steps(outcome: Outcome, action: Action, name: str) -> Scenario:
    """Return an outcome's steps and then those of an action, under a name."""
    own = outcome.scenario
    title = Label(f"对策 {name}", f"Remedy {name}")
    return Scenario(name, title, (*own.interventions, *action.steps))


def _write_row(remedy: Remedy, costs: Costs) -> dict[str, object]:
    """Return a remedy as a row of the table."""
    flag, action, money = remedy.flag, remedy.action, sum_bill(remedy.bill, costs)
    wan = list_wan(money)
    rates = [_divide(remedy.relieved, part) for part in reversed(wan.values())]
    return {
        "school": flag.school,
        "stage": flag.stage,
        "rank": remedy.rank,
        "shortage": flag.worst,
        "first": flag.years[0],
        "worst_year": flag.worst_year,
        "last": flag.years[-1],
        "action": "+".join(action.kinds),
        "ready": action.ready,
        "late": remedy.late,
        "cleared": remedy.cleared,
        "relieved": remedy.relieved,
        "seats": remedy.seats,
        "rooms_built": action.built,
        "rooms_converted": action.converted,
        "idle": remedy.idle,
        "pupil_years": remedy.pupil_years,
        "worth": remedy.is_worth,
        "blocks": remedy.blocks,
        "moved": remedy.moved,
        "walk_m": remedy.walk_m,
        "bus": remedy.bus,
        **wan,
        "verdict": remedy.verdict,
        "pupil_year_low": _divide(money.low, remedy.pupil_years),
        "pupil_year": _divide(money.medium, remedy.pupil_years),
        "pupil_year_high": _divide(money.high, remedy.pupil_years),
        "per_seat": _divide(remedy.relieved, remedy.seats),
        "per_wan_least": rates[0],
        "per_wan": rates[1],
        "per_wan_most": rates[2],
    }


def _divide(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.nan
