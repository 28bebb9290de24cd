"""One page of TOML beside two sheets: written blank, then read back as what is wanted."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import Field

from seatplan.district.coordinates import Datum
from seatplan.errors import InputError
from seatplan.files import write_beside
from seatplan.intake.blanks import Language, read_words, write_blank
from seatplan.intake.folder import Wanted
from seatplan.toml_files import Declaration, read_declaration

PAGE = "new.toml"
SHEETS = {"schools": "schools.xlsx", "areas": "areas.xlsx"}


class Page(Declaration):
    """What `new.toml` may say; files stand beside it unless their path says otherwise."""

    name: str
    year: int
    schools: str
    pupils: str | None = None
    outline: str | None = None
    roads: str | None = None
    standards: str | None = None
    coordinates: Datum | None = None
    grades: str | None = None
    class_size: float | None = Field(default=None, gt=0, le=1000, strict=False)
    travel: str | None = None
    attend: str | None = None
    code: str = "new"


def write_page(folder: Path, name: str, year: int, language: Language) -> list[Path]:
    """Write the page and the two blank sheets into a new folder; return what was written.

    Raises
    ------
    InputError
        The folder holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder}: holds files already; want a new folder")
    words = read_words()["page"][language].lstrip("\n")
    text = words.format(folder=folder, name=json.dumps(name, ensure_ascii=False), year=year)
    contents = {PAGE: text.encode("utf-8")}
    contents |= {file: write_blank(group, language) for group, file in SHEETS.items()}
    for file, content in contents.items():
        with write_beside(folder / file) as draft:
            draft.write_bytes(content)
    return [folder / file for file in contents]


def read_page(folder: Path) -> Wanted:
    """Return what the page of a folder wants; InputError with one sentence for each fault."""
    page = read_declaration(folder / PAGE, Page)

    def beside(file: str | None) -> Path | None:
        return None if file is None else folder / file

    return Wanted(
        folder / page.schools,
        beside(page.pupils),
        beside(page.outline),
        beside(page.roads),
        beside(page.standards),
        page.year,
        page.name,
        page.coordinates,
        page.grades,
        page.class_size,
        beside(page.travel),
        beside(page.attend),
        page.code,
    )
