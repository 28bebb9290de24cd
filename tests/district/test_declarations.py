"""district.toml and standards.toml say what they may, key by key."""

from pathlib import Path

import pytest
from tests.towns import GRADES, SMALL, write_declarations

from seatplan.district.declarations import DistrictFile, parse_settings
from seatplan.district.limits import LIMITED
from seatplan.district.reading import read_standards
from seatplan.errors import InputError


def read_settings(path: Path) -> DistrictFile:
    return parse_settings(path.read_text("utf-8"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_declarations(tmp_path, SMALL)
    return tmp_path


def test_settings_are_read(folder: Path):
    settings = read_settings(folder / "district.toml")
    assert (settings.code, settings.base_year, settings.horizon) == ("000001", 2020, 2026)
    assert settings.name.label().of("en") == "Small town"
    assert settings.frame.crs == "EPSG:4544"


def test_settings_are_frozen(folder: Path):
    settings = read_settings(folder / "district.toml")
    with pytest.raises(ValueError, match="frozen"):
        settings.base_year = 2021  # type: ignore[misc]


def test_standards_are_read_in_order(folder: Path):
    standards = read_standards(folder / "standards.toml")
    assert [stage.code for stage in standards.stages] == list(GRADES)
    assert standards.grades == [grade for grades in GRADES.values() for grade in grades]
    assert standards.kinds["nine_year"] == ("primary", "junior")
    assert standards.stage("junior").intake == "catchment"
    assert standards.seats_per_class("kindergarten", 2020) == 30  # mean of 25, 30, 35


def test_a_path_may_be_text(folder: Path):
    assert read_standards(str(folder / "standards.toml")).standard("class-size", 2020) is not None


def test_every_fault_of_the_settings_is_told_at_once(folder: Path):
    path = folder / "district.toml"
    text = path.read_text("utf-8").replace("EPSG:4544", "EPSG:4326").replace("2026", "2019")
    path.write_text(text.replace("EPSG:4490", "Mars"), "utf-8")
    with pytest.raises(InputError) as refused:
        read_settings(path)
    assert [problem.split(":")[1].strip() for problem in refused.value.problems] == [
        "key horizon",
        "key crs",
        "key file_crs",
    ]


ROLES = {"norm": "seats", "big": "large", "huge": "very_large"}
BIG = """
[[standard]]
code = "big"
name = {zh = "大班额", en = "Large"}
indicator = "class_size"
limit = {all = 55}
source = "town"
checked = "seen"
"""


def change(folder: Path, *pairs: tuple[str, str], add: str = "") -> Path:
    path = folder / "standards.toml"
    text = path.read_text("utf-8") + add
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    return path


def read_faults(path: Path) -> list[str]:
    with pytest.raises(InputError) as refused:
        read_standards(path)
    return refused.value.problems


def test_codes_are_free_names_and_roles_follow_the_order_of_limits(folder: Path):
    path = change(
        folder,
        ('"class-size"', '"norm"'),
        add=BIG + BIG.replace("55", "65").replace('"big"', '"huge"'),
    )
    standards = read_standards(path)
    assert {item.code: item.role for item in standards.standards} == ROLES
    assert standards.class_limit("g1", 2020) == 45


def test_a_role_may_be_said(folder: Path):
    path = change(folder, add=BIG.replace("55", "40") + 'role = "watched"\n')
    assert read_standards(path).class_limit("g1", 2020) == 45  # not the 40, which is the lowest


def test_what_makes_no_sense_is_told_all_at_once(folder: Path):
    path = change(
        folder,
        ("age_from = 11, age_to = 11", "age_from = 21, age_to = 20"),
        ("primary = 45", "primary = 4500, all = nan"),
        ("junior = 50", "g7 = 50, g8 = 50, g9 = 50"),
        add=BIG.replace("class_size", "class_sizes"),
    )
    faults = read_faults(path)
    assert faults == [
        "standards.toml: grade g6: age_from 21, age_to 20; want ages 0 to 19, those that residents "
        "are counted by",
        "standards.toml: grade g6: age_from 21, age_to 20; want age_to at or after age_from",
        "standards.toml: standard 1 (class-size), key limit.primary: 4500; want 1 to 100 (pupils "
        "per class: a class needs a pupil, and a very large class begins at 66)",
        "standards.toml: standard 1 (class-size), key limit.all: nan; want a finite number",
        "standards.toml: standard 2 (big), key indicator: class_sizes is no measure; want one of "
        + ", ".join(LIMITED),
    ]


def test_a_grade_of_children_below_0_is_refused(folder: Path):
    (fault,) = read_faults(
        change(folder, ("age_from = 3, age_to = 3", "age_from = -1, age_to = 3"))
    )
    assert "grade k1: age_from -1, age_to 3; want ages 0 to 19" in fault


def test_a_measure_that_the_caller_knows_may_be_limited(folder: Path):
    path = change(folder, add=BIG.replace("class_size", "part").replace("55", "5"))
    (fault,) = read_faults_of(path, {"class_size": "pupils per class", "part": "share"})
    assert "standard 2 (big), key limit.all: 5; want 0 to 1 (share: " in fault


def read_faults_of(path: Path, measures: dict[str, str]) -> list[str]:
    with pytest.raises(InputError) as refused:
        read_standards(path, measures=measures)
    return refused.value.problems


@pytest.mark.parametrize(
    ("add", "told"),
    [
        (BIG.replace('"big"', '"class-size"'), "standard class-size since 0 stands there 2 times"),
        (
            BIG.replace('"big"', '"class-size"').replace("class_size", "walk").replace("55", "500")
            + "since = 2022\n",
            "standard class-size limits class_size and walk; want one code for each",
        ),
        (
            BIG.replace("class_size", "walk").replace("55", "500") + 'role = "large"\n',
            "standard 2 (big), key role: large is for limits on class_size, not walk",
        ),
        (
            BIG + 'role = "large"\nsettings = ["rural"]\n',
            'standard 2 (big), key role: large is for side = "above" and schools of every setting',
        ),
        (
            BIG + 'role = "large"\n' + BIG + 'role = "very_large"\nsince = 2022\n',
            "standard big has the roles large and very_large; want one",
        ),
        (
            BIG + 'role = "large"\n' + BIG.replace('"big"', '"bigger"') + 'role = "large"\n',
            "standards big and bigger both have the role large for k1; want the key role in each",
        ),
        (BIG + 'role = "norm"\n', "key standard 2, role: 'norm'; want 'seats', 'large', 'very"),
    ],
)
def test_a_role_or_version_that_does_not_fit_is_told(folder: Path, add: str, told: str):
    assert told in read_faults(change(folder, add=add))[0]


def test_two_limits_of_one_height_both_claim_the_seats(folder: Path):
    same = BIG.replace("{all = 55}", "{primary = 45}")
    faults = read_faults(change(folder, add=same))
    assert "standards big and class-size both have the role seats for g1" in faults[0]


def test_a_limit_of_one_setting_counts_no_seats(folder: Path):
    path = change(folder, ('checked = "seen"', 'checked = "seen"\nsettings = ["urban"]'))
    assert "no limit on class_size counts the seats of k1" in read_faults(path)[0]


@pytest.mark.parametrize("code", ["-", "#REF!", " ", "x ", "101.0"])
def test_a_code_that_is_none_is_refused(code: str):
    with pytest.raises(InputError, match=r"key code: .*want"):
        parse_settings(
            f'code = "{code}"\nname = {{en = "Town"}}\nbase_year = 2020\nhorizon = 2025\n'
            'crs = "EPSG:4544"\n'
        )


def test_a_name_that_is_none_is_refused():
    with pytest.raises(InputError, match=r"key name: .*want a name"):
        parse_settings(
            'code = "1"\nname = {zh = "无"}\nbase_year = 2020\nhorizon = 2025\ncrs = "EPSG:4544"\n'
        )
