"""Tables of a run with names beside their codes, under headings in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from seatplan.comparison import Comparison
from seatplan.district.stages import name_rows
from seatplan.outcome import Outcome
from seatplan.results import Results, tabulate
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import read_phrases, say


@dataclass(frozen=True)
class Names:
    """What people call each code, in one language.

    `schools`, `places` (townships and the district), `units` (of each block), `townships` (of each
    block and school, by id), `stages`, `grades`, `kinds`, `standards`: name by code.
    """

    language: str
    schools: Mapping[str, str]
    places: Mapping[str, str]
    units: Mapping[str, str]
    townships: Mapping[str, str]
    stages: Mapping[str, str]
    grades: Mapping[str, str]
    kinds: Mapping[str, str]
    standards: Mapping[str, str]

    def word(self, key: str, **values: object) -> str:
        """Return a phrase in the language."""
        return say(key, self.language, **values)

    def join(self, named: Iterable[str]) -> str:
        """Join names as a sentence lists them."""
        return ("、" if self.language == "zh" else ", ").join(named)


def read_names(outcome: Outcome, language: str) -> Names:
    """Return the names of an outcome's district, its plan's new schools among them."""
    district, rules = outcome.district, outcome.standards
    codes = name_codes(district, rules, language)
    zones = name_rows(district.zones, language).to_dict() | {
        district.code: district.name.of(language)
    }
    lies_in = pd.concat([district.blocks.township, district.schools.township])
    place = {str(town): str(town) for town in lies_in.unique()}  # a name that is not known
    place |= {str(code): str(name) for code, name in zones.items()}
    return Names(
        language,
        schools={str(school): codes[str(school)] for school in district.schools.index},
        places=place,
        units={str(block): place.get(str(unit), str(unit)) for block, unit in _units(outcome)},
        townships={str(one): place.get(str(town), str(town)) for one, town in lies_in.items()},
        stages={stage.code: stage.name.of(language) for stage in rules.stages},
        grades={
            grade.code: grade.name.of(language) for stage in rules.stages for grade in stage.grades
        },
        kinds={kind: label.of(language) for kind, label in rules.kind_names.items()},
        standards={item.code: item.name.of(language) for item in rules.standards},
    )


def _units(outcome: Outcome) -> list[tuple[str, str]]:
    """List each block with the unit it lies in, its township where no unit is given."""
    blocks = outcome.district.blocks
    unit = blocks.unit.fillna(blocks.township) if "unit" in blocks else blocks.township
    return list(zip(blocks.index.astype(str), unit.astype(str), strict=True))


def add_names(table: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return a plain table of a run with a column of names after each column of codes.

    Its columns keep their keys; `use_headings` puts words in their place.
    """
    rows = table.reset_index() if table.index.names[0] is not None else table.copy()
    columns: dict[str, pd.Series[str]] = {}
    for column in rows.columns:
        columns[column] = rows[column]
        for key, words in _list_names(column, names).items():
            columns[key] = rows[column].astype(str).map(words).fillna(rows[column].astype(str))
    named = pd.DataFrame(columns)
    if "level" in named:
        named["level"] = [names.word(f"level.{level}") for level in named["level"]]
    return named


def _list_names(column: str, names: Names) -> dict[str, Mapping[str, str]]:
    """Return the columns of names that follow a column of codes, and their words by code."""
    return {
        "school": {"school_name": names.schools, "township": names.townships},
        "block": {"unit": names.units, "township": names.townships},
        "place": {"place_name": names.places},
        "stage": {"stage_name": names.stages},
        "grade": {"grade_name": names.grades},
        "from_grade": {"from_grade_name": names.grades},
        "to_grade": {"to_grade_name": names.grades},
        "into": {"into_name": names.schools},
        "code": {"limit_name": names.standards},
    }.get(column, {})


def use_headings(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return a table under headings in the language."""
    return table.rename(columns={key: head(key, language) for key in table.columns})


def head(key: str, language: str) -> str:
    """Return the heading of a column; the key itself where it has none, as a scenario's name."""
    known = f"heading.{key}" in read_phrases()
    return say(f"heading.{key}", language) if known else key


def name_tables(outcome: Outcome, language: str) -> dict[str, pd.DataFrame]:
    """Return each table of `tabulate` with names and headings, by the name of its file."""
    results, names = tabulate(outcome), read_names(outcome, language)
    return {
        f"{name}-named": use_headings(add_names(getattr(results, name), names), language)
        for name in Results.__dataclass_fields__
    }


def name_comparison(
    outcomes: Sequence[Outcome], comparison: Comparison, language: str
) -> pd.DataFrame:
    """Return `Comparison.table` with the names of scenarios, stages and limits."""
    names = read_names(outcomes[0], language)
    titles = {item.scenario.name: item.scenario.title.of(language) for item in outcomes}
    rows = add_names(comparison.table.rename(columns={"pupils": "residents"}), names)
    rows.insert(1, "scenario_name", rows.scenario.map(titles))
    flags = {f"flag_{code}": name for each in outcomes for code, name in _flag_words(each, names)}
    return use_headings(rows, language).rename(columns=flags)


def _flag_words(outcome: Outcome, names: Names) -> list[tuple[str, str]]:
    """List the code of each limit, and the heading of how many schools pass it."""
    return [
        (item.code, names.word("heading.flagged", limit=item.name.of(names.language)))
        for item in outcome.standards.standards
    ]
