"""A map of many districts: each by its outline, coloured by a measure of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import folium
import geopandas as gpd
import pandas as pd

from seatplan.district.stages import name_rows
from seatplan.errors import InputError
from seatplan.scenarios.scenario import BASELINE
from seatplan.views.catalogue import format_count, read_phrases, say
from seatplan.views.layers.base_maps import Tiles
from seatplan.views.layers.legend import fill_classes, list_classes, write_legend
from seatplan.views.layers.seat_map import Behaviour
from seatplan.views.layers.shapes import add_features, list_features, style_by
from seatplan.views.maps import add_controls, open_sheet
from seatplan.views.palette import COLOURS, RAMP
from seatplan.views.shades import USE, Shade

if TYPE_CHECKING:
    from seatplan.sweeps.sweep import Sweep

# Measure -> what is counted, of what; shown in per cent, so that districts of any size compare.
RATES = {
    "catchment_shortage": ("catchment_shortage", "pupils"),
    "district_shortage": ("district_shortage", "pupils"),
    "roll_over_seats": ("roll_over_seats", "pupils"),
    "unplaced": ("unplaced", "pupils"),
    "seat_use": ("pupils", "seats"),
    "large_classes": ("large_classes", "classes"),
}
LACKS = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0)  # per cent of the pupils, or of the classes
COUNTED = ("pupils", "seats", "catchment_shortage", "district_shortage")


@dataclass(frozen=True)
class NationView:
    """What a map of a sweep shows.

    Parameters
    ----------
    stage, year, scenario
        Of which pupils, in which autumn (None: the first that most districts have), under which
        scenario.
    measure
        A key of `RATES`, in per cent.
    language
        "zh" or "en".
    """

    stage: str
    year: int | None = None
    scenario: str = "baseline"
    measure: str = "catchment_shortage"
    language: str = "zh"


def map_sweep(done: Sweep, view: NationView, *, tiles: Tiles = None) -> folium.Map:
    """Return a folium map of the districts of a sweep, each by its outline and a measure.

    Parameters
    ----------
    done
        What `sweep` returns; only its files are read.
    view
        Stage, year, scenario, measure and language.
    tiles
        Base map, as for `map_outcome`; none: the page needs no network.

    Raises
    ------
    InputError
        No such measure, or the sweep holds no such stage, year or scenario.
    """
    if view.year is None and len(known := done.national().districts):
        counts = known.groupby("year").max()
        view = replace(view, year=int(counts.index[int(counts.to_numpy().argmax())]))
    figures = _read_figures(done, view)
    whole = done.outlines()
    outlines = whole[whole.index.isin(figures.index)]
    figures = figures.loc[outlines.index]
    shade = Shade(USE if view.measure == "seat_use" else LACKS, RAMP)
    classes = shade.classify(figures["rate"])
    names = name_rows(outlines, view.language)
    title = _name_view(view)
    sheet = open_sheet(title, view.language, tiles)
    group = folium.FeatureGroup(say("nation.districts", view.language))
    sheet.add_child(group)
    words = {name: say(f"nation.{name}", view.language) for name in COUNTED}
    heads = {"name": say("nation.district", view.language)}
    heads["rate"] = say(f"nation.of_{view.measure}", view.language)
    fills = fill_classes(shade, hatched=False)
    line = {"color": COLOURS["catchment"], "weight": 0.9, "fillOpacity": 0.88}
    add_features(
        group,
        list_features(gpd.GeoSeries(outlines.geometry), _list_rows(figures, names, classes)),
        tip=heads,
        card={**heads, **words},
        style=style_by([{**line, "fillColor": fill} for fill in fills]),
        pane="seatplan-areas",
    )
    legend = _write_legend(view, title, shade, classes, len(whole) - len(outlines))
    panel = {"html": legend, "name": "legend", "position": "bottomright"}
    Behaviour("panel.js", panel).add_to(sheet)
    add_controls(sheet, outlines)
    return sheet


def _read_figures(done: Sweep, view: NationView) -> pd.DataFrame:
    """Return the figures of each district, with its rate in per cent; NaN of nothing."""
    if view.measure not in RATES:
        raise InputError(f"map: no measure {view.measure}; want one of {', '.join(RATES)}")
    table = done.national("district")
    if table.empty:
        raise InputError("map: no district of the sweep stands")
    for name in ("scenario", "stage", "year"):
        known, asked = table.index.unique(name), getattr(view, name)
        if asked not in known:
            listed = ", ".join(map(str, known))
            raise InputError(f"map: the sweep has no {name} {asked}; it has {listed}")
    chosen = pd.DataFrame(
        table.xs((view.scenario, view.stage, view.year), level=("scenario", "stage", "year"))
    )
    part, whole = RATES[view.measure]
    of = chosen[whole].where(chosen[whole] > 0)
    return chosen.assign(rate=100 * chosen[part] / of)


def _name_view(view: NationView) -> str:
    return say(
        "nation.title",
        view.language,
        measure=say(f"nation.of_{view.measure}", view.language),
        stage=_name_stage(view),
        year=view.year,
        scenario=_name_scenario(view),
    )


def _name_scenario(view: NationView) -> str:
    is_own = view.scenario == BASELINE.name
    return BASELINE.title.of(view.language) if is_own else view.scenario


def _name_stage(view: NationView) -> str:
    """Return the name of a stage that China's schools have, else its code."""
    key = f"nation.{view.stage}"
    return say(key, view.language) if key in read_phrases() else view.stage


def _list_rows(
    figures: pd.DataFrame, names: pd.Series[str], classes: Sequence[int]
) -> list[dict[str, object]]:
    """Return name, rate, figures and class of each district as text."""
    rows = []
    for code, row, klass in zip(figures.index, figures.to_dict("records"), classes, strict=True):
        rate = row["rate"]
        rows.append(
            {
                "name": f"{names[code]} {code}",
                "rate": "–" if pd.isna(rate) else f"{rate:.1f} %",
                **{name: format_count(int(row[name])) for name in COUNTED},
                "klass": klass,
            }
        )
    return rows


def _write_legend(
    view: NationView, title: str, shade: Shade, classes: Sequence[int], left: int
) -> str:
    counts = [*(classes.count(at) for at in range(len(RAMP))), classes.count(-1)]
    rows = list_classes(shade, counts, view.language, hatched=False)
    lines = [say("nation.count", view.language)]
    if left:
        lines.append(say("nation.left", view.language, n=left, year=view.year))
    return write_legend(title, lines, rows)
