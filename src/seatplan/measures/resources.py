"""Measures of what a school has for each pupil: teachers, rooms, grounds, equipment, books.

    per pupil = amount on record / pupils of the stage who attend, x 100 where so named

The amounts stand in `resources.csv` by school and stage, and stay as they are while the pupils of
later years come and go; a school that a plan opens has its own row. A school without pupils, or
without the amount, has no figure. Source: 教督〔2017〕6号, 资源配置1 to 7.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seatplan.labels import Floats
from seatplan.measures.registry import Counted, measure
from seatplan.measures.values import Values

RATIO = Counted("pupils_per_teacher", "pupils per teacher")
EACH_CLASS = Counted("teachers_per_class", "teachers per class")


@measure("school", "stage", "year", needs="degree_teachers")
def degree_teachers_per_100(values: Values) -> Floats:
    """Teachers above the required degree for every 100 pupils (每百名学生高于规定学历教师数).

    >>> round(100 * 12 / 240, 1)   # 12 teachers, 240 pupils
    5.0
    """
    return _share_out(values, "degree_teachers", 100)


@measure("school", "stage", "year", needs="key_teachers")
def key_teachers_per_100(values: Values) -> Floats:
    """Key teachers of the county or above for every 100 pupils (每百名学生县级以上骨干教师数)."""
    return _share_out(values, "key_teachers", 100)


@measure("school", "stage", "year", needs="arts_teachers")
def arts_teachers_per_100(values: Values) -> Floats:
    """PE and arts teachers for every 100 pupils (每百名学生体育、艺术专任教师数)."""
    return _share_out(values, "arts_teachers", 100)


@measure("school", "stage", "year", needs="teaching_m2")
def teaching_area(values: Values) -> Floats:
    """Teaching and auxiliary floor area for each pupil, m2 (生均教学及辅助用房面积)."""
    return _share_out(values, "teaching_m2", 1)


@measure("school", "stage", "year", needs="sports_m2")
def sports_area(values: Values) -> Floats:
    """Sports grounds and halls for each pupil, m2 (生均体育运动场馆面积)."""
    return _share_out(values, "sports_m2", 1)


@measure("school", "stage", "year", needs="outdoor_m2")
def outdoor_area(values: Values) -> Floats:
    """Outdoor play area for each child, m2 (生均室外游戏场地面积)."""
    return _share_out(values, "outdoor_m2", 1)


@measure("school", "stage", "year", needs="equipment_yuan")
def equipment_value(values: Values) -> Floats:
    """Value of teaching equipment for each pupil, yuan (生均教学仪器设备值)."""
    return _share_out(values, "equipment_yuan", 1)


@measure("school", "stage", "year", needs="multimedia_rooms")
def multimedia_rooms_per_100(values: Values) -> Floats:
    """Multimedia classrooms for every 100 pupils (每百名学生网络多媒体教室数)."""
    return _share_out(values, "multimedia_rooms", 100)


@measure("school", "stage", "year", needs="books")
def books_per_pupil(values: Values) -> Floats:
    """Books for each pupil (生均图书册数)."""
    return _share_out(values, "books", 1)


@measure("stage", "year", unit="pupils per teacher", needs="teachers")
def pupils_per_teacher(values: Values) -> Floats:
    """Pupils of the district for each full-time teacher (生师比); none unless all schools say."""
    return _divide(_count_pupils(values).sum(axis=0), _read_open(values, "teachers").sum(axis=0))


@measure("stage", "year", unit="teachers", counts=RATIO)
def teachers_by_ratio(values: Values) -> Floats:
    """Teachers needed by pupils: ceil(pupils / pupils per teacher) of the district.

    None where no limit on pupils_per_teacher says the ratio. Source: 国办发〔2001〕74号.
    """
    attend = _count_pupils(values).sum(axis=0)
    needed: Floats = np.ceil(attend / _read_limits(values, RATIO.indicator) - 1e-9)
    return needed


@measure("stage", "year", unit="teachers", counts=EACH_CLASS)
def teachers_by_classes(values: Values) -> Floats:
    """Teachers needed by classes: ceil(classes x teachers per class) of the district.

    None where no limit on teachers_per_class says how many. Source: 幼儿园教职工配备标准: two to a
    class; by classes also in small rural schools (班师比).
    """
    classes = values.axes.sum_grades(values.classes.classes, axis=1).sum(axis=0)
    needed: Floats = np.ceil(classes * _read_limits(values, EACH_CLASS.indicator) - 1e-9)
    return needed


@measure("stage", "year", unit="share", needs="migrants")
def migrants_in_public(values: Values) -> Floats:
    """Migrant pupils in public schools, of all migrant pupils (随迁子女公办就读比例), 0 to 1.

    As many at each school as on record, while it is open. Source: the plan, 三(五)15.
    """
    migrants = _read_open(values, "migrants")
    part = np.where(_is_public(values), migrants, 0.0).sum(axis=0)
    return _divide(part, migrants.sum(axis=0))


@measure("stage", "year", unit="places", needs="bought_places")
def bought_places(values: Values) -> Floats:
    """Places that the government buys for migrant pupils in schools that are not public (购买学位).

    As many at each school as on record, while it is open; a line of its own beside public seats.
    None where a school with pupils does not say how many, be it 0.
    """
    bought = _read_open(values, "bought_places")
    places: Floats = np.where(_is_public(values), 0.0 * bought, bought).sum(axis=0)
    return places


@measure("stage", "year", unit="share", needs="bought_places")
def migrants_provided(values: Values) -> Floats:
    """Migrant pupils in public schools or in bought places, of all migrant pupils, 0 to 1.

    At a school that is not public as many migrants have a bought place as there are of both, places
    and migrants. Source: 教督〔2017〕6号, 政府保障程度.
    """
    migrants, bought = (_read_open(values, name) for name in ("migrants", "bought_places"))
    private = np.minimum(migrants, bought)
    part = np.where(_is_public(values), migrants + 0.0 * bought, private).sum(axis=0)
    return _divide(part, migrants.sum(axis=0))


def _is_public(values: Values) -> npt.NDArray[np.bool_]:
    """Say which schools are public, school x 1 x 1."""
    public = (values.district.schools.ownership == "public").reindex(values.axes.schools)
    return np.asarray(public.to_numpy(bool))[:, None, None]


def _read_open(values: Values, column: str) -> Floats:
    """Return a column of the resources where a school has pupils, else 0; NaN where unsaid."""
    return np.where(_count_pupils(values) > 0, _read(values, column)[..., None], 0.0)


def _divide(part: Floats, whole: Floats) -> Floats:
    """Divide; NaN where the whole is 0 or not known."""
    share = np.full(whole.shape, np.nan)
    np.divide(part, whole, out=share, where=whole > 0)
    return share


def _share_out(values: Values, column: str, per: float) -> Floats:
    """Share the amount of a school's stage out among its pupils, school x stage x year."""
    attend = _count_pupils(values)
    return _divide(np.broadcast_to(per * _read(values, column)[..., None], attend.shape), attend)


def _count_pupils(values: Values) -> Floats:
    """Count who attends, school x stage x year."""
    return values.axes.sum_grades(values.heads.attend, axis=1).astype(float)


def _read(values: Values, column: str) -> Floats:
    """Return a column of the resources, school x stage; NaN where nobody said it."""
    wide = values.district.resources[column].unstack("stage")
    axes = values.axes
    return wide.reindex(index=axes.schools, columns=list(axes.stages)).to_numpy(float)


def _read_limits(values: Values, indicator: str) -> Floats:
    """Return the limits on an indicator, stage x year; NaN where there is none."""
    axes, rules = values.axes, values.standards
    limits = np.full((len(axes.stages), len(axes.years)), np.nan)
    for row, stage in enumerate(axes.stages):
        for column, year in enumerate(axes.years):
            found = rules.strictest(indicator, year, stage)
            limits[row, column] = found.value if found else np.nan
    return limits
