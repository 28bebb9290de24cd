import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatplan.errors import ScenarioError
from seatplan.scenarios.interventions import Close, Merge, NewSchool
from seatplan.scenarios.notation import list_fields, read_step, show, write_tables

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS | st.floats(allow_nan=False),
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_whatever_is_written_reads_back_equal(table: dict[str, object]):
    assert tomllib.loads(write_tables([("", table)])) == table


def test_tables_stand_under_their_headings():
    text = write_tables([("", {"name": "x"}), ("[[intervention]]", {"year": 2023})])
    assert text == 'name = "x"\n\n[[intervention]]\nyear = 2023\n'


def test_only_what_differs_from_the_default_is_written():
    step = Close(year=2023, source="plan", school="A")
    assert list_fields(step) == {"kind": "close", "year": 2023, "source": "plan", "school": "A"}
    merge = Merge(year=2023, source="plan", where={"setting": "rural"}, within_m=3000)
    assert list_fields(merge) == {
        "kind": "merge",
        "year": 2023,
        "source": "plan",
        "where": {"setting": "rural"},
        "within_m": 3000,
    }


def test_a_step_reads_back_as_it_was():
    step = NewSchool(
        year=2023,
        source="plan",
        school="N1",
        name='东"区"',
        at=(106.2, 37.98),
        classrooms={"primary": 36},
        blocks={"primary": ("b1", "b 2")},
    )
    text = write_tables([("[[intervention]]", list_fields(step))])
    assert read_step(tomllib.loads(text)["intervention"][0]) == step


def test_every_fault_of_a_step_has_its_sentence():
    with pytest.raises(ScenarioError) as refusal:
        read_step({"kind": "close", "year": "soon", "schol": "A"})
    assert refusal.value.problems == [
        'close: year should be a whole number; got "soon"',
        "close needs source; it takes year, source, school, source_zh",
        "close needs school; it takes year, source, school, source_zh",
        "close takes year, source, school, source_zh; got schol (did you mean school?)",
    ]


def test_a_year_is_shown_as_toml_has_it():
    assert show([True, 2023, 0.5, "a\nb"]) == '[true, 2023, 0.5, "a\\nb"]'
