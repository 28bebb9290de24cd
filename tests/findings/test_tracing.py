"""Every measure of the registry is explained, and its parts alone give the same figure."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from seatplan.district.clauses import Standard
from seatplan.district.stages import Label
from seatplan.errors import InputError
from seatplan.examples import toy_standards
from seatplan.findings.tracing import explain_measure
from seatplan.measures.registry import MEASURES
from seatplan.measures.watched import list_behind, list_reads
from seatplan.outcome import evaluate
from seatplan.views.tracing import write_explained
from tests.full import MIGRANT, full_district

LIMITS = {  # what the measures count against, and the toy town has no limit on
    "beyond_walk": ({"all": 0.5}, {"primary": 300.0, "junior": 900.0}),
    "beyond_radius": ({"all": 0.5}, {"primary": 300.0, "junior": 900.0}),
    "boarding_way": ({"junior": 500.0}, {}),
    "reach": ({"all": 900.0}, {}),
    "pupils_per_teacher": ({"all": 19.0}, {}),
    "teachers_per_class": ({"all": 2.0}, {}),
}


@cache
def town():
    """The full town under every limit, two settings, two townships and a bus."""
    rules, district = toy_standards(), full_district()
    more = [
        Standard(name, Label(name, name), name, limit, "above", "a clause", "assumed", "recalled",
                 within=within)
        for name, (limit, within) in LIMITS.items()
    ]  # fmt: skip
    key = pd.MultiIndex.from_tuples([("b5", "B", 2020)], names=["block", "school", "year"])
    setting = ["urban", "town", "rural", "urban", "town", "rural"]
    schools = district.schools.assign(boarding_beds=[0.0, 20.0, 5.0])
    district = district.replace(
        rides=pd.Series(["bus"], key, name="by", dtype="str"),
        blocks=district.blocks.assign(setting=setting),
        schools=schools,
    )
    return evaluate(district, replace(rules, standards=(*rules.standards, *more)))


def explain(outcome, name, key):
    cell = dict(zip(MEASURES[name].dims, key, strict=True))
    dims = ("school", "block", "place", "setting", "group")
    who = next((cell[dim] for dim in dims if dim in cell), "district")
    stage = cell.get("stage", cell.get("scope"))
    (found,) = explain_measure(
        outcome, name, who, int(cell["year"]), stage=stage, grade=cell.get("grade")
    )
    return found


def check_cells(outcome, name, most):
    """Hold the explanation of some cells of a measure: its parts alone give the figure."""
    figures = outcome.measure(name)
    assert len(figures), name
    random = np.random.default_rng(0)
    chosen = random.choice(len(figures), min(most, len(figures)), replace=False)
    for at in chosen:
        key, value = figures.index[at], float(figures.iloc[at])
        found = explain(outcome, name, key)
        assert found.value == value
        assert found.again == pytest.approx(value, abs=1e-9), (name, key, found.within)
        assert found.parts, name
        assert found.how.endswith((".", ":", ";")) or found.how, name
        assert "year" in found.within, (name, found.within)  # no other year is needed
        for part in found.parts:
            assert "year" not in part.rows.index.names or set(
                part.rows.index.get_level_values("year")
            ) <= {key[-1]}


@pytest.mark.parametrize("name", list(MEASURES))
def test_every_measure_is_explained_by_parts_that_give_it_again(name):
    check_cells(town(), name, 3)


def test_what_a_measure_reads_is_seen():
    assert set(list_reads(town(), "balance")) == {"seats", "residents"}
    assert "heads.attend" in list_behind(town(), "seat_gap")
    assert {"large_classes", "class_count"} < set(list_reads(town(), "large_class_share"))


def test_the_parts_of_a_shortage_are_the_seats_and_the_residents_of_its_school():
    found = explain(town(), "balance", ("B", "primary", 2021))
    parts = {part.name: part.rows.to_dict() for part in found.parts}
    key = ("B", "primary", 2021)
    assert parts == {"seats": {key: 270}, "residents": {key: 300}}
    assert found.value == found.again == -30


def test_rows_that_do_not_bear_on_a_figure_change_nothing():
    # a year's share of large classes rests on its classes alone
    found = explain(town(), "class_compliance", ("primary", 2021))
    rows = {part.name: part.rows for part in found.parts}
    assert set(rows["classes.classes"].index.get_level_values("grade")) == {
        f"g{n}" for n in range(1, 7)
    }
    assert rows["classes.classes"].sum() == 12
    assert [limit.code for limit in found.limits] == ["class-size"]


def test_a_bad_question_is_answered_with_all_that_is_wrong():
    with pytest.raises(InputError) as refused:
        explain_measure(town(), "class_compliance", "P1", 1999, stage="primry")
    told = str(refused.value)
    assert all(word in told for word in ("P1", "1999", "primry"))
    with pytest.raises(InputError, match="no figure of that name"):
        explain_measure(town(), "class_complianc", "district", 2021)
    assert explain_measure(town(), "group_pupils", MIGRANT, 2021, stage="primary")[0].value > 0


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_names_every_measure_unit_and_part(language):
    outcome = town()
    for name in MEASURES:
        key = outcome.measure(name).index[-1]
        page = write_explained(outcome, [explain(outcome, name, key)], language)
        assert "{" not in page
        head = page.splitlines()[0]
        assert re.search("[一-鿿]", head) if language == "zh" else f"({name})" in head
        if language == "zh":
            assert not re.search(r"（[a-z ]+）$", head), head  # a unit in words
    parts = explain(outcome, "catchment_shortage", ("B", "primary", 2021)).parts
    (balance,) = parts
    assert {part.name for part in balance.parts} == {"seats", "residents"}
