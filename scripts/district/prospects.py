"""Candidate sites and planned housing: examples, all synthetic."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from district.enrolment import PRIMARY
from district.schools import Schools
from district.sources import part_rng, to_lonlat

# Sites: stages, setting or township, classrooms and earliest years, m2 a classroom, metres apart.
SITES = [
    ("primary", "urban", (36, 36, 36, 36), range(2022, 2026), 480.0, 1500.0),
    ("primary", "urban", (30, 30, 24, 24), range(2022, 2026), 480.0, 700.0),
    ("kindergarten", "urban", (12, 12, 12, 12), range(2021, 2022), 330.0, 700.0),
    ("kindergarten", "640302100", (12,), range(2021, 2022), 360.0, 700.0),
    ("kindergarten", "urban", (15, 15, 12, 12), range(2022, 2027), 330.0, 700.0),
    ("primary junior", "urban", (36, 36, 30, 30), range(2022, 2027), 560.0, 700.0),
    ("primary", "town", (24, 18, 18), range(2022, 2027), 560.0, 700.0),
    ("kindergarten", "town", (12, 12, 9), range(2022, 2027), 380.0, 700.0),
    ("kindergarten", "rural", (12, 9), range(2022, 2027), 420.0, 700.0),
    ("primary", "rural", (18, 12), range(2022, 2027), 700.0, 700.0),
]
HOUSING_YEARS = [2022, 2023, 2023, 2024, 2024, 2025, 2026, 2026, 2027, 2028]
FRINGE_M = (2200.0, 6500.0)  # new estates lie this far from the middle of the core


def build_sites(blocks: pd.DataFrame, residents: pd.DataFrame, schools: Schools) -> pd.DataFrame:
    """Place candidate sites where seats are short, spread over the district.

    Urban primary sites lean to the catchments with the most pupils beyond their seats.
    """
    rng = part_rng("sites")
    pressure = _pressure(blocks, schools)
    children = residents[[f"age_{a}" for a in range(3, 12)]].sum(axis=1).to_numpy(dtype=float)
    xy = blocks[["x", "y"]].to_numpy()
    rows: list[tuple[int, dict[str, object]]] = []
    for stages, where, rooms, years, land, apart in SITES:
        here = (blocks["setting"] == where) | (blocks["township"] == where)
        weight = children * here.to_numpy()
        weight = weight * (pressure**2 if stages != "kindergarten" else 1.0)
        for n, most in enumerate(rooms):
            same = [block for block, row in rows if str(row["stages"]) in stages]
            gap = xy[:, None, :] - xy[np.array(same, dtype=int)][None, :, :]
            clear = (np.hypot(gap[..., 0], gap[..., 1]) > apart).all(axis=1)
            spot = int(rng.choice(len(blocks), p=weight * clear / (weight * clear).sum()))
            properties = {
                "stages": stages,
                "land_m2": int(round(most * land * rng.uniform(0.9, 1.25), -2)),
                "max_classrooms": most,
                "earliest_year": years[n % len(years)],
            }
            rows.append((spot, properties))
    table = pd.DataFrame([properties for _, properties in rows])
    return _put_sites(table.assign(block=[spot for spot, _ in rows]), blocks, rng)


def _pressure(blocks: pd.DataFrame, schools: Schools) -> np.ndarray:
    """Pupils for each seat of 45 of the primary school of a block."""
    table = schools.table
    rolls = table[[f"roll_{g}" for g in PRIMARY]].sum(axis=1)
    ratio = rolls / (table["classrooms_primary"] * 45)
    return schools.catchments["primary"].map(ratio).reindex(blocks.index).to_numpy(dtype=float)


def _put_sites(table: pd.DataFrame, blocks: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    at = blocks.iloc[table["block"]]
    step = np.sqrt(at["area_m2"].to_numpy()).clip(max=1200.0) * 0.25
    angle = rng.uniform(0, 2 * np.pi, len(table))
    table["x"] = at["x"].to_numpy() + step * np.cos(angle)
    table["y"] = at["y"].to_numpy() + step * np.sin(angle)
    ids = [f"S{k:02d}" for k in range(1, len(table) + 1)]
    return table.set_index(pd.Index(ids, name="id"))


def list_sites(sites: pd.DataFrame) -> list[tuple[dict[str, object], shapely.Geometry]]:
    """Return properties and point of each site."""
    features = []
    for row in sites.reset_index().to_dict("records"):
        number = row["id"][1:]
        properties = {
            "id": row["id"],
            "name": f"示例用地{number}",
            "name_en": f"Sample site {number}",
        }
        for column in ("stages", "land_m2", "max_classrooms", "earliest_year"):
            properties[column] = row[column]
        point = to_lonlat(shapely.Point(row["x"], row["y"]))
        features.append((properties | {"provenance": "synthetic"}, point))
    return features


def build_housing(blocks: pd.DataFrame) -> pd.DataFrame:
    """Return ten made-up estates on the fringe of the core."""
    rng = part_rng("housing")
    urban = (blocks["setting"] == "urban").to_numpy()
    xy = blocks[["x", "y"]].to_numpy()
    reach = np.hypot(*(xy - np.median(xy[urban], axis=0)).T)
    fringe = np.flatnonzero(urban & (reach > FRINGE_M[0]) & (reach < FRINGE_M[1]))
    spots = rng.choice(fringe, size=len(HOUSING_YEARS), replace=False)
    return pd.DataFrame(
        {
            "block": blocks.index[spots],
            "year": HOUSING_YEARS,
            "dwellings": rng.integers(4, 15, len(spots)) * 60,
            "residents_per_dwelling": 2.67,
            "pupils_per_1000": rng.integers(16, 20, len(spots)) * 10,
            "from_outside": rng.integers(4, 9, len(spots)) / 10,
            "provenance": "synthetic",
            "source": "example: no estate of this name or size is known; 2.67 is the census "
            "household of 2020, 160-190 pupils per 1,000 are near the district's 191",
        }
    )
