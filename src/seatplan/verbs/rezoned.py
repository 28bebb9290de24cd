"""What is written and told of a rezoning: tables, pages, pictures, sentences."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seatplan.verbs.console import tell

if TYPE_CHECKING:
    import folium
    import pandas as pd

    from seatplan.outcome import Outcome
    from seatplan.rezoning.outliers import Ensemble
    from seatplan.rezoning.plan import Rezoning
    from seatplan.rezoning.trade_off import TradeOff


def save_table(table: pd.DataFrame | None, path: Path, *, index: bool = True) -> None:
    """Write a table; where there is none, that of an earlier run does not stay behind."""
    from seatplan.files import write_beside
    from seatplan.results import write_table

    if table is None:
        path.unlink(missing_ok=True)
        return
    with write_beside(path) as draft:
        shapes = {name: 3 if name.startswith("compactness") else 1 for name in table.columns}
        write_table(table.round(shapes), draft, index=index)


def save_page(page: folium.Map, path: Path, record: dict[str, Any]) -> None:
    """Write a page, with how it was found as a comment at its end.

    folium numbers the parts of a page at random; here they are numbered in turn, so that the same
    plan is the same page.
    """
    from seatplan.files import write_beside
    from seatplan.verbs.records import tell_record

    told = "; ".join(tell_record(record)).replace("--", "- -").replace(">", "&gt;")
    with write_beside(path) as draft:
        page.save(draft)
        text = draft.read_text("utf-8")
        found = dict.fromkeys(re.findall(r"_([0-9a-f]{32})\b", text))
        number = {name: f"{k:032x}" for k, name in enumerate(found)}
        text = re.sub(r"_([0-9a-f]{32})\b", lambda part: "_" + number[part[1]], text)
        draft.write_text(f"{text}\n<!-- {told} -->\n", "utf-8", newline="\n")


def write_rezoning(
    outcome: Outcome, plan: Rezoning, stem: Path, language: str, record: dict[str, Any]
) -> None:
    """Write the tables and the map of one stage's plan, and the record that stands for them."""
    from seatplan.files import write_beside
    from seatplan.verbs.records import tell_record, write_record
    from seatplan.views.changes import map_moves
    from seatplan.views.moves import draw_moves

    moves = plan.moves.round({"entrants": 1, "walk_before": 0, "walk_after": 0})
    save_table(moves, stem.with_name(f"{stem.name}.csv"), index=False)
    save_table(plan.schools, stem.with_name(f"{stem.name}-schools.csv"))
    unkept = plan.unkept if len(plan.unkept) else None
    save_table(unkept, stem.with_name(f"{stem.name}-unkept.csv"))
    short = plan.shortage if len(plan.shortage) else None
    save_table(short, stem.with_name(f"{stem.name}-shortage.csv"))
    page = map_moves(outcome, plan, language=language)
    save_page(page, stem.with_name(f"{stem.name}.html"), record)
    told = {"Description": "; ".join(tell_record(record))}
    with write_beside(stem.with_name(f"{stem.name}.png")) as draft:
        draw_moves(outcome, plan, language=language).savefig(draft, format="png", metadata=told)
    write_record(record, stem.with_name(f"{stem.name}.json"))


def tell_rezoning(plan: Rezoning, language: str) -> None:
    """Say what was found, in sentences."""
    from seatplan.views.catalogue import say

    entrants = f"{plan.moves.entrants.sum():.0f}"
    shown = {"stage": plan.stage, "blocks": len(plan.moves), "share": f"{plan.moved:.1%}"}
    tell(say("rezone.moves", language, **shown, entrants=entrants))
    tell(_tell_seats(plan, language))
    if len(plan.unkept):
        names = ", ".join(map(str, plan.unkept.index.unique("school")))
        tell(f"fewer or more pupils than was asked for: {names}")
    if plan.disruption:
        moves, cost = f"{plan.disruption:,.0f}", f"{plan.cost:,.0f}"
        tell(say("rezone.disruption", language, moves=moves, cost=cost))
    told = tell_farther(plan)
    if told:
        tell(told)
    before, after = plan.walks.before, plan.walks.after
    walks = {"before": f"{before.mean_m:,.0f}", "after": f"{after.mean_m:,.0f}"}
    tell(say("rezone.walk", language, **walks, gini=f"{before.gini:.3f}", then=f"{after.gini:.3f}"))
    if plan.envy:
        tell(f"walks beyond the metres asked for count as {plan.envy:,.0f} m a day besides")
    old, new = plan.shape.before, plan.shape.after
    km = {"before": f"{old.border_m / 1000:,.1f}", "after": f"{new.border_m / 1000:,.1f}"}
    form = {"compact": f"{old.compactness:.2f}", "then": f"{new.compactness:.2f}"}
    tell(say("rezone.lines", language, **km, **form))
    if plan.shape_cost:
        tell(f"the lines count as {plan.shape_cost:,.0f} m a day; the gap knows of no shorter ones")
    for group, row in plan.mix.iterrows():
        tell(
            f"{group} ({row.share:.0%} of pupils): dissimilarity {row.dissimilarity_before:.2f} "
            f"today, {row.dissimilarity_after:.2f} in the plan (0: the same share everywhere); "
            f"{row.exposure_before:.0%} of the schoolmates of one of them are others, then "
            f"{row.exposure_after:.0%}"
        )
    if plan.mix_cost:
        tell(f"pupils above an even mix count as {plan.mix_cost:,.0f} m a day besides")
    if plan.cut_short:
        tell(
            f"cut short after {plan.effort:.1f} units of work: the same search may end elsewhere "
            "another time; ask for less --effort, or more --seconds"
        )
    if plan.beyond_moved > 0:
        tell(say("rezone.beyond", language, pupils=f"{plan.beyond_moved:.0f}"))
    if len(plan.longer):
        tell(say("rezone.longer", language, blocks=len(plan.longer)))


def _tell_seats(plan: Rezoning, language: str) -> str:
    """Say whether every catchment fits its seats, or how many pupils are beyond them."""
    from seatplan.views.catalogue import say

    if not len(plan.shortage):
        share = f"{plan.gap:.2%}"
        near = say("rezone.within", language, share=share) if plan.gap == plan.gap else ""
        return say("rezone.fits", language, within=near, status=plan.status)
    worst = plan.shortage.groupby("school").catchment_shortage.max()
    return say(
        "rezone.short",
        language,
        pupils=f"{worst.sum():.0f}",
        schools=", ".join(worst.index),
        bound=f"{plan.shortage_bound:.0f}",
        use=f"{plan.worst_use:.0%}",
    )


def tell_farther(plan: Rezoning) -> str:
    """Say how many of those who move walk farther than today, and how far; "" where nobody does."""
    moves = plan.moves[plan.moves.entrants > 0]
    longer = moves.assign(more=moves.walk_after - moves.walk_before).query("more > 0")
    if not len(longer):
        return ""
    mean = float((longer.more * longer.entrants).sum() / longer.entrants.sum())
    worst = longer.iloc[int(longer.more.to_numpy().argmax())]
    return (
        f"of {moves.entrants.sum():,.0f} entrants a year who change school "
        f"{longer.entrants.sum():,.0f} walk farther than today, {mean:,.0f} m more in the mean and "
        f"{worst.more:,.0f} m at most (block {worst.block}, from "
        f"{worst['from']} to {worst['to']}); --max-increase and --disruption keep that down"
    )


def tell_choice(trade_off: TradeOff, plan: Rezoning, asked: dict[str, Any]) -> str:
    """Say how many may move and why, and what a larger move would buy."""
    from seatplan.rezoning.practice import PRACTICE

    table, share = trade_off.table, asked["max_moved"]
    today = table.catchment_shortage.iloc[0]
    beyond = float(plan.shortage.groupby("school").catchment_shortage.max().sum())
    columns = ["moved", "catchment_shortage", "pupils"]
    larger = table[table.index > (1.0 if share is None else share)]
    buys, best = [], beyond
    for moved, left, pupils in larger[columns].to_numpy(float):
        if left < best - 0.5:
            buys.append(f"moving {moved:.1%} ({pupils:,.0f} pupils) would leave {left:,.0f}")
            best = left
    return (
        f"{'any pupil' if share is None else f'{share:.0%} of the pupils'} may change school: up "
        f"to there one more has a seat for every {PRACTICE.movers_per_seat:g} who change. Of "
        f"{today:,.0f} pupils beyond the seats today {beyond:,.0f} stay so; "
        f"{'; '.join(buys) or 'within these limits no larger move seats more'}. A change counts as "
        f"{asked['disruption_m']:g} m a day and no way grows by more than "
        f"{asked['max_increase_m']:,g} m; --max-moved, --disruption and --max-increase change that"
    )


def write_ensemble(
    outcome: Outcome, ensemble: Ensemble, asked: dict[str, Any], stem: Path, language: str
) -> None:
    """Write where plans lie among many: a table, a picture, and the record that stands for both."""
    from seatplan.files import write_beside
    from seatplan.results import write_table
    from seatplan.verbs.records import describe_search, tell_record, write_record
    from seatplan.views.outliers import draw_ensemble_chart

    found = {"accepted": [round(share, 4) for share in ensemble.accepted], "every": ensemble.every}
    record = describe_search(outcome, asked, found)
    with write_beside(stem.with_name(f"{stem.name}.csv")) as draft:
        write_table(ensemble.table.round(4), draft)
    told = {"Description": "; ".join(tell_record(record))}
    with write_beside(stem.with_name(f"{stem.name}.png")) as draft:
        picture = draw_ensemble_chart(outcome, ensemble, language=language)
        picture.savefig(draft, format="png", metadata=told)
    write_record(record, stem.with_name(f"{stem.name}.json"))


def tell_ensemble(ensemble: Ensemble) -> None:
    """Say where plans lie among many drawn at random, a line for each figure."""
    low, high = min(ensemble.accepted), max(ensemble.accepted)
    tell(
        f"among {len(ensemble.figures)} plans drawn at random, no school beyond its seats by more "
        f"than {ensemble.tolerance:.0%} ({low:.0%} to {high:.0%} of a chain's steps were accepted):"
    )
    for figure, row in ensemble.table.iterrows():
        parts = []
        for plan in ensemble.plans.index:
            place = f" ({_place(row[f'below_{plan}'])})" if row.holds else ""
            parts.append(f"{plan} {_spell(row[plan])}{place}")
        apart = f"; chains do not agree yet (R-hat {row.rhat:.2f}, {row.effective:.0f} effective)"
        lacks = "" if row.holds else "; the same in all" if row.rhat != row.rhat else apart
        tell(
            f"  {figure}: 5 to 95 in 100 have {_spell(row.low)} to {_spell(row.high)}; "
            f"{', '.join(parts)}{lacks}"
        )


def _place(share: float) -> str:
    """Say where a plan lies by the share of plans that have less.

    >>> _place(0.0), _place(0.209), _place(1.0)
    ('less than all', 'percentile 20.9', 'more than all')
    """
    told = {0.0: "less than all", 1.0: "more than all"}
    return told.get(share, f"percentile {100 * share:.1f}")


def _spell(value: float) -> str:
    """Write a figure of any size: whole from a hundred on, else with three digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
