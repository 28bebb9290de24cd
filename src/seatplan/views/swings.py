"""Which assumption moves which figure how far: as a table and as a picture (a tornado)."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from seatplan.district.stages import name_rows
from seatplan.findings.swings import Swings
from seatplan.literal import escape_markup
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count, say
from seatplan.views.charts import INK, LINES, MUTED
from seatplan.views.findings import tell_data
from seatplan.views.markdown import draw_table, draw_title
from seatplan.views.typeface import draw_page, spell

TOLD = ("pupils", "catchment_shortage", "district_shortage", "short_catchments")


def write_swings(found: Swings, language: str = "zh", *, asked: pd.DataFrame | None = None) -> str:
    """Write the swings as Markdown: what to count next, then each figure by input.

    Parameters
    ----------
    asked
        `survey.list_asked`: also single townships and schools; none: the inputs alone.
    """
    name = found.outcome.district.name.of(language)
    told = {"year": found.year, "scenario": found.outcome.scenario.title.of(language)}
    heads = [say(f"swing.{name}", language) for name in ("input", "changed", "shortage", "basis")]
    listed = found.survey.assign(place="", stage="").set_index(["place", "stage"], append=True)
    listed = listed if asked is None else asked
    first = [
        [
            _name_asked(found, index, language),
            f"{row['catchments']:d}",
            format_count(row["shortage"]),
            _tell_basis(str(row["provenance"]), language),
        ]
        for index, row in zip(listed.index, listed.to_dict("records"), strict=True)
    ]
    parts = [
        draw_title(name, say("swing.title", language, **told), language),
        tell_data(found.outcome, language),
        say("swing.intro", language),
        say("swing.places", language, count=len(listed)) if asked is not None else "",
        draw_table(heads, first),
        _draw_figures(found, language),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _name_asked(found: Swings, index: tuple[str, str, str], language: str) -> str:
    """Name an input: one of all, the pupils of a township, or the rooms of a school."""
    name, place, code = map(str, index)
    if not place:
        return say(f"swing.of_{name}", language)
    if not code:
        zone = str(name_rows(found.outcome.district.zones, language).get(place, place))
        return say(f"swing.of_{name}", language, place=escape_markup(zone))
    names = name_codes(found.outcome.district, found.outcome.standards, language)
    stage = found.outcome.standards.stage(code).name.of(language)
    school = escape_markup(f"{names[place]} {place}")
    return say(f"swing.of_{name}", language, place=school, stage=stage)


def draw_swings(
    found: Swings, *, figure: str = "catchment_shortage", language: str = "zh"
) -> Figure:
    """Draw a tornado: for each stage the bars of its inputs about the forecast, widest first.

    Stages whose figure nothing moves are left out.

    Parameters
    ----------
    figure
        One of the figures of `Swings.table`.
    """
    table = pd.DataFrame(found.table.xs(figure, level="figure"))
    stages = [one for one in found.outcome.standards.stages if _moves(table, one.code)]
    height = 0.9 + 1.7 * max(len(stages), 1)
    with draw_page(8.6, height) as page:
        title = say(f"swing.{figure}", language)
        head = say("swing.chart", language, figure=title, year=found.year)
        page.suptitle(spell(head), x=0.02, y=1 - 0.18 / height, ha="left", fontsize=12, color=INK)
        for at, stage in enumerate(stages):
            top = (height - 0.75 - 1.7 * at) / height
            axes = page.add_axes((0.24, top - 1.05 / height, 0.7, 1.05 / height))
            part = pd.DataFrame(table.xs(stage.code, level="stage"))
            part = part.sort_values("swing", kind="stable")
            part = part[part.swing > 0]
            centre = float(part.forecast.iloc[0])
            places = range(len(part))
            axes.barh(places, part.low - centre, left=centre, color=LINES[1], height=0.6)
            axes.barh(places, part.high - centre, left=centre, color=LINES[3], height=0.6)
            axes.axvline(centre, color=INK, lw=1)
            names = [spell(say(f"swing.of_{name}", language)) for name in part.index]
            axes.set_yticks(list(places), names)
            for place, low, high in zip(places, part.low, part.high, strict=True):
                text = f"{format_count(low)} – {format_count(high)}"
                axes.annotate(
                    text, (high, place), xytext=(5, 0), textcoords="offset points", va="center",
                    fontsize=8, color=MUTED,
                )  # fmt: skip
            axes.margins(x=0.18)
            axes.set_ylim(-0.6, max(len(part), 3) - 0.4)
            axes.set_title(
                spell(f"{stage.name.of(language)} · {format_count(centre)}"),
                loc="left", fontsize=10, color=INK,
            )  # fmt: skip
            axes.spines[["top", "right", "left"]].set_visible(False)
            axes.tick_params(length=0, labelcolor=MUTED)
            axes.xaxis.set_major_formatter(lambda value, _: format_count(value))
    return page


def _moves(table: pd.DataFrame, stage: str) -> bool:
    """Say whether any input moves the figure of a stage."""
    return bool(table.xs(stage, level="stage").swing.any())


def _tell_basis(provenance: str, language: str) -> str:
    """Name how far the values of an input are real, each once."""
    told = [
        say("swing.assumed" if one == "assumed" else f"provenance.{one}", language)
        for one in provenance.split()
    ]
    return ("、" if language == "zh" else ", ").join(told)


def _draw_figures(found: Swings, language: str) -> str:
    """Draw each figure that something moves: the forecast, and its ends under each input."""
    inputs = list(found.survey.index)
    heads = [say(f"swing.{name}", language) for name in ("stage", "figure", "forecast")]
    heads += [say(f"swing.of_{name}", language) for name in inputs]
    rows = []
    for stage in found.outcome.standards.stages:
        for figure in TOLD:
            cell = found.table.xs((stage.code, figure), level=("stage", "figure"))
            part = pd.DataFrame(cell).reindex(inputs)
            if not part.swing.any():
                continue
            ends = [
                "—" if not swing else f"{format_count(low)} – {format_count(high)}"
                for low, high, swing in zip(part.low, part.high, part.swing, strict=True)
            ]
            name = say(f"swing.{figure}", language)
            centre = format_count(part.forecast.iloc[0])
            rows.append([stage.name.of(language), name, centre, *ends])
    return draw_table(heads, rows)
