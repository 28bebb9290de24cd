"""Build `data/` from `data/sources/`: python scripts/build_district.py [--out FOLDER].

Seeded: a second run writes the same bytes. Hand-written files (`standards.toml`, `plan.toml`,
`sources/`) are left as they are.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from district import (
    blocks,
    cohorts,
    dictionary,
    enrolment,
    fit,
    journeys,
    neighbours,
    prospects,
    residents,
    rides,
    roads,
    schools,
    water,
)
from district.sources import BASE_YEAR, CODE, HORIZON, LONLAT, METRIC, read_sources
from district.writing import write_features, write_table
from district.zones import build_zones

ROOT = Path(__file__).resolve().parent.parent

DISTRICT_TOML = f"""\
# Litong District, Wuzhong, Ningxia. Written by scripts/build_district.py.
code = "{CODE}"
name = {{zh = "利通区", en = "Litong District"}}
base_year = {BASE_YEAR}
horizon = {HORIZON}
crs = "{METRIC}"        # CGCS2000 / 3-degree Gauss-Kruger CM 105E, metres
file_crs = "{LONLAT}"   # CGCS2000, longitude and latitude
"""


def build_district(origin: Path, out: Path) -> None:
    """Write every generated file of the district to `out`."""
    sources = read_sources(origin)
    zones = build_zones(sources)
    ground = blocks.build_blocks(zones)
    people = residents.build_residents(sources, zones, ground)
    ages = residents.age_totals(sources)
    courses = water.build_water(zones.outline)
    network = roads.build_roads(zones, ground, courses)
    totals = enrolment.count_stages(sources, ages)
    readings = rides.draw_readings(sources, ground, people, network, totals)
    built = min(readings, key=lambda reading: reading.unexplained_km)
    school = schools.build_schools(sources, ground, people, ages, network, built, totals)
    sites = prospects.build_sites(ground, people, school)
    fits = fit.measure_fit(sources, ground, people, school, built)
    words = dictionary.read_dictionary()

    out.mkdir(parents=True, exist_ok=True)
    write_text(DISTRICT_TOML, out / "district.toml")
    write_table(zones.table, out / "zones.csv")
    write_features(list_blocks(ground), out / "population" / "blocks.geojson")
    counted = people.reset_index().assign(provenance="calibrated")
    write_table(counted, out / "population" / "residents.csv")
    write_table(cohorts.build_births(sources), out / "population" / "births.csv")
    write_table(cohorts.build_ratios(sources), out / "population" / "cohort_ratios.csv")
    rates = cohorts.build_take_up(sources, school.totals.by_stage(), ages)
    write_table(rates, out / "population" / "take_up.csv")
    write_table(prospects.build_housing(ground), out / "population" / "housing.csv")
    write_features(schools.list_features(school.table), out / "schools.geojson")
    write_table(list_catchments(school), out / "catchments.csv")
    write_features(roads.list_roads(network), out / "roads.geojson")
    write_features(water.list_water(courses), out / "water.geojson")
    around = neighbours.list_neighbours(sources.neighbours, zones.outline)
    write_features(around, out / "neighbours.geojson")
    write_features(prospects.list_sites(sites), out / "sites.geojson")
    write_table(dictionary.tabulate_provenance(words), out / "provenance.csv")
    write_text(dictionary.describe_data(words), out / "README.md")
    text = fit.describe_fit(fits, journeys.describe_journeys(readings, built))
    write_text(text, out / "FIT.md")


def write_text(text: str, path: Path) -> None:
    """Write text with plain line ends, whatever the machine."""
    path.write_text(text, encoding="utf-8", newline="\n")


def list_blocks(ground: pd.DataFrame) -> list[tuple[dict[str, object], object]]:
    """Return properties and polygon of each block."""
    return [
        (
            {"id": row.Index, "unit": row.unit, "township": row.township,
             "setting": row.setting, "provenance": "synthetic"},
            row.lonlat,
        )
        for row in ground.itertuples()
    ]  # fmt: skip


def list_catchments(school: schools.Schools) -> pd.DataFrame:
    """Return the catchments in force: block, stage, school."""
    rows = [
        ids.rename_axis("block").reset_index().assign(stage=stage)
        for stage, ids in school.catchments.items()
    ]
    return pd.concat(rows)[["block", "stage", "school"]]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sources", type=Path, default=ROOT / "data" / "sources")
    parser.add_argument("--out", type=Path, default=ROOT / "data")
    arguments = parser.parse_args()
    build_district(arguments.sources, arguments.out)
