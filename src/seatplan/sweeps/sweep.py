"""sweep(): many districts, scenarios and draws, and the tables that are read from their files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from seatplan.errors import InputError
from seatplan.files import write_beside
from seatplan.results import write_table
from seatplan.sweeps.engine import Engine, Progress, do_tasks
from seatplan.sweeps.tasks import Asked, list_tasks
from seatplan.sweeps.work import CLASSES, FIGURES, connect

PARTS_HELD = ("township", "catchment", "school")  # levels that the files hold beside the district
LIST = "tasks.csv"  # of the files that the last sweep left or found
LISTED = ("name", "district", "is_drawn")
QUANTILES = {"q05": 0.05, "q50": 0.5, "q95": 0.95}


@dataclass(frozen=True)
class Sweep:
    """The files of a sweep, and what is read from them.

    Parameters
    ----------
    out, tasks
        The folder, and what stands in it: a row each, in the order of the tasks: name (of the
        file), district (its code), is_drawn (draws, or the forecast itself).
    problems
        What is wrong with districts that have no file, a sentence each.
    """

    out: Path
    tasks: pd.DataFrame
    problems: tuple[str, ...] = ()

    def within(self, code: str) -> Sweep:
        """Return the districts whose code begins so ("64" a province, "6403" a city).

        No other district's files are opened.
        """
        return replace(self, tasks=self.tasks[self.tasks.district.str.startswith(code)])

    def national(self, level: str = "nation") -> pd.DataFrame:
        """Sum the forecast's figures up: index (`place`, `scenario`, `stage`, `year`).

        Parameters
        ----------
        level
            "nation" (one place), "province" or "city" (the first two or four digits of the
            district's code), "district", "township" (its code; where that does not begin with the
            district's, the district's before it), "catchment" or "school" (the district's code, a
            dash and the school's).

        Returns
        -------
        districts (how many were counted) and the figures of a comparison: pupils, seats,
        catchment_shortage, roll_over_seats, district_shortage (each district's own, added up),
        unplaced, classes, large_classes; of townships only pupils, seats and unplaced; of
        catchments pupils who live there, seats and catchment_shortage; of schools pupils on roll,
        seats and roll_over_seats. With districts their name and name_en.
        """
        inside = "district || '-' || place"
        places = {
            "nation": "'nation'",
            "province": _shorten(2),
            "city": _shorten(4),
            "district": "district",
            "township": f"CASE WHEN starts_with(place, district) THEN place ELSE {inside} END",
            "catchment": inside,
            "school": inside,
        }
        if level not in places:
            raise InputError(f"level {level}; want one of {', '.join(places)}")
        held = level if level in PARTS_HELD else "district"
        sums = ", ".join(f"sum({name})::BIGINT AS {name}" for name in [*FIGURES, *CLASSES])
        names = "any_value(name) AS name, any_value(name_en) AS name_en, "
        return self._ask(
            f"SELECT {places[level]} AS place, scenario, stage, year, "
            f"{names if level == 'district' else ''}count(DISTINCT filename) AS districts, {sums} "
            f"FROM rows_read WHERE level = '{held}' "
            "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
            ["place", "scenario", "stage", "year"],
        )

    def chances(self) -> pd.DataFrame:
        """Sum the draws of each district up: index (`district`, `scenario`, `stage`, `year`).

        Returns
        -------
        draws (how many), and for catchment_shortage, district_shortage and unplaced: mean, chance
        (share of the draws above 0), q05, q50 and q95 (the least number that so many draws do not
        pass). Draws of different districts do not go together, so nothing is added up over them.
        """
        parts = ["count(*) AS draws"]
        for name in ("catchment_shortage", "district_shortage", "unplaced"):
            parts += [f"avg({name}) AS {name}_mean", f"avg(({name} > 0)::INT) AS {name}_chance"]
            parts += [
                f"quantile_disc({name}, {share})::BIGINT AS {name}_{key}"
                for key, share in QUANTILES.items()
            ]
        return self._ask(
            f"SELECT district, scenario, stage, year, {', '.join(parts)} "
            "FROM rows_read GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
            ["district", "scenario", "stage", "year"],
            is_drawn=True,
        )

    def findings(self) -> pd.DataFrame:
        """Return what `check` finds doubtful: index (`district`, `kind`), a row each.

        Returns
        -------
        name (of the district), findings (how many of the kind) and told (the worst of them).
        """
        return self._ask(
            "SELECT district, place AS kind, name, findings::BIGINT AS findings, told "
            "FROM rows_read WHERE level = 'finding' ORDER BY 1, 2",
            ["district", "kind"],
        )

    def outlines(self) -> gpd.GeoDataFrame:
        """Return the outline of each district: index `district`, names, geometry in WGS-84."""
        table = self._ask(
            "SELECT district, any_value(name) AS name, any_value(name_en) AS name_en, "
            "any_value(outline) AS outline "
            "FROM rows_read WHERE level = 'outline' GROUP BY 1 ORDER BY 1",
            ["district"],
        )
        shapes = shapely.from_wkt(table.outline.to_numpy(object)) if len(table) else []
        return gpd.GeoDataFrame(table[["name", "name_en"]], geometry=shapes, crs=4326)

    def _ask(self, query: str, index: list[str], *, is_drawn: bool = False) -> pd.DataFrame:
        """Ask the files of this sweep, draws or forecasts, and no others that lie beside them."""
        names = self.tasks.name[self.tasks.is_drawn == is_drawn]
        if names.empty:
            return pd.DataFrame(columns=index).set_index(index)
        with connect() as base:
            base.execute("SET threads=1")  # sums of whole numbers; means in one order
            files = [str(self.out / name) for name in names]
            base.read_parquet(files, filename=True).create_view("rows_read")
            table: pd.DataFrame = base.execute(query).df()
        return table.set_index(index)


def sweep(
    folders: Sequence[str | Path],
    out: str | Path,
    *,
    scenarios: Sequence[str] = ("baseline",),
    draws: int = 0,
    block: int = 100,
    seed: int = 0,
    overflow: str = "stay",
    births: str = "medium",
    workers: int = 2,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Evaluate many districts under scenarios and draws, and leave one Parquet file a task.

    A task is a district with its scenarios and a block of draws. Its file is named by the hash of
    what goes in and moved into place whole: killed and begun again, a sweep does only what is
    missing and ends with the same bytes, on however many workers.

    Parameters
    ----------
    folders
        Folders of districts.
    out
        Folder of the files; on a cluster a share that every worker reaches under this name.
    scenarios, draws, block, seed, overflow, births
        See `tasks.Asked`.
    workers, engine, progress
        See `engine.do_tasks`.

    Raises
    ------
    InputError
        Folders or scenarios that are not there. A district that cannot be used ends nothing: it is
        told in `Sweep.problems`.
    """
    asked = Asked(tuple(scenarios), draws, block, seed, overflow, births)
    tasks = list_tasks(folders, asked)
    place = Path(out)
    problems = do_tasks(tasks, place, workers=workers, engine=engine, progress=progress)
    rows = [
        (task.name, task.district, task.last > 0) for task in tasks if (place / task.name).exists()
    ]
    done = pd.DataFrame(rows, columns=list(LISTED))
    with write_beside(place / LIST) as draft:
        write_table(done, draft, index=False)
    return Sweep(place, done, tuple(problems))


def read_sweep(out: str | Path) -> Sweep:
    """Open the files that the last sweep into a folder left, without looking at its districts.

    Parameters
    ----------
    out
        Folder of the files (`OUT/tasks` of the verb).

    Raises
    ------
    InputError
        No sweep has ended there, or a file of it is gone.
    """
    place = Path(out)
    if not (place / LIST).is_file():
        raise InputError(f"{place / LIST}: not there; want the folder of a sweep that has ended")
    done = pd.read_csv(place / LIST, dtype={"name": str, "district": str}, na_filter=False)
    gone = [name for name in done.name if not (place / name).is_file()]
    if gone:
        raise InputError(f"{place}: {len(gone)} files are gone, {gone[0]} first; sweep again")
    return Sweep(place, done)


def _shorten(digits: int) -> str:
    """Return the first digits of a district's code, in SQL; a code that is no number is whole."""
    return f"regexp_replace(district, '^([0-9]{{{digits}}})[0-9]+$', '\\1')"
