"""The file that the tests of the scripts count with says what the model says."""

import json

import pytest
from tests.views.toy_page import FILE, build_fixture


def test_the_toy_page_is_what_the_model_makes_of_the_toy_town():
    kept, made = json.loads(FILE.read_text("utf-8")), build_fixture()
    again = "python -m tests.views.toy_page"  # where a page is given something else than before
    assert set(kept["columns"]) == set(made["columns"]), again
    # deflated bytes differ between libraries; what is in them does not
    assert kept["payload"].pop("tables")["columns"] == made["payload"].pop("tables")["columns"]
    assert kept["payload"] == json.loads(json.dumps(made["payload"])), again
    assert kept["plans"] == made["plans"]
    assert kept["drafts"] == made["drafts"]
    assert kept["onPlan"] == made["onPlan"]
    assert kept["shared"] == made["shared"]
    for name, values in made["columns"].items():
        assert kept["columns"][name] == pytest.approx(values, rel=1e-12), name
