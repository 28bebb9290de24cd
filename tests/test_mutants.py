"""Mutants are drawn from everything a file says, and change it in one place."""

import ast
from pathlib import Path

import pytest

from tests import mutants
from tests.mutants import Places, list_mutants

SAID = '''"""A file."""

@compiled
def fast(a):
    return a + 1

def count(pupils: int = 0) -> int:
    """Count 3 things."""
    if pupils < 5 and not pupils:
        raise ValueError(f"{pupils + 1}")
    return ~pupils
'''


def change(place: int) -> str:
    tree = Places(place).visit(ast.parse(SAID))
    return ast.unparse(ast.fix_missing_locations(tree))


def test_docstrings_refusals_and_compiled_functions_are_left_as_they_are():
    places = Places()
    places.visit(ast.parse(SAID))
    assert [told for _, told in places.found] == ["5", "Lt", "Not", "And", "Invert"]


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (0, "if pupils < 6 and (not pupils):"),
        (1, "if pupils <= 5 and (not pupils):"),
        (2, "if pupils < 5 and pupils:"),
        (3, "if pupils < 5 or not pupils:"),
        (4, "return pupils"),
    ],
)
def test_a_mutant_is_one_place_changed(place: int, line: str):
    plain, changed = (change(at).splitlines() for at in (-1, place))
    differ = [new for old, new in zip(plain, changed, strict=True) if old != new]
    assert [new.strip() for new in differ] == [line]


def test_the_tests_of_a_mutant_are_those_of_its_file_and_then_of_its_room():
    mutant = next(m for m in list_mutants("seating") if m.path.name == "charges.py")
    names = [str(Path(path).relative_to(mutants.ROOT)) for path in mutants.list_tests(mutant)]
    assert names == ["tests/seating/test_charges.py", "tests/seating"]
    assert mutant.module == "seatplan.seating.charges"
