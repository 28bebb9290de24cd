"""What a choice by coverage is told as: a table of new schools, and the scenario that builds them.

Places are candidate sites, or the middle of a block, which is made up and says so.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from seatplan.district.stages import Label
from seatplan.labels import Floats
from seatplan.outcome import Outcome
from seatplan.scenarios.interventions import NewSchool
from seatplan.scenarios.scenario import Scenario
from seatplan.siting.proposal import make_ids
from seatplan.siting.survey import Survey

Flags = npt.NDArray[np.bool_]
BLOCK = "block "  # before the id of a block that is offered as a place


def tabulate_cover(
    survey: Survey,
    opened: Flags,
    inside: Flags,
    weight: Floats,
    classrooms: int,
    first: int,
) -> pd.DataFrame:
    """Return the new schools, those that reach most pupils first."""
    standing = len(survey.schools)
    chosen = np.flatnonzero(opened) - standing
    places = survey.places.index[chosen]
    sites = survey.outcome.district.sites.loc[places]
    near = inside[:, opened]
    open_to = inside[:, :standing].any(axis=1)
    only = (near.sum(axis=1) == 1) & ~open_to
    free_from = [survey.years[int(year)] for year in survey.earliest[chosen]]
    table = pd.DataFrame(
        {
            "name": sites.name.astype(str),
            "year": np.maximum(free_from, first),
            "classrooms": classrooms,
            "seats": classrooms * survey.per_class,
            "reached": weight @ near,
            "alone": weight @ (near & only[:, None]),
            "x": sites.geometry.x,
            "y": sites.geometry.y,
        },
        index=places,
    ).sort_values(["reached", "x", "y"], ascending=[False, True, True], kind="stable")
    table.insert(0, "school", make_ids(survey.outcome, len(table)))
    return table


def write_cover(survey: Survey, table: pd.DataFrame, aim: str) -> Scenario:
    """Return the new schools as a scenario, their names plainly made up."""
    outcome = survey.outcome
    stage = outcome.standards.stage(survey.stage)
    points = gpd.GeoSeries.from_xy(table.x, table.y, crs=outcome.district.blocks.crs)
    places = points.to_crs("EPSG:4326")
    steps = []
    for number, (place, row) in enumerate(table.iterrows(), 1):
        step: dict[str, object] = {
            "school": row.school,
            "name": f"选址{stage.name.zh}{number}（{place}）",
            "name_en": f"Sited {stage.name.en.lower()} {number} ({place})",
            "year": int(row.year),
            "classrooms": {survey.stage: int(row.classrooms)},
            "source": f"seatplan site, objective {aim}: name and place are the model's",
        }
        point = places.iloc[number - 1]
        where = (
            {"at": (round(point.x, 6), round(point.y, 6))} if _is_block(place) else {"site": place}
        )
        steps.append(NewSchool.model_validate(step | where))
    head = f"cover-{survey.stage}-{aim}"
    title = Label(f"覆盖选址：{stage.name.zh}", f"Coverage: {stage.name.en.lower()}")
    return Scenario(head, title, tuple(steps))


def _is_block(place: object) -> bool:
    return str(place).startswith(BLOCK)


def offer_blocks(outcome: Outcome, stage: str, first: int) -> Outcome:
    """Offer the home of every block with residents as a candidate site, besides the sites."""
    district, homes = outcome.district, outcome.costs.homes.xy
    blocks = district.blocks.index
    offered = gpd.GeoDataFrame(
        {
            "name": [f"街区 {block} 中心" for block in blocks],
            "stages": stage,
            "land_m2": np.inf,
            "max_classrooms": 10_000,
            "earliest_year": first,
        },
        geometry=gpd.points_from_xy(homes[:, 0], homes[:, 1]),
        index=pd.Index([f"{BLOCK}{block}" for block in blocks], name=district.sites.index.name),
        crs=district.sites.crs or district.blocks.crs,
    )
    sites = pd.concat([district.sites, offered])
    return replace(outcome, case=replace(outcome.case, district=district.replace(sites=sites)))
