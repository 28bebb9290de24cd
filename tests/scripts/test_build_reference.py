"""The reference in docs/ is what the docstrings say."""

import inspect
from pathlib import Path

import seatplan
from build_reference import write_reference

ROOT = Path(__file__).parents[2]


def test_the_reference_is_made_from_the_docstrings():
    """Where a public docstring changes: python scripts/build_reference.py."""
    assert (ROOT / "docs" / "reference.md").read_text("utf-8") == write_reference()


def test_every_public_function_and_class_says_what_it_is():
    for name in seatplan.__all__:
        item = getattr(seatplan, name)
        assert not callable(item) or len(inspect.getdoc(item) or "") > 20, name


def test_what_a_planner_needs_is_public():
    from seatplan.scenarios.steps import KINDS

    steps = {kind.__name__ for kind in KINDS.values()}
    asked = {"District", "Standards", "RollForecast", "verify_plan", "diagnose_coverage"}
    assert steps | asked <= set(seatplan.__all__)
