"""Rows are counted as the person who made the file counts them."""

import json

from seatplan.district.rows import split_features, split_rows


def read(text):
    rows, problems = split_rows(text, "t.csv")
    assert problems == []
    return rows.cells


def test_the_header_is_line_one_and_blank_lines_count():
    cells = read("id,name\n\na,x\n\n\nb,y\n")
    assert cells.index.tolist() == [3, 6]


def test_a_quoted_line_break_counts_as_a_line():
    # the row of "two lines" ends on line 3, so the next stands on line 4
    cells = read('id,name\na,"two\nlines"\nb,y\n')
    assert cells.index.tolist() == [3, 4]
    assert cells.name[3] == "two\nlines"


def test_blanks_around_a_cell_are_dropped_and_those_inside_kept():
    cells = read("id , name\n A 1 ,  \n")
    assert cells.id[2] == "A 1"
    assert cells.name[2] is None


def test_empty_cells_behind_the_last_column_are_no_fault():
    # what a spreadsheet leaves where a wider table once stood
    cells = read("id,name,,\na,x,,\nb,,,\n")
    assert list(cells) == ["id", "name"]
    assert cells.name[3] is None


def test_ids_keep_their_leading_zeros():
    assert read("id\n007\n").id.tolist() == ["007"]


def collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", "features": list(features), **members})


def test_features_are_counted_from_one_and_named_by_their_id():
    text = collection({"properties": {"id": "P12"}}, {"properties": {}}, {"properties": None})
    rows, problems = split_features(text, "t.geojson")
    assert problems == []
    assert [rows.place(n) for n in (1, 2, 3)] == ["feature 1 (id P12)", "feature 2", "feature 3"]


def test_properties_that_some_features_lack_are_empty_there():
    rows, _ = split_features(
        collection({"properties": {"id": "a"}}, {"properties": {"id": "b", "x": 1}}), "t.geojson"
    )
    assert rows.cells.x[1] is None
    assert rows.cells.x[2] == 1


def test_the_old_crs_member_is_read():
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    assert split_features(collection(crs=member), "t.geojson")[0].crs == "OGC:CRS84"
    assert split_features(collection(), "t.geojson")[0].crs is None
    assert split_features(collection(crs=5), "t.geojson")[0].crs is None


def test_titles_above_the_header_and_totals_below_are_told_and_left_out():
    text = "2020年常住人口,,\n单位：人,,\nblock,total,age_0\nb1,800,10\nb2,900,11\n合计,1700,21\n"
    rows, problems = split_rows(text, "t.csv")
    assert problems == []
    assert rows.cells.block.to_dict() == {4: "b1", 5: "b2"}
    assert rows.told == (
        "t.csv: row 3 is read as the header; row 1, 2 above it as a title",
        "t.csv: row 6 is read as a total, and left out",
    )


def test_titles_of_several_cells_and_notes_below_are_told_and_left_out():
    text = "表1,,,,单位：人\n2020,人口,,,\nblock,total,age_0,age_1,age_2\nb1,800,10,9,8\n"
    text += "注：来自公安局,,,,\n"
    rows, problems = split_rows(text, "t.csv")
    assert problems == []
    assert rows.cells.to_numpy().tolist() == [["b1", "800", "10", "9", "8"]]
    assert rows.told == (
        "t.csv: row 3 is read as the header; row 1, 2 above it as a title",
        "t.csv: row 5 is read as a note, and left out",
    )


def test_a_header_that_lacks_names_is_no_title():
    _, problems = split_rows("id,name\na,b,c,d,e\na,b,c,d,e\n", "t.csv")
    assert problems[0] == "t.csv: row 2: 5 cells; want 2, as in the header"


def test_a_file_of_two_columns_has_no_title():
    # one filled cell above two may be a header that lacks a name: that is refused, not skipped
    rows, problems = split_rows("id\na,x\n", "t.csv")
    assert rows.told == ()
    assert problems == ["t.csv: row 2: 2 cells; want 1, as in the header"]
