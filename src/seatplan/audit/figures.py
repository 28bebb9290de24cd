"""The model's figure beside a number of the plan: one function for each name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from seatplan.audit.promises import FigureEntry, PlanFile
from seatplan.district.district import District
from seatplan.district.stages import Label
from seatplan.files import suggest
from seatplan.measures.needs import COLUMNS, REGISTER, RETURNS, Missing
from seatplan.measures.registry import MEASURES
from seatplan.outcome import Outcome


@dataclass(frozen=True)
class Beside:
    """What figures are read from: the district as it is, the plan, and which cells are meant.

    `year` is that of the figure; shares are told in per cent.
    """

    today: Outcome
    plan: Outcome
    where: FigureEntry
    year: int

    @property
    def stages(self) -> list[str]:
        """The stages meant; all without one."""
        known = [stage.code for stage in self.plan.standards.stages]
        return [stage for stage in known if not self.where.stages or stage in self.where.stages]

    def choose_schools(self, outcome: Outcome) -> pd.DataFrame:
        """Return the schools that stand in the year, of the kind and owner that are meant."""
        schools = outcome.district.schools
        opened = schools.opened.astype("Float64").fillna(0) <= self.year
        open_still = schools.closes.astype("Float64").fillna(self.year + 1) > self.year
        chosen = schools[(opened & open_still).to_numpy(bool)]
        for column in ("kind", "run_by"):
            wanted = getattr(self.where, column)
            if wanted is not None:
                chosen = chosen[chosen[column] == wanted]
        return pd.DataFrame(chosen)

    def sum_measure(self, outcome: Outcome, name: str) -> float:
        """Sum a measure by school, stage and year over what is meant."""
        chosen = self.choose_schools(outcome).index
        return float(self.lay_out(outcome, name, chosen).to_numpy(float).sum())

    def lay_out(self, outcome: Outcome, name: str, schools: pd.Index[Any]) -> pd.DataFrame:
        """Return a measure of the year, `school` x stage meant; 0 where a school has none."""
        counts = outcome.measure(name).xs(self.year, level="year").unstack("stage")
        return counts.reindex(schools).reindex(columns=self.stages).fillna(0)

    def read(self, name: str) -> float:
        """Return a measure by stage and year of the one stage that is meant; shares in per cent.

        NaN where the stage has no such figure in the year.
        """
        held = self.plan.measure(name)
        scale = 100.0 if MEASURES[name].unit == "share" else 1.0
        return scale * float(held.get((self.stages[0], self.year), np.nan))

    def count_by_stage(self, counts: pd.Series[Any]) -> float:
        """Sum counts by school, stage and year: of the stages said, else the compulsory ones."""
        known = self.plan.standards.stages
        chosen = self.where.stages or [stage.code for stage in known if stage.compulsory]
        held = counts[counts.index.isin(chosen, level="stage")]
        held = held[held.index.isin(self.choose_schools(self.plan).index, level="school")]
        return float(held[held.index.isin([self.year], level="year")].sum())


def count_schools(beside: Beside) -> float:
    """Schools that stand in the year."""
    return float(len(beside.choose_schools(beside.plan)))


def count_new_schools(beside: Beside) -> float:
    """Schools of the plan that the district as it is does not have."""
    standing = beside.today.district.schools.index
    return float((~beside.choose_schools(beside.plan).index.isin(standing)).sum())


def count_pupils(beside: Beside) -> float:
    """Pupils who attend."""
    return beside.sum_measure(beside.plan, "pupils")


def count_added_seats(beside: Beside) -> float:
    """Seats that schools of the plan have beyond those of today, stage by stage.

    What other schools lose, as by closing, is not taken from what is added.
    """
    chosen = beside.choose_schools(beside.plan).index
    planned, today = (
        beside.lay_out(outcome, "seats", chosen) for outcome in (beside.plan, beside.today)
    )
    more = planned - today
    return float(more.clip(lower=0).to_numpy(float).sum())


def share_large_classes(beside: Beside) -> float:
    """Large classes of the stages, kind and owner meant, per cent; compulsory without a stage.

    NaN without a class, or where the standards do not say from when a class is large.
    """
    rules, classes = beside.plan.standards, count_classes(beside)
    limited = any(
        rules.class_standard("large", grade, beside.year) for grade in beside.plan.axes.grades
    )
    large = beside.count_by_stage(beside.plan.measure("school_large_classes"))
    return 100 * large / classes if classes and limited else np.nan


def count_classes(beside: Beside) -> float:
    """Classes of the stages, kind and owner meant; compulsory without a stage."""
    formed = beside.plan.classes.table.classes.reset_index()
    stage = formed.grade.map(beside.plan.standards.stage_of)
    return beside.count_by_stage(
        formed.groupby(["school", stage.rename("stage"), "year"]).classes.sum()
    )


def find_largest_class(beside: Beside) -> float:
    """Pupils of the largest class of the stages meant."""
    sizes = beside.plan.measure("class_size").xs(beside.year, level="year")
    grades = [
        grade.code
        for stage in beside.plan.standards.stages
        if stage.code in beside.stages
        for grade in stage.grades
    ]
    return float(sizes[sizes.index.isin(grades, level="grade")].max() if len(sizes) else 0.0)


def count_large_schools(beside: Beside) -> float:
    """Schools with more pupils than `above`, among those that teach a stage meant."""
    size = beside.plan.measure("school_size").xs(beside.year, level="year")
    taught = beside.plan.measure("pupils").xs(beside.year, level="year")
    teach = taught[taught.index.isin(beside.stages, level="stage")].index.unique("school")
    return float((size[size.index.isin(teach)] > (beside.where.above or 0.0)).sum())


def share_migrants(beside: Beside) -> float:
    """Migrant pupils of the stages meant who are in public schools, per cent, as on record."""
    resources, schools = beside.plan.district.resources, beside.plan.district.schools
    migrants = resources.migrants[resources.index.isin(beside.stages, level="stage")]
    public = schools.ownership.reindex(migrants.index.get_level_values("school")) == "public"
    return 100 * float(migrants[public.to_numpy(bool)].sum() / migrants.sum())


def find_figure_faults(plan: PlanFile, outcome: Outcome) -> Iterator[str]:
    """Yield stages, kinds and owners that the district does not have; shares of several stages."""
    stages = [stage.code for stage in outcome.standards.stages]
    kinds = list(outcome.standards.kinds)
    owners = sorted({"district", *map(str, outcome.district.schools.run_by)})
    for position, number in enumerate(plan.number, 1):
        figure, place = number.figure, f"number {position} ({number.key}): figure"
        if figure is None or figure.name in LACKING:
            continue
        for stage in figure.stages:
            if stage not in stages:
                yield f"{place}.stages: no stage {stage}{suggest(stage, stages)}"
        for key, known in (("kind", kinds), ("run_by", owners)):
            said = getattr(figure, key)
            if said is not None and said not in known:
                yield f"{place}.{key}: {said}{suggest(said, known)}"
        if figure.name in BY_STAGE and len(figure.stages) != 1:
            yield f"{place}.stages: {figure.name} is of one stage; got {len(figure.stages)}"


def find_lacking(figure: FigureEntry, district: District) -> Missing | None:
    """Return what the data lack for a figure; None where it can be computed."""
    if figure.name == "migrants_in_public" and not district.resources.migrants.sum() > 0:
        return COLUMNS["migrants"]
    return LACKING.get(figure.name)


def find_year(year: int, district: District) -> Missing | None:
    """Return what is lacking where a number is of a year that the model does not have."""
    if year < district.base_year:
        rolls = Label(f"{year} 年的学生、班级和学校", f"pupils, classes and schools of {year}")
        return Missing(rolls, RETURNS)
    if year > district.horizon:
        ahead = Label(f"{district.horizon} 年以后的预测", f"a forecast beyond {district.horizon}")
        return Missing(ahead, Label("district.toml 的 horizon", "horizon of district.toml"))
    return None


def _of(name: str) -> Callable[[Beside], float]:
    return lambda beside: beside.read(name)


# Any measure by stage and year is a figure of that name; the largest class is one of every stage.
BY_STAGE = tuple(
    name for name, one in MEASURES.items() if one.dims == ("stage", "year") and not one.needs
)
FIGURES: dict[str, Callable[[Beside], float]] = {
    "schools": count_schools,
    "new_schools": count_new_schools,
    "pupils": count_pupils,
    "added_seats": count_added_seats,
    "large_class_share": share_large_classes,
    "class_count": count_classes,
    "largest_class": find_largest_class,
    "large_schools": count_large_schools,
    "migrants_in_public": share_migrants,
    **{name: _of(name) for name in BY_STAGE},
}
NOBODY = Missing(
    Label(
        "该学段当年的学生、班级，或相应的标准", "pupils or classes of the stage, or a limit for it"
    ),
    RETURNS,
)
# Figures for which no table of a district has a column yet.
LACKING: dict[str, Missing] = {
    "retention": Missing(
        Label("rolls.csv：六年、九年前各年级在校生", "rolls.csv: rolls of six and nine years back"),
        REGISTER,
    ),
    "senior_enrolment": Missing(
        Label("中等职业学校在校生", "pupils of vocational schools"),
        RETURNS,
    ),
    "special_enrolment": Missing(
        Label("分年龄残疾儿童数", "disabled children by age"),
        Label("残联与学籍系统", "the federation of the disabled and the register of pupils"),
    ),
    "staff": Missing(
        Label("分校教职工数", "staff by school"),
        RETURNS,
    ),
    "kindergarten_training": Missing(
        Label("分园教师的专业教育情况", "professional training of teachers, by kindergarten"),
        Label("教师管理信息系统", "the register of teachers"),
    ),
    "years_of_schooling": Missing(
        Label("劳动年龄人口的受教育年限", "years of schooling of people of working age"),
        Label("人口普查", "the census"),
    ),
    "kindergarten_grades": Missing(
        Label("各园的示范、一类、二类、三类等级", "the grade that each kindergarten was given"),
        Label("幼儿园晋级升类批复", "the approvals of kindergarten grades"),
    ),
    "boarding_schools": Missing(
        Label("乡村寄宿制学校的改善项目", "projects at rural boarding schools"),
        Label("薄弱学校改造和能力提升项目库", "the list of projects at weak schools"),
    ),
    "special_pupils": Missing(
        Label("分校随班就读残疾学生数", "disabled pupils in ordinary classes, by school"),
        REGISTER,
    ),
    "senior_quota": Missing(
        Label("优质高中分配到各初中的招生名额", "places of senior schools for each junior one"),
        Label("中考招生计划", "the plan of senior admissions"),
    ),
    "meals": Missing(
        Label("分校营养餐学生数", "pupils in the meal scheme by school"),
        Label("营养改善计划实名制系统", "the register of the meal scheme"),
    ),
    "buses": Missing(
        Label("分校乘校车学生数", "pupils who come by school bus, by school"),
        Label("校车台账", "the records of school buses"),
    ),
}
