"""Remedies as they were run: what each changes, whether it is worth it, its row of the table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seatplan.remedies.effects import Change, bill_rides, count_bus
from seatplan.remedies.prices import Bill, Costs, list_wan, sum_bill
from seatplan.remedies.scene import Action, Scene
from seatplan.remedies.search import Trial
from seatplan.remedies.shortfalls import DISTRICT, Shortfall


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


COLUMNS = (
    *("shortage", "first", "worst_year", "last", "action", "ready", "late", "cleared", "relieved"),
    *("seats", "rooms_built", "rooms_converted", "idle", "pupil_years", "worth"),
    *("blocks", "moved", "walk_m", "bus"),
    *("wan_low", "wan", "wan_high", "verdict"),
    *("pupil_year_low", "pupil_year", "pupil_year_high", "per_seat", "per_wan_least", "per_wan"),
    "per_wan_most",
)


def measure_trial(scene: Scene, flag: Shortfall, trial: Trial) -> Remedy:
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


def write_row(remedy: Remedy, costs: Costs) -> dict[str, object]:
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
