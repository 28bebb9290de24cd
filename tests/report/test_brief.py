"""What a report is made from."""

import json
from pathlib import Path

from tests.towns import write_town

from seatplan.district.reading import read_district, read_standards
from seatplan.outcome import evaluate
from seatplan.report.brief import read_brief


def test_a_stage_that_no_school_teaches_has_no_catchments_to_show(tmp_path: Path):
    town = write_town(tmp_path / "town")
    layer = town / "schools.geojson"
    content = json.loads(layer.read_text("utf-8"))
    kept = [each for each in content["features"] if each["properties"]["kind"] != "kindergarten"]
    assert len(kept) < len(content["features"])
    layer.write_text(json.dumps(content | {"features": kept}), "utf-8")
    standards = read_standards(town / "standards.toml")
    brief = read_brief([evaluate(read_district(town), standards)])
    assert "kindergarten" in standards.zoned
    assert brief.zoned == [stage for stage in standards.zoned if stage != "kindergarten"]
