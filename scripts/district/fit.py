"""Every total beside its target, and what gave way where the plan contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from district.classes import LARGE, class_sizes
from district.enrolment import JUNIOR, PRIMARY
from district.residents import GROUPS
from district.rides import Rides
from district.schools import GRADES, Schools
from district.sources import BASE_YEAR, Sources


@dataclass(frozen=True)
class Fit:
    """One total: what it is, its target, what was built, and whether it must be exact."""

    what: str
    target: float
    built: float
    strict: Literal["hard", "soft"]
    source: str

    @property
    def residual(self) -> float:
        """Built less target."""
        return self.built - self.target


def measure_fit(
    sources: Sources,
    blocks: pd.DataFrame,
    residents: pd.DataFrame,
    schools: Schools,
    rides: Rides,
) -> list[Fit]:
    """Return every total beside its target; ValueError where a hard one is missed."""
    fits = [
        *_fit_people(sources, blocks, residents),
        *_fit_counts(sources, schools),
        *_fit_pupils(sources, schools),
        *_fit_shares(sources, schools, residents),
        *_fit_country(sources, schools, rides),
    ]
    missed = [fit.what for fit in fits if fit.strict == "hard" and fit.residual != 0]
    if missed:
        raise ValueError(f"hard totals missed: {', '.join(missed)}")
    return fits


def _fit_people(sources: Sources, blocks: pd.DataFrame, residents: pd.DataFrame) -> list[Fit]:
    total = residents["total"]
    rural = blocks["setting"] == "rural"
    fits = [
        Fit("Residents", sources.population, total.sum(), "hard", "census 2020"),
        Fit("Urban residents", sources.urban, total[~rural].sum(), "hard", "census 2020"),
    ]
    for name, ages in GROUPS.items():
        count = residents[[f"age_{a}" for a in range(ages.start, ages.stop)]].sum().sum()
        target = sources.census.loc[(BASE_YEAR, name)]
        fits.append(Fit(f"Residents aged {name}", target, count, "hard", "census 2020"))
    names = sources.townships.set_index("code9")["name"]
    for name, target in sources.known_townships.items():
        count = total[blocks["township"].map(names) == name].sum()
        source = "township_population_observations.csv"
        fits.append(Fit(f"Residents of {name}", target, count, "hard", source))
    return fits


def _fit_counts(sources: Sources, schools: Schools) -> list[Fit]:
    kind, run_by = schools.table["kind"], schools.table["run_by"]
    rows = [
        ("Schools", "schools_total", len(kind)),
        ("Kindergartens", "kindergartens", (kind == "kindergarten").sum()),
        ("Primary schools", "primary_schools", (kind == "primary").sum()),
        ("Junior schools", "junior_middle_schools", (kind == "junior").sum()),
        ("Nine-year schools", "nine_year_schools", (kind == "nine_year").sum()),
        ("Senior high schools", "senior_high_schools", (kind == "senior").sum()),
        ("Special schools", "special_schools", (kind == "special").sum()),
    ]
    district = kind[run_by == "district"]
    rows += [
        ("District-run kindergartens", "district_run_kindergartens",
         (district == "kindergarten").sum()),
        ("District-run primary schools", "district_run_primary", (district == "primary").sum()),
        ("District-run junior schools", "district_run_junior", (district == "junior").sum()),
        ("District-run nine-year schools", "district_run_nine_year",
         (district == "nine_year").sum()),
    ]  # fmt: skip
    return [Fit(what, sources.plan_number(key), n, "hard", "plan, 一") for what, key, n in rows]


def _fit_pupils(sources: Sources, schools: Schools) -> list[Fit]:
    table = schools.table
    pupils = count_pupils(table)
    district, kind = table["run_by"] == "district", table["kind"]
    kindergarten = kind == "kindergarten"
    middle = kind.isin(["primary", "junior", "nine_year"])
    number = sources.plan_number
    fits = [
        Fit("Pupils", number("pupils_total"), pupils.sum(), "hard", "plan, 一"),
        Fit("Children of district-run kindergartens", number("district_run_kindergarten_children"),
            pupils[district & kindergarten].sum(), "hard", "plan, 一"),
        Fit("Pupils of district-run primary, junior and nine-year schools",
            number("district_run_pupils_primary_middle"),
            pupils[district & middle].sum(), "hard", "plan, 一"),
    ]  # fmt: skip
    inferred = "inference from even single years within the census groups"
    fits += [
        Fit("Children of the other 7 kindergartens", 4900,
            pupils[~district & kindergarten].sum(), "soft", inferred),
        Fit("Pupils of the other schools in grades 1-9", 24000,
            pupils[~district & middle].sum(), "soft", inferred),
        Fit("Pupils of the senior highs and the special school", 10800,
            pupils[kind.isin(["senior", "special"])].sum(), "soft", inferred),
    ]  # fmt: skip
    return fits


def _fit_shares(sources: Sources, schools: Schools, residents: pd.DataFrame) -> list[Fit]:
    table = schools.table
    pupils, ownership = count_pupils(table), table["ownership"]
    young = table["kind"] == "kindergarten"
    children = pupils[young].sum()
    sizes = compulsory_class_sizes(table)
    number = sources.plan_number
    classes = round(
        number("large_classes_removed", "2019-2020")
        / (number("large_class_share", "2019") - number("large_class_share"))
        * 100
    )
    aged = residents[["age_3", "age_4", "age_5"]].sum().sum()
    public = young & (ownership == "public")
    return [
        Fit("Kindergarten children per resident of 3-5, %",
            number("kindergarten_gross_enrolment_rate"), 100 * children / aged, "soft",
            "plan, 一(一)2"),
        Fit("Public share of kindergarten children, %", number("public_kindergarten_child_share"),
            100 * pupils[public].sum() / children, "soft", "plan, 一(一)2"),
        Fit("Inclusive coverage of kindergarten children, %",
            number("inclusive_kindergarten_coverage"),
            100 * pupils[young & (ownership != "private")].sum() / children, "soft",
            "plan, 一(一)2"),
        Fit("Public kindergartens", number("public_kindergartens"), public.sum(), "soft",
            "plan, 一(一)2"),
        Fit("Public kindergartens run by the district", number("public_kindergartens"),
            (public & (table["run_by"] == "district")).sum(), "soft", "plan, 一(一)2"),
        Fit("Classes in grades 1-9", classes, len(sizes), "soft",
            "plan, 一(一)2: 188 / (17.6 % - 2.85 %)"),
        Fit("Share of classes over 55 in grades 1-9, %", number("large_class_share"),
            float(100 * np.mean(sizes > LARGE)), "soft", "plan, 一(一)2"),
    ]  # fmt: skip


def _fit_country(sources: Sources, schools: Schools, rides: Rides) -> list[Fit]:
    """Set the plan's facts of 农村 beside what was built, under the reading that was built."""
    table = schools.table
    compulsory = table["kind"].isin(["primary", "junior", "nine_year"])
    here = compulsory & table["setting"].isin(rides.reading.settings)
    boarding = compulsory & (table["boarding_beds"] > 0)
    number = sources.plan_number
    source = "plan, 一(一)4"
    return [
        Fit("Pupils of the schools of 农村, grades 1-9 (meal scheme)",
            number("rural_meal_pupils"), count_pupils(table)[here].sum(), "soft", source),
        Fit("Pupils of 农村 who ride the school bus (plan: more than)",
            number("rural_bus_pupils"), round(rides.table["riders"].sum()), "soft", source),
        Fit("Schools of 农村, grades 1-9 (plan: 28 renewed, so at least)",
            number("rural_schools_upgraded", "2016-2020"), here.sum(), "soft", source),
        Fit("Boarding schools of 农村, grades 1-9",
            number("rural_boarding_schools_improved", "2021-2025"), (here & boarding).sum(),
            "soft", "plan, 三(二)5"),
    ]  # fmt: skip


def count_pupils(table: pd.DataFrame) -> pd.Series[int]:
    """Pupils of each school, all grades."""
    return table[[f"roll_{g}" for g in GRADES]].sum(axis=1).astype(int)


def compulsory_class_sizes(table: pd.DataFrame) -> np.ndarray:
    """Sizes of all classes in grades 1 to 9, each grade split as evenly as can be."""
    grades = [*PRIMARY, *JUNIOR]
    roll = table[[f"roll_{g}" for g in grades]].fillna(0).to_numpy(dtype=int)
    classes = table[[f"classes_{g}" for g in grades]].fillna(0).to_numpy(dtype=int)
    return class_sizes(roll[classes > 0], classes[classes > 0])


def describe_fit(fits: list[Fit], tables: Mapping[str, str]) -> str:
    """Return FIT.md: `FIT.in.md` with a row for each total, and the tables that it names."""
    rows = [
        f"| {f.what} | {_number(f.target)} | {_number(f.built)} | {_signed(f.residual)} | "
        f"{f.strict} | {f.source} |"
        for f in fits
    ]
    head = ["| total | target | built | residual | kind | source |", "|---|---:|---:|---:|---|---|"]
    text = (Path(__file__).parent / "FIT.in.md").read_text(encoding="utf-8")
    for name, table in {"totals": "\n".join([*head, *rows]), **tables}.items():
        text = text.replace(f"{{{name}}}", table)
    return text


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def _signed(value: float) -> str:
    return (
        "0"
        if abs(value) < 5e-3
        else f"{value:+,.0f}"
        if float(value).is_integer()
        else f"{value:+.2f}"
    )
