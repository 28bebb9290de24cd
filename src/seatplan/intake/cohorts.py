"""Columns of cohorts, called by the year in which they entered, as columns of grades."""

from __future__ import annotations

from dataclasses import replace

from seatplan.district.grade_names import ENTRY, grade_rank, place_cohort, read_cohort
from seatplan.district.standards import Standards
from seatplan.errors import InputError
from seatplan.intake.sources import Source
from seatplan.intake.words import part_count, read_own_span


def name_cohorts(source: Source, standards: Standards, year: int) -> Source:
    """Return a sheet whose columns of cohorts (小学2023级) are those of the grades they are in.

    A cohort without a stage (2023级) is of the stage that the school of its row teaches; of areas,
    and of schools of several stages, of the one that has as many grades as there are such columns.

    Parameters
    ----------
    year
        The base year: in its autumn pupils are counted.

    Raises
    ------
    InputError
        A cohort is in no grade of its stage then, or its stage cannot be known.
    """
    named = {str(c): (read_cohort(part_count(c)[0]), part_count(c)[1]) for c in source.cells}
    cohorts = {c: (*own, what) for c, (own, what) in named.items() if own is not None}
    cohorts = {c: own for c, own in cohorts.items() if c not in source.columns.values()}
    if not cohorts:
        return source
    bare = len({entered for stage, entered, _ in cohorts.values() if not stage})
    stages = _find_stages(source, standards, bare)
    cells, problems, told = source.cells.copy(), list[str](), dict[str, None]()
    for column, (stage, entered, what) in cohorts.items():
        for row, cell in source.cells[column].items():
            own = stage or stages[row]
            rank = place_cohort(own, entered, year) if own else None
            code = next((g for g in standards.grades if grade_rank(g) == rank), None)
            if cell is None:
                continue
            if not own:
                problems.append(f"{source.name}: column {column}: want its stage, as 小学{column}")
            elif rank is None or code is None:
                at = max(start for _, start, _ in cohorts.values())
                want = f"in no grade of its stage in autumn {year}; want --year {at}, or its grade"
                problems.append(f"{source.name}: column {column}: {want}")
            else:
                if code + what not in cells:
                    cells[code + what] = None
                cells.loc[row, code + what] = cell
                told[f"{column} = {code}"] = None
    if problems:
        raise InputError(list(dict.fromkeys(problems)))
    said = f"{source.name}: cohorts are read as the grades of autumn {year}: {', '.join(told)}"
    return replace(source, cells=cells.drop(columns=list(cohorts)), told=(*source.told, said))


def _find_stages(source: Source, standards: Standards, columns: int) -> dict[object, str]:
    """Return of each row the stage that cohorts without one are of, "" where none is known."""
    alike = [stage for stage, (_, years) in ENTRY.items() if years == columns and stage in "小初"]
    usual = alike[0] if alike else ""
    cells = source.get("grades")
    if cells is None:
        return dict.fromkeys(source.cells.index, usual)
    found: dict[object, str] = {}
    for row, cell in cells.items():
        span = (read_own_span(cell, standards) if cell is not None else None) or []
        ranks = [rank for code in span if (rank := grade_rank(code)) is not None]
        own = [s for s, (at, years) in ENTRY.items() if any(at <= r < at + years for r in ranks)]
        found[row] = own[0] if len(own) == 1 else usual
    return found
