"""Charts of the workbook: pupils against each scenario's seats, a chart for each stage."""

from __future__ import annotations

from typing import Any

from seatplan.literal import quote_cell, show_controls
from seatplan.report.brief import Brief
from seatplan.report.tables import Tab
from seatplan.views.catalogue import format_count, say
from seatplan.views.palette import COLOURS

LINES = (COLOURS["muted"], COLOURS["accent"], "#7d62a8", COLOURS["ink"])
DASHES = ("dash", "solid", "round_dot", "long_dash_dot")  # told apart in grey as well
TALL = 17  # rows that a chart takes
TOP = 3


def add_graphs(book: Any, sheet: Any, brief: Brief, years: Tab, head: int) -> None:
    """Add a chart for each stage that somebody attends, two side by side, on one landscape page.

    Parameters
    ----------
    years
        The table of the sheet `tab.years`, whose cells the charts read.
    head
        The row of its headings, from 0.
    """
    for at, stage in enumerate(brief.today.standards.stages):
        chart = _draw_stage(book, brief, years, head, stage.code)
        sheet.insert_chart(
            TOP + TALL * (at // 2),
            9 * (at % 2),
            chart,
            {"description": _label(tell_peak(brief, stage.code)), "object_position": 1},
        )
    rows = -(-len(brief.today.standards.stages) // 2)
    sheet.print_area(0, 0, TOP + TALL * rows, 17)
    sheet.fit_to_pages(1, 1)


def tell_peak(brief: Brief, stage: str) -> str:
    """Say when a stage has most pupils, and how many seats there are in the last year."""
    figures = brief.figures(brief.plan, stage)
    peak = int(figures.index[int(figures.pupils.to_numpy().argmax())])
    return say(
        "about.peak",
        brief.language,
        stage=brief.names[-1].stages[stage],
        peak=peak,
        pupils=format_count(figures.pupils[peak]),
        seats=format_count(figures.seats.iloc[-1]),
        last=figures.index[-1],
    )


def _label(text: str) -> str:
    """Return a text that a chart takes for no formula, and that its file can hold."""
    return quote_cell(show_controls(text))


def _draw_stage(book: Any, brief: Brief, years: Tab, head: int, stage: str) -> Any:
    chart = book.add_chart({"type": "line"})
    name = say("tab.years", brief.language)
    table = years.table.reset_index(drop=True)
    for at, title in enumerate(brief.titles):
        rows = table.index[
            (table.scenario == title) & (table.stage_name == brief.names[0].stages[stage])
        ]
        first, last = head + 1 + int(rows[0]), head + 1 + int(rows[-1])
        spans = {
            column: [
                name,
                first,
                table.columns.get_loc(column),
                last,
                table.columns.get_loc(column),
            ]
            for column in ("year", "residents", "seats")
        }
        pupils = brief.figures(brief.outcomes[at], stage).pupils
        if at == 0 or not pupils.equals(brief.figures(brief.today, stage).pupils):
            key = "about.pupils_of" if at else "about.pupils_line"
            marker = {"color": COLOURS["shortage"]}
            chart.add_series(
                {
                    "name": _label(say(key, brief.language, scenario=title)),
                    "categories": spans["year"],
                    "values": spans["residents"],
                    "line": marker | {"width": 2.5, "dash_type": "dash" if at else "solid"},
                    "marker": {"type": "circle", "size": 4, "fill": marker, "border": marker},
                }
            )
        chart.add_series(
            {
                "name": _label(say("about.seats_line", brief.language, scenario=title)),
                "categories": spans["year"],
                "values": spans["seats"],
                "line": {"color": LINES[at % 4], "width": 2, "dash_type": DASHES[at % 4]},
            }
        )
    told = _label(tell_peak(brief, stage))
    chart.set_title({"name": told, "name_font": {"size": 10, "bold": True}})
    chart.set_legend({"position": "bottom", "font": {"size": 9}})
    chart.set_y_axis(
        {
            "name": say("about.pupils_axis", brief.language),
            "num_format": "#,##0",
            "major_gridlines": {"visible": True, "line": {"color": COLOURS["line"]}},
        }
    )
    chart.set_x_axis({"num_font": {"rotation": -90}})
    chart.set_size({"width": 560, "height": 330})
    chart.show_hidden_data()
    return chart
