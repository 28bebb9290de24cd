"""Rolls of schools that state none, from the areas of their catchments or nearest to them."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd

from seatplan.district.defaults import say_assumed
from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.intake.areas import Areas, find_nearest
from seatplan.intake.schools import Schools, Told


def fill_rolls(
    schools: Schools,
    points: gpd.GeoSeries,
    areas: Areas,
    standards: Standards,
    catchments: pd.DataFrame,
) -> tuple[Schools, list[Told]]:
    """Return schools with rolls: where none are said, those of the areas of each.

    Parameters
    ----------
    catchments
        block, stage, school and perhaps share; of a stage that is not there each area belongs to
        the nearest school.

    Raises
    ------
    InputError
        Some schools have rolls, and others none.
    """
    if not schools.rolls.isna().all(axis=None):
        empty = [school for school in schools.teaches if schools.rolls.loc[school].isna().all()]
        if not empty:
            return schools, []
        names = ", ".join(schools.table.name[empty])
        raise InputError(f"{names}: no pupils; want 在校生 for every school or for none")
    rolls = schools.rolls.copy()
    homes = areas.shapes.representative_point()
    for stage in standards.stages:
        zoned = catchments[catchments.stage == stage.code]
        for grade in stage.grades:
            teaches = [s for s, codes in schools.teaches.items() if grade.code in codes]
            if not teaches:
                continue
            people = areas.residents[list(range(grade.age_from, grade.age_to + 1))].sum(axis=1)
            if len(zoned) and set(zoned.school) <= set(teaches):
                share = zoned.get("share", pd.Series(1.0, zoned.index)).fillna(1.0).astype(float)
                pupils = (zoned.block.map(people) * share).groupby(zoned.school).sum()
            else:
                pupils = people.groupby(find_nearest(homes, points[teaches])).sum()
            rolls.loc[teaches, grade.code] = pupils.reindex(teaches).fillna(0).round()
    code = "rolls_from_catchments" if len(catchments) else "rolls_from_areas"
    return replace(schools, rolls=rolls), [("schools.geojson", say_assumed(code))]
