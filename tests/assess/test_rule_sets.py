"""Rule sets are read whole, extended in ten lines, and refused with every fault."""

import csv
from pathlib import Path

import pytest

from seatplan.assess.assess import assess_outcomes
from seatplan.assess.rule_sets import choose_sets, find_in_force, read_rule_sets
from seatplan.errors import InputError
from seatplan.examples import toy_outcome
from seatplan.measures.registry import MEASURES, list_units

ROOT = Path(__file__).parents[2]
STANDARDS = ROOT / "standards"

HEAD = """
code = "own"
name = {zh = "本县", en = "Own"}
year = 2021
document = "某文件"
"""
RULE = """
[[rule]]
code = "size"
name = {zh = "校额", en = "School size"}
clause = "一"
text = "学校不超过2000人"
measure = "school_size"
limit = {all = 2000}
checked = "recalled"
"""


def write(folder: Path, text: str, name: str = "own.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_the_plan_of_a_district_binds_no_other():
    sets = read_rule_sets([STANDARDS])
    assert choose_sets(sets, "640302") == sets
    left = [one.code for one in sets if one not in choose_sets(sets, "somewhere")]
    assert left == ["plan"]


def test_every_rule_set_that_comes_with_seatplan_is_read():
    sets = read_rule_sets([STANDARDS])
    assert len(sets) == len(list(STANDARDS.glob("*.toml")))
    for item in sets:
        assert item.read_at, item.code
        for rule in item.rules:
            assert any("\u4e00" <= sign <= "\u9fff" for sign in rule.text), rule.code


def test_limits_are_those_of_the_sources():
    with (ROOT / "data" / "sources" / "standards.csv").open(encoding="utf-8") as file:
        known = {row["id"]: row for row in csv.DictReader(file)}
    sets = {item.code: item for item in read_rule_sets([STANDARDS])}
    kindergartens, norms = sets["inclusive-kindergartens"], sets["school-norms"]
    for code, source in {
        "gross-enrolment": "kgp-ger",
        "inclusive-coverage": "kgp-inclusive",
        "public-share": "kgp-public",
        "class-compliance": "kgp-class",
    }.items():
        limit = kindergartens.rule(code).limit["kindergarten"]
        assert 100 * limit == pytest.approx(float(known[source]["value"]))
    radius = norms.rule("radius-1993")
    assert radius.counted_by == {
        stage: float(known[f"radius-{short}"]["value"])
        for stage, short in {"kindergarten": "kg", "primary": "primary", "junior": "junior"}.items()
    }


def test_the_radius_in_force_is_the_one_that_is_not_superseded():
    norms = next(item for item in read_rule_sets([STANDARDS]) if item.code == "school-norms")
    radii = [rule for rule in norms.rules if rule.measure == "beyond_radius"]
    assert [rule.code for rule in radii if not rule.superseded_by] == ["radius-2018"]


def test_a_province_overrides_a_limit_in_ten_lines(tmp_path):
    page = (ROOT / "docs" / "assess.md").read_text("utf-8")
    text = next(
        part.split("```")[0] for part in page.split("```toml\n") if part.startswith("code =")
    )
    assert len([line for line in text.splitlines() if line]) <= 11
    national = "inclusive-kindergartens-2020.toml"
    write(tmp_path, (STANDARDS / national).read_text("utf-8"), national)
    own = write(tmp_path, text)
    (found,) = read_rule_sets([own])
    (base,) = read_rule_sets([tmp_path / national])
    assert found.rule("gross-enrolment").limit == {"kindergarten": 0.9}
    assert found.rule("gross-enrolment").checked == "recalled"
    assert found.rule("gross-enrolment").text == base.rule("gross-enrolment").text
    assert found.rule("public-share") == base.rule("public-share")


def test_the_measure_that_the_docs_add_is_limited_by_a_rule_set(tmp_path):
    page = (ROOT / "docs" / "assess.md").read_text("utf-8")
    code = next(part for part in page.split("```python\n") if "def largest_share" in part)
    rule = RULE.replace("school_size", "largest_share").replace("all = 2000", "primary = 0.5")
    try:
        exec(code.split("```")[0], {})
        sets = read_rule_sets([write(tmp_path, HEAD + rule)])
        found = assess_outcomes([toy_outcome()], sets).table.reset_index()
    finally:
        MEASURES.pop("largest_share", None)
    first = found[found.year == 2021].iloc[0]
    assert first.value == pytest.approx(300 / 540)  # B has 300 of the 540 of primary
    assert first.status == "missed"


def test_a_later_version_takes_the_place_of_the_earlier(tmp_path):
    early = write(tmp_path, HEAD + RULE)
    late = write(tmp_path, (HEAD + RULE).replace("2021", "2024").replace("2000", "1500"), "b.toml")
    sets = read_rule_sets([early, late])
    limits = {
        year: [item.rule("size").limit["all"] for item in find_in_force(sets, year)]
        for year in (2020, 2023, 2024, 2030)
    }
    assert limits == {2020: [2000], 2023: [2000], 2024: [1500], 2030: [1500]}


@pytest.mark.parametrize(
    ("found", "wrong", "told"),
    [
        (
            "school_size",
            "school_sise",
            "no measure is called school_sise; did you mean school_size",
        ),
        ("limit = {all = 2000}", "limit = {all = 0.5}", "limit.all: 0.5; want 1 to 50,000"),
        ("limit = {all = 2000}", "", "want limit beside code"),
        ("school_size", "gross_enrolment", "limit.all: 2000; want 0 to 1"),
        ("clause =", "claus =", "claus is unknown; did you mean clause"),
        ('checked = "recalled"', 'checked = "guessed"', "'seen' or 'recalled'"),
        ("limit = {all = 2000}", "limit = {all = 2000}\ncounted_by = {all = 1}", "no limit; want"),
        (
            'measure = "school_size"',
            'measure = "gross_enrolment"\nacross = "variation"',
            "not measured school by school",
        ),
    ],
)
def test_a_rule_set_is_refused_with_its_fault(tmp_path, found, wrong, told):
    path = write(tmp_path, (HEAD + RULE).replace(found, wrong))
    with pytest.raises(InputError, match=r"own\.toml: ") as refused:
        read_rule_sets([path])
    assert told in str(refused.value)


def test_faults_of_several_files_are_told_at_once(tmp_path):
    write(tmp_path, HEAD + RULE.replace("school_size", "sizes"), "a.toml")
    write(tmp_path, HEAD + RULE + RULE, "b.toml")
    with pytest.raises(InputError) as refused:
        read_rule_sets([tmp_path])
    assert "a.toml: rule size" in str(refused.value)
    assert "b.toml: size stands there 2 times" in str(refused.value)


def test_a_version_that_stands_there_twice_is_refused(tmp_path):
    write(tmp_path, HEAD + RULE, "a.toml")
    write(tmp_path, HEAD + RULE, "b.toml")
    with pytest.raises(InputError, match="rule set own of 2021 stands there 2 times"):
        read_rule_sets([tmp_path])


def test_joint_rules_name_rules_that_are_there(tmp_path):
    joint = """
[[joint]]
code = "both"
name = {zh = "综合", en = "Together"}
clause = "二"
text = "至少一项达标"
of = ["size", "sise"]
at_least = 3
rest = 0.85
checked = "seen"
"""
    with pytest.raises(InputError) as refused:
        read_rule_sets([write(tmp_path, HEAD + RULE + joint)])
    assert "no rule sise; did you mean size" in str(refused.value)
    assert "at_least: 3; want at most 2" in str(refused.value)


def test_an_extended_set_may_not_extend_another(tmp_path):
    for name, base in {"b.toml": "a.toml", "c.toml": "b.toml"}.items():
        write(tmp_path, HEAD + f'extends = "{base}"\n', name)
    write(tmp_path, HEAD + RULE, "a.toml")
    with pytest.raises(InputError, match="stands alone"):
        read_rule_sets([tmp_path / "c.toml"])


def test_an_empty_folder_is_no_rule_set(tmp_path):
    with pytest.raises(InputError, match="no rule set"):
        read_rule_sets([tmp_path])


def test_the_table_of_measures_in_the_docs_says_their_units():
    page = (ROOT / "docs" / "assess.md").read_text("utf-8").split("| measure |")[1]
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    told = {name.strip("`"): unit for names, _, _, unit, _ in rows for name in names.split(", ")}
    units = list_units()
    assert {name: units[name] for name in told} == told
    asked = {rule.measure for item in read_rule_sets([STANDARDS]) for rule in item.rules}
    basic = {"class_size", "school_size", "beyond_radius", "beyond_walk"}  # in data-format.md
    assert asked - basic <= set(told)


def test_limits_of_quality_balance_are_those_of_the_sources():
    with (ROOT / "data" / "sources" / "standards.csv").open(encoding="utf-8") as file:
        known = {row["id"]: row["value"] for row in csv.DictReader(file)}
    sets = {item.code: item for item in read_rule_sets([STANDARDS])}
    balance = sets["quality-balance"]
    (seven,) = balance.joints
    for number, code in enumerate(seven.of, 1):
        limit = balance.rule(code).limit
        assert f"{limit['primary']:g}/{limit['junior']:g}" == known[f"bal-{number}"]
        assert balance.rule(f"{code}-variation").limit == {"primary": 0.50, "junior": 0.45}
    assert known["bal-cv"] == "0.50/0.45"
    assert f"{seven.at_least} of {len(seven.of)}" == known["bal-rule"]
