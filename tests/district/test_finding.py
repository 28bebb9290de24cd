from seatplan.district.finding import Finding, group_findings


def test_a_kind_is_one_line_and_the_shortest_stands_first():
    far = [
        Finding("far", "doubtful", f"school {name} lies far away") for name in ("P10", "P2", "P3")
    ]
    found = [*far, Finding("unread", "note", "column x not read")]
    # P2 and P3 are as short as each other: the first of them, with the other two counted.
    assert list(group_findings(found)) == [
        "column x not read",
        "school P2 lies far away (and 2 more like it)",
    ]


def test_a_finding_reads_as_its_sentence():
    assert str(Finding("unread", "note", "column x not read")) == "column x not read"


def test_nothing_odd_is_nothing_said():
    assert list(group_findings([])) == []
