"""The toy town survives its way through a folder."""

from pandas.testing import assert_frame_equal, assert_series_equal
from tests.towns import SMALL, write_declarations, write_town

from seatplan.district.reading import read_district, read_standards
from seatplan.district.writing import file_crs, spell_standards, write_district
from seatplan.examples import toy_district, toy_standards


def test_standards_are_spelt_as_they_are_read(tmp_path):
    write_declarations(tmp_path, SMALL)
    standards = read_standards(tmp_path / "standards.toml")
    changed = standards.replace(
        standards=(
            *standards.standards,
            type(standards.standards[0])(
                code='quoted "code"',
                name=standards.standards[0].name,
                indicator="school_size",
                limit={"all": 100, "rural": 50.5},
                side="below",
                unit="pupils\tof all stages",
                source="条文 3.0.1 \\ a",
                checked="recalled",
                since=2025,
                settings=("rural",),
                binding=("rural",),
            ),
        )
    )
    (tmp_path / "again.toml").write_text(spell_standards(changed), "utf-8")
    assert read_standards(tmp_path / "again.toml") == changed


def test_the_files_are_in_the_degrees_under_the_metric_crs(tmp_path):
    district = read_district(write_town(tmp_path / "town", SMALL))
    assert file_crs(district) == "EPSG:4490"
    assert file_crs(district.replace(crs="EPSG:32648")) == "EPSG:4326"


def test_hostile_names_survive(tmp_path):
    folder = write_town(tmp_path / "town", SMALL)
    district, standards = read_district(folder), read_standards(folder / "standards.toml")
    names = ['{{7*7}} "a", b', "</script>\\n", "=1+1"]
    zones = district.zones.assign(name=[*names, "，"])
    hostile = district.replace(schools=district.schools.assign(name=names), zones=zones)
    write_district(hostile, standards, tmp_path / "copy")
    again = read_district(tmp_path / "copy")
    assert again.schools.name.tolist() == names
    assert_frame_equal(again.zones, zones)
    assert_series_equal(again.catchments, district.catchments)


def test_the_toy_town_survives_its_way_through_a_folder(tmp_path):
    toy = toy_district()
    write_district(toy, toy_standards(), tmp_path / "toy")
    again = read_district(tmp_path / "toy")
    for name in ("zones", "blocks", "residents", "births", "schools", "rolls", "roads", "sites"):
        before = getattr(toy, name).drop(columns="geometry", errors="ignore")
        after = getattr(again, name)[list(before)]
        if name == "roads":  # the toy town numbers them, files call them by ids
            after = after.set_axis(before.index)
        assert_frame_equal(after, before, check_names=False)
    for name in ("cohort_ratios", "take_up", "classrooms", "catchments"):
        assert_series_equal(getattr(again, name), getattr(toy, name))
    assert again.blocks.geometry.geom_equals_exact(toy.blocks.geometry, 1e-3).all()
