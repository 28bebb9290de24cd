"""Chapter: what the draft covers, what its data are, what is not known."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from seatplan.report.brief import Brief
from seatplan.report.parts import Heading, Paragraph, Part
from seatplan.report.projects import list_projects
from seatplan.views.sentences import span

MEANS = {
    "real": "grounds.means_real",
    "plan": "grounds.means_plan",
    "calibrated": "grounds.means_calibrated",
    "synthetic": "grounds.means_synthetic",
}
MADE_UP = ("calibrated", "synthetic")
HOUSING, ROADS = "population/housing.csv", "roads.geojson"  # tables that an assumption stands for


def write_grounds(brief: Brief) -> list[Part]:
    """Write the chapter."""
    return [
        Heading(1, brief.say("grounds.title")),
        Heading(2, brief.say("grounds.scope")),
        Paragraph(brief.join(_tell_scope(brief))),
        Heading(2, brief.say("grounds.data")),
        Paragraph(brief.join(_tell_labels(brief))),
        Heading(2, brief.say("grounds.unknown")),
        *(Paragraph(sentence) for sentence in list_unknown(brief)),
    ]


def _tell_scope(brief: Brief) -> Iterator[str]:
    stages = brief.names[0].join(brief.names[0].stages.values())
    years = {"first": brief.district.base_year, "last": brief.district.horizon}
    yield brief.say("grounds.covers", district=brief.place, stages=stages, **years)
    steps = brief.plan.scenario.interventions
    if steps:
        yield brief.say(
            "grounds.plan",
            plan=brief.titles[-1],
            today=brief.titles[0],
            n=len(steps),
            years=span(sorted({step.year for step in steps}), brief.language),
        )
    else:
        yield brief.say("grounds.no_plan")
    if len(brief.outcomes) > 2:
        others = brief.names[0].join(brief.titles[1:-1])
        yield brief.say("grounds.others", list=others)
    key = "grounds.stay" if brief.plan.policy.overflow == "stay" else "grounds.move"
    yield brief.say(key)
    yield brief.say("grounds.one_set")


def _tell_labels(brief: Brief) -> Iterator[str]:
    """Say how many schools and blocks bear which label, what each means, what follows."""
    found: set[str] = set()
    tables = {
        "grounds.schools": brief.plan.district.schools,
        "grounds.blocks": brief.district.blocks,
    }
    for key, table in tables.items():
        counts = table.provenance.value_counts()
        held = [label for label in MEANS if label in counts.index]
        found |= set(held)
        told = [
            brief.say(
                "grounds.count", label=brief.say(f"provenance.{label}"), n=f"{counts[label]:,}"
            )
            for label in held
        ]
        yield brief.say(key, n=f"{len(table):,}", list=brief.names[0].join(told))
    yield from (brief.say(key) for label, key in MEANS.items() if label in found)
    if found & set(MADE_UP):
        yield brief.say("grounds.examples")
    elif brief.district.assumptions.empty:
        yield brief.say("grounds.surveyed")
    if brief.keeps_chinese:
        yield brief.say("grounds.chinese")


def list_unknown(brief: Brief) -> list[str]:
    """Say what the district's files do not hold, and what that leaves open."""
    district = brief.district
    years, stand_ins = district.rolls.index.unique("year"), set(district.assumptions.table)
    holes = {
        "grounds.no_sites": not len(district.sites),
        "grounds.no_housing": not len(district.housing) and HOUSING not in stand_ins,
        "grounds.no_roads": not len(district.roads) and ROADS not in stand_ins,
        "grounds.no_zones": not len(district.zones),
        "grounds.no_dictionary": not len(district.provenance),
        "grounds.no_land": _is_blank(district.schools, "land_m2"),
        "grounds.no_floor": _is_blank(district.schools, "floor_m2"),
        "grounds.no_beds": _is_blank(district.schools, "boarding_beds", zero=True),
    }
    said = [brief.say(key) for key, missing in holes.items() if missing]
    if told := list(dict.fromkeys(map(str, district.assumptions[brief.language]))):
        joined = ("；" if brief.language == "zh" else "; ").join(told)
        said.append(brief.say("grounds.assumed", list=joined))
    if len(years) < 2:
        said.append(brief.say("grounds.one_roll", year=district.base_year))
    if _is_priced(brief):
        said.append(brief.say("grounds.assumed_cost"))
    recalled = dict.fromkeys(
        item.name.of(brief.language)
        for item in brief.plan.standards.standards
        if item.checked == "recalled"
    )
    if recalled:
        said.append(brief.say("grounds.recalled", list=brief.names[0].join(recalled)))
    doubts = sum(finding.level == "doubtful" for finding in brief.findings)
    if doubts:
        said.append(brief.say("grounds.doubts", n=doubts))
    return said


def _is_priced(brief: Brief) -> bool:
    """Say whether the plan builds something whose cost rests on assumed prices."""
    builds = (list_projects(brief).rooms > 0).any()
    return bool(builds) and any(price.assumed for price in brief.costs.cost)


def _is_blank(table: pd.DataFrame, column: str, *, zero: bool = False) -> bool:
    """Say whether a column is not there, or holds nothing (or nothing above 0)."""
    if column not in table:
        return True
    known = table[column].dropna()
    return not len(known) or (zero and not (known > 0).any())
