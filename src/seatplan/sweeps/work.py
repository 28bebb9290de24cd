"""Work: what one task does, and the rows that it leaves in its file."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from seatplan.comparison import compare
from seatplan.demand.variants import find_variants
from seatplan.district.district import District
from seatplan.district.finding import Finding, rank_findings
from seatplan.district.reading import check_district, read_standards
from seatplan.district.standards import Policy
from seatplan.draws import lay_draws, list_draws
from seatplan.errors import InputError, SeatplanError
from seatplan.files import write_beside
from seatplan.outcome import Outcome, evaluate
from seatplan.scenarios.closures import LOG as STEPS
from seatplan.scenarios.scenario import BASELINE, Scenario, read_scenario
from seatplan.seating.spreading import draw_demand
from seatplan.sweeps.tasks import CENTRAL, Task

LOG = logging.getLogger(__name__)
NOTES: ContextVar[list[str] | None] = ContextVar("notes", default=None)  # of the task that is done
NO_DRAW = -1  # in the place of a draw: the forecast itself
FIGURES = ["pupils", "seats", "catchment_shortage", "roll_over_seats", "district_shortage"]
FIGURES += ["unplaced"]
CLASSES = ["classes", "large_classes"]
COLUMNS = [
    "folder",
    "district",
    "name",
    "name_en",
    "level",
    "place",
    "scenario",
    "draw",
    "stage",
    "year",
]
COLUMNS += [*FIGURES, *CLASSES, "findings"]
TEXTS = ["outline", "told"]  # an outline as WKT; the worst finding of a kind
COLUMNS += TEXTS
PARTS = {  # columns of schools and of catchments, and the measures that they hold
    "school": {"pupils": "pupils", "seats": "seats", "roll_over_seats": "roll_over_seats"},
    "catchment": {
        "pupils": "residents",
        "seats": "seats",
        "catchment_shortage": "catchment_shortage",
    },
}
SIMPLE_M = 200.0  # outlines of districts are drawn no finer


def run_task(task: Task, out: str) -> str:
    """Do one task and move its file into place; return "" or what is wrong with its district.

    Nothing is done where the file stands. The same task writes the same bytes.
    """
    place = Path(out) / task.name
    if place.exists():
        return ""
    with _hold_notes() as notes:
        try:
            rows = _work(task)
        except SeatplanError as refusal:
            return f"{task.folder}: {refusal}"
    if notes and task.last == 0:
        more = f"; {len(notes) - 1} more like it" if notes[1:] else ""
        LOG.warning("%s: %s%s (seatplan evaluate tells them all)", task.folder, notes[0], more)
    write_rows(rows, place)
    return ""


@contextmanager
def _hold_notes() -> Iterator[list[str]]:
    """Keep what steps log while a task is done, each note once, and hand it over."""
    notes: list[str] = []
    before = NOTES.set(notes)
    try:
        yield notes
    finally:
        NOTES.reset(before)


def _pass_note(record: logging.LogRecord) -> bool:
    """Say whether a note goes on to the terminal: not where a task of this thread holds it."""
    notes = NOTES.get()
    if notes is not None and (said := record.getMessage()) not in notes:
        notes.append(said)
    return notes is None


STEPS.addFilter(_pass_note)


def write_rows(rows: pd.DataFrame, place: Path) -> None:
    """Write rows as a Parquet file, beside and moved into place.

    Raises
    ------
    InputError
        DuckDB is not installed.
    """
    plain = rows.astype(dict.fromkeys(rows.columns[rows.dtypes == "str"], object))
    with write_beside(place) as draft, connect() as base:
        base.execute("SET threads=1")  # one order of rows, so that the same rows are the same bytes
        base.register("rows_of_task", plain)
        target = str(draft).replace("'", "''")
        base.execute(f"COPY rows_of_task TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def connect() -> Any:
    """Open a database in memory; a sentence where DuckDB is not installed."""
    try:
        import duckdb
    except ImportError as error:
        raise InputError("a sweep writes Parquet files: pip install 'seatplan[sweep]'") from error
    return duckdb.connect()


def _work(task: Task) -> pd.DataFrame:
    asked, folder = task.asked, Path(task.folder)
    looked = check_district(folder)
    if looked.district is None:
        raise InputError(looked.problems)
    district, standards = looked.district, read_standards(folder / "standards.toml")
    policy = Policy(overflow=asked.overflow, births=asked.births)  # type: ignore[arg-type]
    scenarios = [_read(file, at) for at, file in enumerate(task.scenarios)]
    label = {"folder": folder.resolve().name, "district": district.code}
    label |= {"name": district.name.zh, "name_en": district.name.en}
    if task.last == 0:
        outcomes: list[Outcome] = []
        for scenario in scenarios:
            costs = outcomes[0].costs if outcomes else None
            outcomes.append(evaluate(district, standards, scenario, policy=policy, costs=costs))
        doubts = _list_doubts(district, looked.findings)
        table = pd.concat([*_tabulate(outcomes), _outline(district), *doubts])
    else:
        draws = draw_demand(
            district,
            standards,
            n=asked.draws,
            seed=asked.seed,
            policy=policy,
            variants=find_variants(folder),
        )
        parts = []
        for scenario in scenarios:
            futures = lay_draws(district, standards, scenario, draws=draws, policy=policy)
            found = list_draws(futures, task.first, task.last)
            parts.append(found.assign(scenario=scenario.name))
        table = pd.concat(parts).assign(level="district", place=district.code)
    table = table.assign(**label).reindex(columns=COLUMNS)
    texts = {name: table[name].astype(object).fillna("") for name in TEXTS}
    return table.assign(**texts).reset_index(drop=True)


def _read(file: str, at: int) -> Scenario:
    """Read a scenario; one called baseline that is a file keeps its name but for the first."""
    if file == CENTRAL:
        return BASELINE
    scenario = read_scenario(file)
    return replace(scenario, name=f"baseline-{at}") if scenario.name == CENTRAL else scenario


def _outline(district: District) -> pd.DataFrame:
    """Return the outline of a district as one row: WKT, longitude and latitude in WGS-84.

    Where homes are points it is the shape that holds them all.
    """
    whole = district.blocks.geometry.union_all()
    if not whole.area:
        whole = whole.convex_hull
    line = gpd.GeoSeries([whole.simplify(SIMPLE_M)], crs=district.blocks.crs).to_crs(4326)
    text = shapely.to_wkt(line.iloc[0], rounding_precision=4)
    row = {"level": "outline", "place": district.code, "outline": text}
    row |= {"scenario": "", "stage": "", "year": district.base_year, "draw": NO_DRAW}
    return pd.DataFrame([row])


def _list_doubts(district: District, findings: list[Finding]) -> list[pd.DataFrame]:
    """Return what is doubtful of a district: a row each kind, how many, and the worst of them."""
    kinds: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.level == "doubtful":
            kinds.setdefault(finding.kind, []).append(finding)
    worst = [(kind, len(own), str(rank_findings(own)[0])) for kind, own in kinds.items()]
    if not worst:
        return []
    table = pd.DataFrame(worst, columns=["place", "findings", "told"])
    table = table.assign(level="finding", scenario="", stage="", draw=NO_DRAW)
    return [table.assign(year=district.base_year)]


def _tabulate(outcomes: list[Outcome]) -> Iterator[pd.DataFrame]:
    """Yield the figures of a district by scenario, stage and year, then of its parts.

    Parts are townships, schools (their rolls) and catchments (who lives in them).
    """
    code = outcomes[0].district.code
    whole = compare(outcomes).table[[*FIGURES, *CLASSES]].reset_index()
    yield whole.assign(level="district", place=code, draw=NO_DRAW)
    for outcome in outcomes:
        places = outcome.balance.places.xs("township", level="level").reset_index()
        places = places.drop(columns=["pupils", "balance"]).rename(columns={"residents": "pupils"})
        yield places.assign(level="township", scenario=outcome.scenario.name, draw=NO_DRAW)
        for level, names in PARTS.items():
            part = pd.DataFrame({name: outcome.measure(key) for name, key in names.items()})
            part = part.dropna(subset="seats").reset_index().rename(columns={"school": "place"})
            if level == "catchment":
                part = part[part.stage.isin(outcome.standards.zoned)]
            yield part.assign(level=level, scenario=outcome.scenario.name, draw=NO_DRAW)
