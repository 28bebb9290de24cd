"""Broken scenario files: a sentence names file and step, what was found and what would do.

The toy town (2020 to 2026) has the schools A, B, K, the blocks b1 to b6 and the site S1 (24 rooms,
kindergarten or primary, from 2022 on).
"""

from pathlib import Path

import pytest

from seatplan.errors import ScenarioError
from seatplan.examples import toy_district, toy_standards
from seatplan.scenarios.scenario import read_scenario

HEAD = 'name = "plan"\n'
STEP = "bad.toml: intervention 1: "


def step(kind: str, keys: str, year: object = 2023) -> str:
    """One step of a file, with its kind, year and source."""
    return f'[[intervention]]\nkind = "{kind}"\nyear = {year}\nsource = "plan"\n{keys}\n'


def new(**changes: str) -> str:
    """A step that would build a primary school of six rooms on site S1, but for `changes`."""
    keys = {"school": '"N1"', "name": '"新校"', "site": '"S1"', "classrooms": "{primary = 6}"}
    return "\n".join(f"{key} = {value}" for key, value in (keys | changes).items() if value)


# what is wrong -> (the file, every part that the refusal must hold)
UNREADABLE = {
    "not TOML": ("name = plan\n", ["bad.toml: line 1, column 8: not TOML", "want key = value"]),
    "neither UTF-8 nor GB 18030": (
        b"name = '\xff\xff'",
        ["bad.toml: row 1: neither UTF-8", "save it as UTF-8"],
    ),
    "no name": ("", ["bad.toml: has no name", 'write name = "bad"']),
    "blank name": ('name = " "', ['bad.toml: name is " "', 'write name = "bad"']),
    "unknown key at the top": (
        HEAD + "[[interventions]]\n",
        ["bad.toml: takes name, title, extends, intervention", "got interventions"],
    ),
    "title in one language": (
        HEAD + 'title = {zh = "规划"}',
        ["bad.toml: title takes {zh", 'got {zh = "规划"}'],
    ),
    "single brackets": (
        HEAD + '[intervention]\nkind = "close"',
        ["bad.toml: write [[intervention]], in double brackets"],
    ),
    "steps that are no tables": (
        HEAD + "intervention = [3]",
        [STEP, "should be a table of keys; got 3"],
    ),
    "no kind": (HEAD + "[[intervention]]\nyear = 2023", [STEP + "says no kind", "close"]),
    "more dwellings than any town has": (
        HEAD
        + step(
            "housing",
            'block = "b1"\ndwellings = 1e12\nresidents_per_dwelling = 3\n'
            "pupils_per_1000 = 100\nfrom_outside = 0.5",
        ),
        ["housing: dwellings should be at most 100000; got 1000000000000.0"],
    ),
    "more classrooms than any school has": (
        HEAD + step("expand", 'school = "A"\nclassrooms = {primary = 1000000000}'),
        ["expand: classrooms.primary should be at most 1000; got 1000000000"],
    ),
    "misspelt kind": (
        HEAD + step("clsoe", 'school = "A"'),
        [STEP + 'no intervention is of kind "clsoe"', "did you mean close?"],
    ),
    "misspelt key": (
        HEAD + step("new_school", new(classrooms="", clasrooms="{primary = 6}")),
        [
            STEP + "new_school takes year, source, school, name, classrooms",
            "got clasrooms (did you mean classrooms?)",
            STEP + "new_school needs classrooms",
        ],
    ),
    "no source": (
        HEAD + '[[intervention]]\nkind = "close"\nyear = 2023\nschool = "A"',
        [STEP + "close needs source", "it takes year, source, school"],
    ),
    "year in words": (
        HEAD + step("close", 'school = "A"', '"soon"'),
        [STEP + "close: year should be a whole number", 'got "soon"'],
    ),
    "half a year": (
        HEAD + step("close", 'school = "A"', 2023.5),
        [STEP + "close: year should be a whole number", "got 2023.5"],
    ),
    "a school's id as a number": (
        HEAD + step("close", "school = 7"),
        [STEP + "close: school should be text in quotes", "got 7"],
    ),
    "blank school": (
        HEAD + step("close", 'school = ""'),
        [STEP + "close: school should be text that is not blank", 'got ""'],
    ),
    "a new school without rooms": (
        HEAD + step("new_school", new(classrooms="{primary = 0}")),
        [STEP + "new_school: classrooms.primary should be at least 1", "got 0"],
    ),
    "rooms as a number": (
        HEAD + step("new_school", new(classrooms="36")),
        [STEP + "new_school: classrooms should be a table such as {primary = 6}", "got 36"],
    ),
    "neither a place nor a site": (
        HEAD + step("new_school", new(site="")),
        [STEP + "new_school needs one of at = [longitude, latitude] and site"],
    ),
    "latitude first": (
        HEAD + step("new_school", new(site="", at="[37.98, 106.2]")),
        [STEP + "new_school at takes [longitude, latitude]", "got [37.98, 106.2]"],
    ),
    "half a place": (
        HEAD + step("new_school", new(site="", at="[106.2]")),
        [STEP + "new_school: at should have more entries", "got [106.2]"],
    ),
    "a place with a height": (
        HEAD + step("new_school", new(site="", at="[106.2, 37.9, 1100]")),
        [STEP + "new_school: at should be at most 2 entries", "got [106.2, 37.9, 1100]"],
    ),
    "blocks for a stage without rooms": (
        HEAD + step("new_school", new(blocks='{junior = ["b1"]}')),
        [STEP + "new_school gives blocks for junior", "no classrooms"],
    ),
    "a setting that is none": (
        HEAD + step("new_school", new(setting='"city"')),
        [STEP + "new_school: setting should be one of", "'urban'", 'got "city"'],
    ),
    "merging into itself": (
        HEAD + step("merge", 'schools = ["A", "B"]\ninto = "B"'),
        [STEP + "merge cannot merge B into itself"],
    ),
    "merging nobody": (
        HEAD + step("merge", 'into = "B"'),
        [STEP + "merge needs one of schools", "where"],
    ),
    "merging by an unknown trait": (
        HEAD + step("merge", "where = {pupils_udner = 100}"),
        [STEP + "merge where takes setting", "got pupils_udner (did you mean pupils_under?)"],
    ),
    "a rate in percent": (
        HEAD + step("set_take_up", 'stage = "primary"\nrate = 95'),
        [STEP + "set_take_up: rate should be at most 2", "got 95"],
    ),
    "a polygon with two corners": (
        HEAD + step("rezone", 'stage = "primary"\nschool = "A"\npolygon = [[106, 38], [107, 38]]'),
        [STEP + "rezone: polygon should be at least 3 entries", "got [[106, 38], [107, 38]]"],
    ),
    "a triangle whose corners are exchanged": (
        HEAD
        + step(
            "rezone",
            'stage = "primary"\nschool = "A"\npolygon = [[37, 106], [38, 106], [38, 107]]',
        ),
        [
            "3 problems",
            "rezone polygon.2 takes [longitude, latitude] in degrees; got [38.0, 107.0]",
        ],
    ),
    "a polygon that crosses itself": (
        HEAD
        + step(
            "rezone",
            'stage = "primary"\nschool = "A"\n'
            "polygon = [[106, 37], [107, 38], [107, 37], [106, 38]]",
        ),
        [STEP + "rezone takes a polygon whose sides do not cross"],
    ),
    "neither blocks nor a polygon": (
        HEAD + step("rezone", 'stage = "primary"\nschool = "A"'),
        [STEP + "rezone needs one of blocks and polygon"],
    ),
    "a lottery between one school and nobody": (
        HEAD + step("lottery_zone", 'stage = "primary"\nschools = ["A"]'),
        [STEP + "lottery_zone: schools should be at least 2 entries"],
    ),
    "a school that draws lots twice": (
        HEAD + step("lottery_zone", 'stage = "primary"\nschools = ["A", "A"]'),
        [STEP + "lottery_zone takes schools, each named once"],
    ),
    "a limit that is no number": (
        HEAD + step("set_limit", 'code = "class-size"\nlimit = {primary = nan}'),
        [STEP + "set_limit: limit.primary should be a finite number", "got nan"],
    ),
    "a switch in quotes": (
        HEAD + step("set_limit", 'code = "class-size"\nlimit = {primary = 40}\nbinding = "yes"'),
        [STEP + "set_limit: binding should be true or false", 'got "yes"'],
    ),
    "no rooms more": (
        HEAD + step("expand", 'school = "A"\nclassrooms = {primary = 0}'),
        [STEP + "expand adds 0 classrooms of primary", "give more"],
    ),
    "converting a stage to itself": (
        HEAD
        + step(
            "convert",
            'school = "B"\nfrom_stage = "primary"\nto_stage = "primary"\nclassrooms = 2',
        ),
        [STEP + "convert needs two stages", "both primary"],
    ),
    "every bad step at once": (
        HEAD + step("close", "") + step("clsoe", ""),
        ["2 problems", STEP + "close needs school", "intervention 2: no intervention is of kind"],
    ),
    "extends a file that is not there": (
        HEAD + 'extends = "gone.toml"',
        ["bad.toml: extends: ", "gone.toml"],
    ),
    "extends itself": (HEAD + 'extends = "bad.toml"', ["bad.toml: extends itself"]),
    "extends a number": (HEAD + "extends = 5", ["bad.toml: extends should be a file name; got 5"]),
}

UNFIT = {
    "a school that does not exist": (
        step("close", 'school = "P99"'),
        ["close: no school is called P99", "want one of A, B, K"],
    ),
    "the base year": (
        step("close", 'school = "A"', 2020),
        ["close: year 2020 should be after the base year 2020", "at most 2026"],
    ),
    "a year past the horizon": (
        step("close", 'school = "A"', 2036),
        ["close: year 2036 should be after", "at most 2026"],
    ),
    "closing twice": (
        step("close", 'school = "A"', 2024) + step("close", 'school = "A"', 2025),
        ["intervention 2: close: school A is closed from 2024 on", "2025"],
    ),
    "closing before it opens": (
        step("new_school", new(), 2025) + step("close", 'school = "N1"', 2024),
        ["intervention 2: close: school N1 opens only in 2025, after 2024"],
    ),
    "closing in the year it opens": (
        step("new_school", new()) + step("close", 'school = "N1"'),
        ["intervention 2: close: school N1 opens in 2023; it cannot close that year"],
    ),
    "an id that is taken": (
        step("new_school", new(school='"A"')),
        ["new_school: the id A is taken by 甲小学", "give the new school its own"],
    ),
    "an unknown stage": (
        step("new_school", new(classrooms="{primry = 6}", school_kind='"primary"')),
        ["new_school: no stage is called primry", "did you mean primary?"],
    ),
    "stages without a kind of school": (
        step("new_school", new(classrooms="{kindergarten = 3, primary = 6}")),
        ["no kind of school follows from kindergarten + primary", "give school_kind"],
    ),
    "a point outside": (
        step("new_school", new(site="", at="[100.0, 30.0]")),
        ["new_school: at [100.0, 30.0] lies outside the district"],
    ),
    "an unknown site": (
        step("new_school", new(site='"S2"')),
        ["new_school: no site is called S2", "want one of S1"],
    ),
    "a site too small": (
        step("new_school", new(classrooms="{primary = 36}")),
        ["new_school: site S1 has room for 24 classrooms; got 36"],
    ),
    "a site before its year": (
        step("new_school", new(), 2021),
        ["new_school: site S1 is free from 2022 on; got year 2021"],
    ),
    "a stage that the site is not for": (
        step("new_school", new(classrooms="{junior = 6}")),
        ["new_school: site S1 is for kindergarten, primary; got junior"],
    ),
    "two schools on one site": (
        step("new_school", new()) + step("new_school", new(school='"N2"'), 2024),
        ["intervention 2: new_school: site S1 is where school N1 stands", "one place, one school"],
    ),
    "blocks of a stage without catchments": (
        step("new_school", new(classrooms="{kindergarten = 6}", blocks='["b3"]')),
        ["new_school: kindergarten has no catchments", "want one of primary, junior"],
    ),
    "an unknown block": (
        step("new_school", new(blocks='["b3", "b33"]')),
        ["new_school: no block is called b33", "did you mean b3?"],
    ),
    "rooms below zero": (
        step("expand", 'school = "A"\nclassrooms = {primary = -7}'),
        ["expand: school A has 6 classrooms of primary in 2023; -7 leaves -1"],
    ),
    "rooms of a stage not taught": (
        step("expand", 'school = "A"\nclassrooms = {junior = 2}'),
        ["expand: school A does not teach junior in 2023", "want one of primary"],
    ),
    "rooms beyond the site": (
        step("new_school", new(classrooms="{primary = 24}"))
        + step("expand", 'school = "N1"\nclassrooms = {primary = 1}', 2024),
        ["intervention 2: expand: school N1 would have 25 classrooms", "site S1 has room for 24"],
    ),
    "more rooms converted than there are": (
        step(
            "convert", 'school = "B"\nfrom_stage = "junior"\nto_stage = "primary"\nclassrooms = 7'
        ),
        ["convert: school B has 6 classrooms of junior in 2023; -7 leaves -1"],
    ),
    "merging into a closed school": (
        step("close", 'school = "B"', 2022) + step("merge", 'schools = ["A"]\ninto = "B"'),
        ["intervention 2: merge: school B is closed from 2022 on; 2023 is too late"],
    ),
    "nobody near enough to merge into": (
        step("merge", 'schools = ["A"]\nwithin_m = 1000'),
        # b1 to b6 over the roads of the toy town: 400 m three times
        ["merge: no school to take A in within 1,000 m", "the nearest, B, is 1,200 m away"],
    ),
    "nobody who teaches the stage": (
        step("merge", 'schools = ["B"]'),
        ["merge: no other open school of its ownership teaches all that B does"],
    ),
    "a receiving school without the stage": (
        step("merge", 'schools = ["B"]\ninto = "A"'),
        ["merge: school A does not teach junior, as B does"],
    ),
    "where that fits no school": (
        step("merge", 'where = {setting = "rural", pupils_under = 100}'),
        ["merge: no open public school fits setting rural, pupils_under 100"],
    ),
    "rezoning to a school that does not teach the stage": (
        step("rezone", 'stage = "junior"\nschool = "A"\nblocks = ["b1"]'),
        ["rezone: school A does not teach junior in 2023", "want one of primary"],
    ),
    "rezoning a stage without catchments": (
        step("rezone", 'stage = "kindergarten"\nschool = "K"\nblocks = ["b1"]'),
        ["rezone: kindergarten has no catchments", "want one of primary, junior"],
    ),
    "a lottery with a school that does not teach the stage": (
        step("lottery_zone", 'stage = "junior"\nschools = ["B", "A"]'),
        ["lottery_zone: school A does not teach junior in 2023", "want one of primary"],
    ),
    "a lottery with a school that is not there": (
        step("lottery_zone", 'stage = "primary"\nschools = ["A", "P9"]'),
        ["lottery_zone: no school is called P9"],
    ),
    "a lottery in a stage without catchments": (
        step("lottery_zone", 'stage = "kindergarten"\nschools = ["A", "K"]'),
        ["lottery_zone: kindergarten has no catchments"],
    ),
    "a lottery for an unknown block": (
        step("lottery_zone", 'stage = "primary"\nschools = ["A", "B"]\nblocks = ["b9"]'),
        ["lottery_zone: no block is called b9"],
    ),
    "a polygon around nothing": (
        step(
            "rezone",
            'stage = "primary"\nschool = "A"\npolygon = [[100, 30], [101, 30], [101, 31]]',
        ),
        ["rezone: no block lies in the polygon", "[longitude, latitude]"],
    ),
    "housing in an unknown block": (
        step(
            "housing",
            'block = "b9"\ndwellings = 100\nresidents_per_dwelling = 3\n'
            "pupils_per_1000 = 100\nfrom_outside = 0.5",
        ),
        ["housing: no block is called b9", "want one of b1, b2"],
    ),
    "the take-up of an unknown stage": (
        step("set_take_up", 'stage = "senior"\nrate = 0.96'),
        ["set_take_up: no stage is called senior", "want one of kindergarten"],
    ),
    "every grade in a school that stands": (
        step("open_every_grade", 'school = "A"'),
        ["open_every_grade: school A opens before the base year, not in 2023"],
    ),
}

UNLAWFUL = {
    "an unknown standard": (
        step("set_limit", 'code = "class-sizes"\nlimit = {primary = 40}'),
        ["set_limit: no standard is called class-sizes", "did you mean class-size?"],
    ),
    "a limit for nobody": (
        step("set_limit", 'code = "class-size"\nlimit = {primry = 40}'),
        ["set_limit: no stage, grade, kind or setting is called primry", "did you mean primary?"],
    ),
    "classes of nobody": (
        step("set_limit", 'code = "class-size"\nlimit = {primary = 0}'),
        ["set_limit: class-size: limit.primary: 0; want 1 to 100 (pupils per class: a class needs"],
    ),
    "an unknown kind of school": (
        step("new_school", new(school_kind='"primery"')),
        ["new_school: no kind of school is called primery", "did you mean primary?"],
    ),
    "a kind that does not teach the stage": (
        step("new_school", new(school_kind='"junior"')),
        ["new_school: a school of kind junior does not teach primary"],
    ),
}


def check_refusal(refusal: ScenarioError, parts: list[str]) -> None:
    for part in parts:
        assert part in str(refusal)
    for sentence in refusal.problems:
        assert sentence.startswith("bad.toml: ")
        assert "\n" not in sentence


@pytest.mark.parametrize(("text", "parts"), UNREADABLE.values(), ids=list(UNREADABLE))
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, text: str | bytes, parts: list[str]):
    file = tmp_path / "bad.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ScenarioError) as refusal:
        read_scenario(file)
    check_refusal(refusal.value, parts)


@pytest.mark.parametrize(("text", "parts"), UNFIT.values(), ids=list(UNFIT))
def test_a_step_that_does_not_fit_the_district_is_refused(
    tmp_path: Path, text: str, parts: list[str]
):
    file = tmp_path / "bad.toml"
    file.write_text(HEAD + text, "utf-8")
    scenario = read_scenario(file)
    with pytest.raises(ScenarioError) as refusal:
        scenario.apply(toy_district())
    check_refusal(refusal.value, ["bad.toml: intervention", *parts])


@pytest.mark.parametrize(("text", "parts"), UNLAWFUL.values(), ids=list(UNLAWFUL))
def test_a_step_that_does_not_fit_the_standards_is_refused(
    tmp_path: Path, text: str, parts: list[str]
):
    file = tmp_path / "bad.toml"
    file.write_text(HEAD + text, "utf-8")
    scenario = read_scenario(file)
    with pytest.raises(ScenarioError) as refusal:
        scenario.amend(toy_standards())
    check_refusal(refusal.value, ["bad.toml: intervention 1: ", *parts])
