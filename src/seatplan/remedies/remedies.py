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
from seatplan.remedies.measured import COLUMNS, Remedy, measure_trial, write_row
from seatplan.remedies.prices import Costs, judge_costs, read_costs, sum_bill
from seatplan.remedies.scene import Action, Scene, Terms
from seatplan.remedies.search import Trial, try_remedies
from seatplan.remedies.shortfalls import Shortfall, list_shortfalls
from seatplan.scenarios.interventions import Intervention
from seatplan.scenarios.scenario import Scenario

FIRST = 1  # rank of what is recommended


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
        What leaves least (rank 0, verdict "partial"): of flags that nothing clears, of what is
        worth it where anything is; of those cleared by nothing that is worth it, of what is.
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
        rows = [write_row(remedy, self.terms.costs) for remedy in (*self.found, *self.partial)]
        keys = ["school", "stage", "rank"]
        return pd.DataFrame(rows, columns=[*keys, *COLUMNS]).set_index(keys)

    def scenario(self, remedy: Remedy) -> Scenario:
        """Return the outcome's steps and then those of a remedy."""
        return join_steps(self.outcome, remedy.action, name_remedy(remedy))


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
        Only the flags of this school or stage, or short in this year; every flag where left out.
        A flag is cleared and judged over all its years, whichever was asked for.
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
        ranked = rank_trials(scene, flag, trials)
        found += ranked
        if not any(remedy.is_worth for remedy in ranked):
            partial += pick_part(scene, flag, parts, is_cleared=bool(ranked))
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
    """Put what clears a flag in order: by cost where that is decided, else for each pupil-year.

    Of each kind the first is kept (of rezonings the fewest pupils and the least way). Layers of
    `judge_costs` come first; within one, the least medium sum for each pupil-year relieved, then
    those that come earlier, then those that move fewer pupils, then the way.
    """
    remedies = [measure_trial(scene, flag, trial) for trial in trials]
    judged = judge_costs([remedy.bill for remedy in remedies], scene.terms.costs)

    def order(at: int) -> tuple[float, ...]:
        one, (layer, _) = remedies[at], judged[at]
        money = sum_bill(one.bill, scene.terms.costs).medium
        nobody = np.inf if money else 0.0  # what relieves nobody comes last, unless it is free
        rate = money / one.pupil_years if one.pupil_years > 0 else nobody
        return (layer, rate, one.late, one.moved, float(np.nan_to_num(one.walk_m)))

    seen: set[tuple[str, ...]] = set()
    ranked: list[Remedy] = []
    for at in sorted(range(len(remedies)), key=order):
        kinds = remedies[at].action.kinds
        if kinds not in seen or kinds == ("rezone",):
            rank = len(ranked) + FIRST
            ranked.append(replace(remedies[at], rank=rank, verdict=judged[at][1]))
        seen.add(kinds)
    return ranked


def pick_part(
    scene: Scene, flag: Shortfall, parts: Sequence[Trial], *, is_cleared: bool
) -> list[Remedy]:
    """Return what leaves least of a flag: of what is worth it; else of all where nothing clears."""
    left = [int(trial.after.read(flag)[list(flag.years)].sum()) for trial in parts]
    ordered = [parts[at] for at in sorted(range(len(parts)), key=lambda at: left[at])]
    measured = [replace(measure_trial(scene, flag, one), verdict="partial") for one in ordered]
    worth = [each for each in measured if each.is_worth and each.cleared > 0]
    return (worth or ([] if is_cleared else measured))[:1]


def name_remedy(remedy: Remedy) -> str:
    """Return the name of a remedy as a scenario: its catchment and rank."""
    parts = (remedy.flag.school, remedy.flag.stage, str(remedy.rank))
    return fit_name("-".join(filter(None, parts)))


def join_steps(outcome: Outcome, action: Action, name: str) -> Scenario:
    """Return an outcome's steps and then those of an action, under a name."""
    own = outcome.scenario
    title = Label(f"对策 {name}", f"Remedy {name}")
    return Scenario(name, title, (*own.interventions, *action.steps))
