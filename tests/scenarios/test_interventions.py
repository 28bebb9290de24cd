import re
from pathlib import Path

from seatplan.examples import toy_district, toy_standards
from seatplan.scenarios import interventions
from seatplan.scenarios.interventions import KINDS, Intervention, Merge, Rezone


def test_every_kind_is_entered_by_its_name():
    assert sorted(KINDS) == [
        "close",
        "convert",
        "expand",
        "housing",
        "lottery_zone",
        "merge",
        "new_school",
        "open_every_grade",
        "rezone",
        "school_bus",
        "set_limit",
        "set_take_up",
    ]
    for kind, member in KINDS.items():
        assert member.kind == kind
        assert getattr(interventions, member.__name__) is member


def test_a_new_kind_is_one_class():
    try:

        class Rename(Intervention, kind="rename"):
            school: str

        assert KINDS["rename"] is Rename
    finally:
        del KINDS["rename"]


def test_a_kind_that_overrides_neither_change_changes_nothing():
    step = Rezone(year=2023, source="plan", stage="primary", school="B", blocks=["b1"])
    standards, district = toy_standards(), toy_district()
    assert step.amend(standards) is standards
    assert Intervention.apply(step, district) is district


def test_every_kind_speaks_both_languages():
    for member in KINDS.values():
        assert member.words.zh.endswith("。")
        assert member.words.en.endswith(".")


def test_a_merge_by_trait_is_told_in_words():
    step = Merge(year=2023, source="plan", where={"setting": "rural", "pupils_under": 100})
    assert step.describe("en") == (
        "Schools (setting rural, pupils under 100): merged into the nearest school in 2023."
    )
    assert step.describe("zh") == "2023 年学校（位于 乡村，学生数少于 100）并入最近的学校。"


def test_the_manual_lists_every_key_of_every_kind():
    text = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", text, flags=re.MULTILINE))
    keys = {kind: set(re.findall(r"`(\w+)`", row)) for kind, row in rows.items()}
    assert keys == {
        kind: set(member.model_fields) - {"year", "source", "source_zh"}
        for kind, member in KINDS.items()
    }
