"""Names in two languages; stages of schooling and their grades."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Intake = Literal["catchment", "nearest", "seats"]
SLOT = re.compile(r"\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}")  # {n}, {n|block|blocks}
ONE = ("1", "+1", "-1", "\u22121")
COMPULSORY_AGES = (6, 14)  # at 31 August, of grades 1 to 9 (义务教育法, 第二条 and 第十一条)


@dataclass(frozen=True)
class Label:
    """A name or a phrase in Chinese and in English."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """Return the name in `language` ("zh" or "en")."""
        return self.en if language == "en" else self.zh

    def fill(self, language: str, values: Mapping[str, object]) -> str:
        """Return the phrase, its slots filled with `values` as they are, once.

        `{n}` is the value, `{n|block|blocks}` the word for one and the word for any other number.

        >>> blocks = Label("{n} 个街区", "{n} {n|block|blocks}")
        >>> blocks.fill("en", {"n": 1}), blocks.fill("en", {"n": 0}), blocks.fill("zh", {"n": 1})
        ('1 block', '0 blocks', '1 个街区')
        """

        def put(slot: re.Match[str]) -> str:
            name, one, other = slot.groups()
            value = str(values[name])
            if other is None:
                return value
            return str(one if value in ONE else other)

        return SLOT.sub(put, self.of(language))


def name_rows(table: pd.DataFrame, language: str) -> pd.Series[str]:
    """Return the name of each row of a table; in English that of `name_en`, where it has one."""
    names = table["name"]
    if language == "en" and "name_en" in table:
        given = table["name_en"]
        names = given.where(given.notna() & (given != ""), names)
    return names


@dataclass(frozen=True)
class Grade:
    """One school year of a stage; its pupils are of `age_from` to `age_to` at 31 August.

    A grade of more than one age is ungraded: its pupils are seated anew each year.
    """

    code: str
    name: Label
    age_from: int
    age_to: int


@dataclass(frozen=True)
class Stage:
    """A stage of schooling: its grades in order, and how its entry grade finds a school.

    `intake`: "catchment" follows the catchments in force; "nearest" goes to the nearest school in
    reach that is open to all; "seats" spreads over every school of the stage by its seats.

    `compulsory`: whether the stage is compulsory education. None leaves it to the ages: a stage is
    compulsory where each grade is of one age, and all are of 6 to 14, as grades 1 to 9 are.
    """

    code: str
    name: Label
    grades: tuple[Grade, ...]
    intake: Intake
    compulsory: bool | None = None

    def __post_init__(self) -> None:
        """Let the ages say whether the stage is compulsory where nobody said it."""
        if self.compulsory is None:
            object.__setattr__(self, "compulsory", all(map(_is_compulsory, self.grades)))

    @property
    def entry(self) -> str:
        """The code of the grade in which pupils enter the stage."""
        return self.grades[0].code


def _is_compulsory(grade: Grade) -> bool:
    """Say whether a grade is one school year between the ages of 6 and 14."""
    first, last = COMPULSORY_AGES
    return grade.age_from == grade.age_to and first <= grade.age_from <= last
