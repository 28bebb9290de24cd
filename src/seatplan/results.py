"""The folder a run leaves: tables, layers, the scenario as it was run, and its inputs."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from seatplan.errors import InputError
from seatplan.files import write_beside, write_text
from seatplan.findings.closures import list_closures
from seatplan.literal import spell_table
from seatplan.measures.flags import round_flags
from seatplan.outcome import Outcome
from seatplan.scenarios.notation import write_tables
from seatplan.scenarios.scenario import name_codes, write_scenario

RECORD = "run.json"
DECISIONS = "decisions.toml"
MADE = "2000-01-01T00:00:00Z"  # a fixed date in layers: the same figures give the same bytes
LISTS = ("flags", "closures")  # tables without an index
LIBRARIES = ("geopandas", "highspy", "numba", "numpy", "pandas", "scipy", "shapely")


@dataclass(frozen=True)
class Results:
    """An outcome in whole numbers; parts add up to their totals. Every view reads these tables.

    `grades`: index (`school`, `grade`, `year`): pupils, classes, largest, limit.
    `schools`: index (`school`, `stage`, `year`): classrooms, seats, pupils (attend), residents
    (live in the catchment), balance (seats - residents; below zero: its catchment shortage),
    walk_m (of those who attend).
    `blocks`: index (`block`, `stage`, `year`): pupils, seated, unplaced, school (of the catchment,
    "" without one), walk_m (to it).
    `places`: index (`level`, `place`, `stage`, `year`), level "township" or "district": seats,
    pupils, residents, unplaced, balance.
    `flags`: code, school, stage, grade, year, value, limit, first_year, source.
    `closures`: who goes on where when a school closes, and how far (see `list_closures`).

    Metres are whole, and missing where there is no way.
    """

    grades: pd.DataFrame
    schools: pd.DataFrame
    blocks: pd.DataFrame
    places: pd.DataFrame
    flags: pd.DataFrame
    closures: pd.DataFrame


def tabulate(outcome: Outcome) -> Results:
    """Gather the tables of an outcome that people read."""
    balance = outcome.balance
    flags = outcome.flags.table
    return Results(
        grades=outcome.classes.table.astype(int),
        schools=_whole_metres(balance.schools),
        blocks=_whole_metres(balance.blocks),
        places=balance.places,
        flags=flags.assign(value=round_flags(flags, outcome.standards)),
        closures=list_closures(outcome),
    )


def write_run(
    outcome: Outcome,
    folder: Path,
    *,
    also: Mapping[str, pd.DataFrame] | None = None,
    by: str = "",
) -> None:
    """Write an outcome's tables, layers, scenario and record as `folder`, moved into place whole.

    `also` are tables to be written beside them, by the name of their file, without their index.
    `by` says who decided; it stands in decisions.toml with what was decided and what was seen.

    CSV is UTF-8 with a byte order mark, so that Excel reads the Chinese. An earlier run is
    replaced; InputError where the folder holds something else, which stays as it is.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / RECORD).exists():
        raise InputError(f"{folder}: holds files of its own; want a new folder, or that of a run")
    results = tabulate(outcome)
    with write_beside(folder) as draft:
        draft.mkdir()
        for name in Results.__dataclass_fields__:
            write_table(getattr(results, name), draft / f"{name}.csv", index=name not in LISTS)
        for name, table in (also or {}).items():
            write_table(table, draft / f"{name}.csv", index=False)
        _write_layers(outcome, results, draft / "layers.gpkg")
        if len(outcome.district.assumptions):
            write_table(outcome.district.assumptions, draft / "assumptions.csv", index=False)
        write_scenario(outcome.scenario, draft / "scenario.toml")
        write_decisions(outcome, draft / DECISIONS, by=by)
        record = json.dumps(describe_run(outcome), ensure_ascii=False, indent=2)
        (draft / RECORD).write_text(record + "\n", encoding="utf-8", newline="\n")


def write_decisions(outcome: Outcome, path: Path, *, by: str = "") -> None:
    """Write what was decided, by whom, and the hashes of what was seen, as TOML.

    Scenario, births, overflow and the other choices of a run; each step of the plan with its
    source; each assumption that was made for want of a table; and the hash of every file that was
    read. Next year's planner runs the same scenario.toml on files whose hashes agree.
    """
    scenario, district = outcome.scenario, outcome.district
    decided = {"by": by, "district": district.code, "scenario": scenario.name}
    decided |= {"fingerprint": scenario.fingerprint, "seatplan": version("seatplan")}
    tables: list[tuple[str, Mapping[str, object]]] = [
        ("[decided]", decided),
        ("[choices]", vars(outcome.policy)),
    ]
    codes = name_codes(district, outcome.standards, "zh")
    for step in scenario.interventions:
        told = {"kind": step.kind, "year": step.year, "source": step.source}
        tables.append(("[[step]]", {**told, "what": step.describe("zh", codes)}))
    tables += [
        ("[[assumption]]", {"zh": str(zh), "en": str(en)})
        for zh, en in district.assumptions[["zh", "en"]].to_numpy()
    ]
    tables += [("[[seen]]", {"file": file, "hash": held}) for file, held in district.inputs.items()]
    write_text(path, write_tables(tables))


def write_table(table: pd.DataFrame, path: Path, *, index: bool = True) -> None:
    """Write a table as CSV that Excel opens with its Chinese whole, and runs nothing of."""
    path.write_text(spell_table(table, index=index), encoding="utf-8-sig", newline="\n")


@cache
def version(name: str) -> str:
    """Return the version of an installed package; looking it up takes a while."""
    return metadata.version(name)


def describe_run(outcome: Outcome) -> dict[str, object]:
    """Say what a run was made from: district, scenario, policy, input hashes, versions."""
    return {
        "district": outcome.district.code,
        "scenario": outcome.scenario.name,
        "fingerprint": outcome.scenario.fingerprint,
        "policy": vars(outcome.policy),
        "inputs": dict(outcome.district.inputs),
        "versions": {
            "seatplan": version("seatplan"),
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
    }


def _whole_metres(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(walk_m=table.walk_m.round().astype("Int64"))


@contextmanager
def without_clock() -> Iterator[None]:
    """Let layers bear the date `MADE`, whenever they are written."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": MADE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_layers(outcome: Outcome, results: Results, path: Path) -> None:
    """Write schools and blocks with their figures by year, one row a school or block and stage."""
    layers = {
        "schools": _spread(results.schools, outcome.district.schools, ["seats", "pupils"]),
        "catchments": _spread(results.blocks, outcome.district.blocks, ["pupils", "unplaced"]),
        "roads": outcome.district.roads,
    }
    with without_clock():
        for name, layer in layers.items():
            layer.to_file(path, layer=name, driver="GPKG", engine="pyogrio")


def _spread(table: pd.DataFrame, places: gpd.GeoDataFrame, columns: list[str]) -> gpd.GeoDataFrame:
    """Lay the years side by side and join them to their places."""
    wide = pd.concat(
        {name: table[name].unstack("year").add_prefix(f"{name}_") for name in columns}, axis=1
    ).droplevel(0, axis=1)
    label = str(places.index.name)
    rows = wide.reset_index()
    joined = places.loc[rows[label]].reset_index()
    return gpd.GeoDataFrame(
        pd.concat([joined, rows.drop(columns=label)], axis=1), geometry="geometry", crs=places.crs
    )
