"""The toy town survives its way through a folder."""

from pandas.testing import assert_frame_equal, assert_series_equal
from tests.towns import SMALL, write_declarations

from seatplan.district.declarations import read_standards
from seatplan.district.reading import read_district
from seatplan.district.writing import file_crs, spell_standards, write_district


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
                binding=True,
            ),
        )
    )
    (tmp_path / "again.toml").write_text(spell_standards(changed), "utf-8")
    assert read_standards(tmp_path / "again.toml") == changed


def test_the_files_are_in_the_degrees_under_the_metric_crs(tmp_path):
    from tests.towns import write_town

    district = read_district(write_town(tmp_path / "town", SMALL))
    assert file_crs(district) == "EPSG:4490"
    assert file_crs(district.replace(crs="EPSG:32648")) == "EPSG:4326"


def test_hostile_names_survive(tmp_path):
    from tests.towns import write_town

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
