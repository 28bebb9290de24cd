"""What a school has for each pupil, by hand; and what is not computed where a column is blank."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.full import full_district, full_outcome

from seatplan.district.clauses import Standard
from seatplan.district.stages import Label
from seatplan.examples import toy_outcome, toy_standards
from seatplan.measures.needs import COLUMNS
from seatplan.measures.registry import MEASURES
from seatplan.outcome import evaluate

YEAR = 2020


@pytest.mark.parametrize(
    ("name", "of_a", "of_b"),
    [  # A: 240 pupils; B primary: 300
        ("degree_teachers_per_100", 12 / 2.4, 9 / 3),
        ("key_teachers_per_100", 3 / 2.4, 3 / 3),
        ("arts_teachers_per_100", 3 / 2.4, 3 / 3),
        ("teaching_area", 1200 / 240, 1350 / 300),
        ("sports_area", 2000 / 240, 2250 / 300),
        ("outdoor_area", 800 / 240, 900 / 300),
        ("equipment_value", 480_000 / 240, 570_000 / 300),
        ("multimedia_rooms_per_100", 6 / 2.4, 7 / 3),
        ("books_per_pupil", 4800 / 240, 4500 / 300),
    ],
)
def test_amounts_are_shared_out_among_the_pupils_of_the_stage(name, of_a, of_b):
    found = full_outcome().measure(name).xs((("primary", YEAR)), level=("stage", "year"))
    assert found.to_dict() == pytest.approx({"A": of_a, "B": of_b})


def test_twice_the_amount_is_twice_for_each_pupil():
    district = full_district()
    once = evaluate(district, toy_standards()).measure("teaching_area")
    more = district.replace(resources=2 * district.resources)
    twice = evaluate(more, toy_standards()).measure("teaching_area")
    assert twice.to_numpy() == pytest.approx(2 * once.to_numpy())


def test_pupils_for_each_teacher_of_the_district():
    found = full_outcome().measure("pupils_per_teacher")
    assert found["primary", YEAR] == pytest.approx(540 / 31)  # 16 + 15 teachers
    assert found["kindergarten", YEAR] == pytest.approx(270 / 15)


def test_one_school_that_does_not_say_leaves_the_district_without_the_figure():
    district = full_district()
    resources = district.resources.copy()
    resources.loc[("A", "primary"), "teachers"] = np.nan
    outcome = evaluate(district.replace(resources=resources), toy_standards())
    found = outcome.measure("pupils_per_teacher")
    assert ("primary", YEAR) not in found.index
    assert ("junior", YEAR) in found.index


def test_every_measure_that_needs_a_column_has_no_figure_without_it():
    outcome = toy_outcome()
    for name, measure in MEASURES.items():
        if measure.needs:
            assert measure.needs in COLUMNS
            assert outcome.measure(name).empty, name


def limit(indicator, limits):
    return Standard(indicator, Label("", ""), indicator, limits, "above", "", "assumed", "recalled")


def test_teachers_needed_by_ratio_and_by_classes():
    rules = toy_standards()
    more = (
        limit("pupils_per_teacher", {"primary": 19.0, "junior": 13.5}),
        limit("teachers_per_class", {"kindergarten": 2.0}),
    )
    outcome = evaluate(full_district(), replace(rules, standards=(*rules.standards, *more)))
    by_ratio = outcome.measure("teachers_by_ratio").xs(YEAR, level="year")
    assert by_ratio.to_dict() == {"primary": 29, "junior": 20}  # 540 / 19 = 28.4; 270 / 13.5
    assert outcome.measure("teachers_by_classes").xs(YEAR, level="year").to_dict() == {
        "kindergarten": 12  # K has six classes
    }


def test_migrants_in_public_schools():
    district = full_district()
    outcome = evaluate(district, toy_standards())
    assert outcome.measure("migrants_in_public")["primary", YEAR] == 1
    schools = district.schools.assign(ownership=["public", "private", "public"])
    mixed = evaluate(district.replace(schools=schools), toy_standards())
    assert mixed.measure("migrants_in_public")["primary", YEAR] == pytest.approx(30 / 90)
    assert mixed.measure("migrants_in_public")["junior", YEAR] == 0


def test_ground_floor_and_size_of_a_school():
    outcome = full_outcome()
    # B: 570 pupils of primary and junior, 5,000 m2 of floor on 15,000 m2; K has no compulsory grade
    assert outcome.measure("floor_area")["B", YEAR] == pytest.approx(5000 / 570)
    assert outcome.measure("land_area")["B", YEAR] == pytest.approx(15_000 / 570)
    size = outcome.measure("compulsory_size")
    assert size["B", YEAR] == 570
    assert ("K", YEAR) not in size.index
    whole = outcome.measure("school_size").reindex(size.index)
    assert (size <= whole).all()


def test_teachers_needed_grow_as_the_ratio_falls():
    rules, needed = toy_standards(), []
    for ratio in (25.0, 19.0, 13.5, 5.0):
        more = limit("pupils_per_teacher", {"all": ratio})
        held = evaluate(full_district(), replace(rules, standards=(*rules.standards, more)))
        needed.append(held.measure("teachers_by_ratio").xs(YEAR, level="year"))
        pupils = held.measure("pupils").xs(YEAR, level="year").groupby("stage").sum()
        assert (needed[-1] * ratio >= pupils.reindex(needed[-1].index)).all()
    assert all((more >= less).all() for less, more in pairwise(needed))


def test_the_ratio_lies_between_those_of_the_schools_and_halves_with_twice_the_teachers():
    district = full_district()
    outcome = evaluate(district, toy_standards())
    found = outcome.measure("pupils_per_teacher").xs(YEAR, level="year")
    own = outcome.measure("pupils").xs(YEAR, level="year") / district.resources.teachers
    for stage, ratio in found.items():
        of_schools = own.xs(stage, level="stage").dropna()
        assert of_schools.min() - 1e-9 <= ratio <= of_schools.max() + 1e-9
    twice = district.replace(resources=2 * district.resources)
    half = evaluate(twice, toy_standards()).measure("pupils_per_teacher").xs(YEAR, level="year")
    assert half.to_numpy() == pytest.approx(found.to_numpy() / 2)


def test_teachers_needed_by_classes_grow_with_what_a_class_needs_and_are_whole():
    rules, needed = toy_standards(), []
    for each in (0.5, 1.7, 2.0, 3.4):
        more = limit("teachers_per_class", {"all": each})
        held = evaluate(full_district(), replace(rules, standards=(*rules.standards, more)))
        needed.append(held.measure("teachers_by_classes").xs(YEAR, level="year"))
        classes = held.classes.table.classes.xs(YEAR, level="year")
        stages = classes.index.get_level_values("grade").map(rules.stage_of)
        formed = classes.groupby(stages).sum().reindex(needed[-1].index)
        assert (needed[-1] % 1 == 0).all()
        assert ((needed[-1] >= each * formed - 1e-9) & (needed[-1] < each * formed + 1)).all()
    assert all((more >= less).all() for less, more in pairwise(needed))
