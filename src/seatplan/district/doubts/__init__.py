"""Every figure of a district compared with another: what is odd and may be right, by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from seatplan.district.doubts.births import doubt_births
from seatplan.district.doubts.catchments import doubt_children, doubt_distance, doubt_owners
from seatplan.district.doubts.crowding import (
    report_combined,
    report_crowding,
    report_demolition,
    report_history,
    report_spans,
)
from seatplan.district.doubts.ground import (
    doubt_blocks_apart,
    doubt_layers,
    doubt_neighbours,
    doubt_settings,
    doubt_sites,
    doubt_zones,
)
from seatplan.district.doubts.history import doubt_history
from seatplan.district.doubts.meetings import (
    doubt_crossings,
    doubt_gaps,
    doubt_gates,
    doubt_junctions,
    doubt_points,
    doubt_water,
)
from seatplan.district.doubts.people import (
    doubt_ages,
    doubt_blocks,
    doubt_housing,
    doubt_ratios,
    doubt_shape,
    doubt_take_up,
)
from seatplan.district.doubts.rules import (
    doubt_ages_between,
    doubt_ages_of_grades,
    doubt_labels,
    doubt_limits,
    doubt_sources,
)
from seatplan.district.doubts.schools import (
    doubt_classes,
    doubt_grades,
    doubt_ground,
    doubt_medians,
    doubt_names,
    doubt_totals,
    doubt_years,
)
from seatplan.district.doubts.slipping import doubt_slipped
from seatplan.district.doubts.supply import report_supply
from seatplan.district.draft import Draft
from seatplan.district.finding import Finding
from seatplan.district.tables import BIRTHS, HOUSING, NEIGHBOURS, RATIOS, TAKE_UP

CHECKS: tuple[Callable[[Draft], Iterable[Finding]], ...] = (
    report_history,
    report_crowding,
    report_combined,
    report_spans,
    report_demolition,
    report_supply,
    doubt_ages,
    doubt_blocks,
    doubt_births,
    doubt_ratios,
    doubt_take_up,
    doubt_housing,
    doubt_shape,
    doubt_totals,
    doubt_classes,
    doubt_grades,
    doubt_years,
    doubt_slipped,
    doubt_ground,
    doubt_names,
    doubt_medians,
    doubt_owners,
    doubt_children,
    doubt_distance,
    doubt_history,
    doubt_zones,
    doubt_layers,
    doubt_neighbours,
    doubt_blocks_apart,
    doubt_sites,
    doubt_settings,
    doubt_gates,
    doubt_points,
    doubt_gaps,
    doubt_crossings,
    doubt_junctions,
    doubt_water,
    doubt_ages_of_grades,
    doubt_ages_between,
    doubt_limits,
    doubt_sources,
    doubt_labels,
)

NEEDS: dict[
    Callable[[Draft], Iterable[Finding]], tuple[str, ...]
] = {  # of files that may be left out
    report_demolition: (HOUSING,),
    doubt_births: (BIRTHS, RATIOS),
    doubt_ratios: (RATIOS,),
    doubt_take_up: (TAKE_UP,),
    doubt_housing: (HOUSING,),
    doubt_shape: (TAKE_UP,),
    doubt_totals: (TAKE_UP,),
    doubt_medians: (TAKE_UP,),
    doubt_owners: ("catchments.csv",),
    doubt_children: ("catchments.csv", TAKE_UP),
    doubt_distance: ("catchments.csv",),
    doubt_layers: ("roads.geojson",),
    doubt_neighbours: (NEIGHBOURS,),
    doubt_sites: ("sites.geojson",),
    doubt_gates: ("catchments.csv",),
    doubt_crossings: ("roads.geojson",),
    doubt_junctions: ("roads.geojson",),
    doubt_water: ("roads.geojson", "water.geojson"),
    doubt_labels: ("provenance.csv",),
}


def report_tables(draft: Draft) -> Iterator[Finding]:
    """Yield every finding on the tables and layers of a draft without problems."""
    for doubt in CHECKS:
        if draft.has(*NEEDS.get(doubt, ())):
            yield from doubt(draft)
