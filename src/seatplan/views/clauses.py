"""How a clause of a rule set is told: its value and limit with their unit, who is in the way."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from seatplan.assess.assess import Assessment
from seatplan.assess.likelihood import QUANTILES
from seatplan.assess.rule_sets import Rule
from seatplan.measures.flags import find_digits
from seatplan.measures.registry import COMPULSORY, MEASURES, OWN
from seatplan.scenarios.scenario import name_codes
from seatplan.views.catalogue import format_count, format_share, say

Row = Mapping[Hashable, Any]  # of the table of an assessment
# Unit of a measure -> the phrase that writes a figure in it; others are told by the number alone.
UNITS = {
    "pupils per class": "in_class",
    "pupils": "in_pupils",
    "pupils per teacher": "in_ratio",
    "m2 per pupil": "in_area",
    "teachers per 100 pupils": "in_teachers_per_100",
    "rooms per 100 pupils": "in_rooms_per_100",
    "yuan per pupil": "in_yuan",
    "books per pupil": "in_books",
    "metres": "in_metres",
    "teachers": "in_staff",
    "seats per 1,000 residents": "in_seats_per_1000",
    "beds": "in_beds",
    "places": "in_places",
}
# Shares whose schools in the way are told by another figure: the largest class, the shortage.
OTHERWISE = {
    "class_compliance": "pupils per class",
    "large_class_share": "pupils per class",
    "seated_nearby": "pupils",
}


@dataclass(frozen=True)
class Page:
    """An assessment, the language and the year that it is told for."""

    assessment: Assessment
    language: str
    year: int

    def word(self, key: str, **values: object) -> str:
        """Return a phrase of the section assess."""
        return say(f"assess.{key}", self.language, **values)

    def join(self, names: Iterable[str]) -> str:
        """Join names as the language does."""
        return ("、" if self.language == "zh" else ", ").join(names)

    @cached_property
    def codes(self) -> dict[str, str]:
        """The name of each code of the district and of the plans' new schools."""
        codes: dict[str, str] = {}
        for outcome in self.assessment.outcomes:
            codes |= name_codes(outcome.district, outcome.standards, self.language)
        return codes

    @cached_property
    def scenarios(self) -> dict[str, str]:
        """The title of each scenario."""
        outcomes = self.assessment.outcomes
        return {one.scenario.name: one.scenario.title.of(self.language) for one in outcomes}

    @cached_property
    def rules(self) -> dict[tuple[str, str], Rule]:
        """Each rule by its set and code; of several versions the one in force in the year."""
        sets = sorted(self.assessment.sets, key=lambda one: (one.year > self.year, one.year))
        return {(one.code, rule.code): rule for one in reversed(sets) for rule in one.rules}

    def tell_part(self, stage: str, scope: str, setting: str) -> str:
        """Name a group of cells: a stage, a scope of classes, a setting."""
        scopes = {COMPULSORY: self.word("compulsory"), OWN: self.word("own")}
        parts = [scopes.get(scope) or self.codes.get(scope, scope), self.codes.get(stage, stage)]
        parts += [self.word(f"setting_{setting}")] if setting else []
        return " · ".join(part for part in parts if part) or self.word("whole")

    def tell_value(self, unit: str, value: float, limit: float = np.nan) -> str:
        """Write a value in its unit, shares in per cent; beyond a limit it never reads as it."""
        if pd.isna(value):
            return "—"
        if unit == "share":
            return format_share(value, find_digits(100 * value, 100 * limit, 1))
        if unit in ("variation", "index"):
            return f"{value:.{find_digits(value, limit, 3)}f}"
        whole = abs(value - round(value)) < 5e-3 or abs(value) >= 100 or unit == "pupils"
        digits = find_digits(value, limit, 0 if whole else 2)
        told = f"{value:,.{digits}f}" if digits else format_count(value)
        return self.word(UNITS[unit], n=told) if unit in UNITS else told

    def tell_worst(self, rule: Rule, row: Row) -> str:
        """Write the value that is judged; of a measure by school, that it is the farthest one.

        Where schools or grades of a group have different limits, the one that is farthest beyond
        its own is not always the largest: its limit is told with it.
        """
        value, limit = row["value"], row["limit"]
        told = self.tell_value(rule.unit, value, limit)
        if rule.across or "school" not in MEASURES[rule.measure].dims or pd.isna(value):
            return told
        if len(self._list_limits(rule, row)) > 1:
            own = self.tell_value(rule.unit, limit)
            return self.word("farthest" if row["beyond"] > 0 else "nearest", n=told, limit=own)
        return self.word("highest" if rule.side == "above" else "lowest", n=told)

    def tell_state(self, rule: Rule, row: Row) -> str:
        """Write the value of a row of the table with its verdict."""
        return f"{self.tell_worst(rule, row)} · {self.word(row['status'])}"

    def tell_distance(self, rule: Rule, beyond: float) -> str:
        """Write how far a value is beyond its limit: of shares in percentage points."""
        if rule.unit == "share":
            return self.word("points", n=f"{100 * beyond:.{find_digits(100 * beyond, 0, 1)}f}")
        return self.tell_value(rule.unit, beyond, 0.0)

    def tell_limit(self, rule: Rule, row: Row) -> str:
        """Write the limit of a row with the side on which it holds; all where it has several."""
        if pd.isna(row["limit"]):
            return "—"
        limits = self._list_limits(rule, row) or [row["limit"]]
        share = rule.unit == "share"
        last = f"{100 * limits[-1]:g} %" if share else self.tell_value(rule.unit, limits[-1])
        others = (f"{100 * one:g}" if share else self.tell_value("", one) for one in limits[:-1])
        told = self.join([*others, last])
        return self.word("at_most" if rule.side == "above" else "at_least", n=told)

    def _list_limits(self, rule: Rule, row: Row) -> list[float]:
        """List the limits, the smallest first, that schools or grades of a row may be held to.

        One where the group has one: a share of all schools, a stage whose grades are alike.
        """
        measured, stage = MEASURES[rule.measure].dims, row["stage"]
        if rule.across or "school" not in measured:
            return [row["limit"]]
        stages = self.assessment.outcomes[0].standards.stages if stage else ()
        apart = [one for one in stages if one.code != stage]
        others = {key for one in apart for key in (one.code, *(each.code for each in one.grades))}
        return sorted({limit for key, limit in rule.limit.items() if key not in others})

    @property
    def is_drawn(self) -> bool:
        """Whether the assessment knows how likely each indicator is met."""
        return self.assessment.futures > 0

    def tell_chance(self, rule: Rule, row: Row) -> str:
        """Say in which share of the futures a rule is met, and where its value lies then."""
        if pd.isna(row["chance"]):
            return "—"
        chance, between = format_share(row["chance"]), self.tell_range(rule, row)
        return self.word("chance_told", chance=chance, range=between) if between else chance

    def tell_range(self, rule: Rule, row: Row) -> str:
        """Write the median of a value and between which nine futures in ten lie; "" if all alike.

        Where the cells of a group have different limits, that of how far beyond them it is.
        """
        far = bool(pd.isna(row["value_q50"]))
        kind, word = ("beyond", "range_beyond") if far else ("value", "range")
        low, middle, high = (float(row[f"{kind}_{quantile}"]) for quantile in QUANTILES)
        if far and high <= 0:
            low, middle, high, word = -high, -middle, -low, "range_within"
        if self._tell_plain(rule, low, far=far) == self._tell_plain(rule, high, far=far):
            return ""
        mid = self.tell_distance(rule, middle) if far else self.tell_value(rule.unit, middle)
        ends = {"low": self._tell_plain(rule, low, far=far)}
        ends["high"] = self._tell_plain(rule, high, far=far)
        return self.word(word, middle=mid, **ends)

    def _tell_plain(self, rule: Rule, value: float, *, far: bool) -> str:
        """Write an end of a range: by its number alone, but for shares."""
        if rule.unit == "share":
            return self.tell_distance(rule, value) if far else self.tell_value(rule.unit, value)
        if rule.unit == "pupils":
            return format_count(round(value))
        return self.tell_value(rule.unit if rule.unit in ("variation", "index") else "", value)

    def tell_obstacles(self, row: Row) -> str:
        """Say who stands in the way of a clause: schools and pupils."""
        counts = {name: format_count(row[name]) for name in ("schools", "pupils")}
        if row["schools"]:
            return self.word("obstacles", **counts)
        return self.word("pupils_only", pupils=counts["pupils"]) if row["pupils"] else "—"

    def tell_least(self, row: Row) -> str:
        """Say the least that would meet a rule, with the rooms it takes."""
        if pd.isna(row["least"]) or not row["least_unit"]:
            return "—"
        least = self.word(f"unit_{row['least_unit']}", n=format_count(row["least"]))
        if pd.isna(row["rooms"]) or not row["rooms"]:
            return least
        return self.word("with_rooms", least=least, rooms=format_count(row["rooms"]))

    def tell_school(self, rule: Rule, row: Row) -> str:
        """Name a school in the way, how far beyond the limit it is, and how many pupils it has."""
        unit = OTHERWISE.get(rule.measure, rule.unit)
        told = {
            "school": self.codes.get(row["school"], row["school"]),
            "value": self.tell_value(unit, row["value"], row["limit"]),
            "limit": self.tell_value(unit, row["limit"]),
            "pupils": format_count(row["pupils"]),
        }
        if rule.measure == "seated_nearby":
            return self.word("school_short", **told)
        if rule.unit == "share" and rule.measure not in OTHERWISE:
            return self.word("school_share", **told)
        return self.word("school_sized" if unit == "pupils" else "school_row", **told)
