"""Every measure, by hand."""

from seatplan.examples import toy_outcome
from seatplan.findings.indicators import INDICATORS, count_large_classes, school_size, walk


def test_a_measure_is_reached_by_its_own_name():
    outcome = toy_outcome()
    for name, measure in INDICATORS.items():
        assert measure(outcome.balance, outcome.classes).name == name


def test_the_size_of_a_school_is_that_of_all_its_stages():
    outcome = toy_outcome()
    size = school_size(outcome.balance, outcome.classes)
    assert size["B", 2020] == 300 + 270


def test_an_empty_school_has_no_walk():
    outcome = toy_outcome()
    assert not walk(outcome.balance, outcome.classes).isna().any()


def test_uneven_classes_are_counted_one_by_one():
    outcome = toy_outcome()
    table = outcome.classes.table.xs(2020, level="year", drop_level=False)
    # 12 primary classes (6 of 40, 6 of 50), 6 junior of 45, 6 kindergarten of 45: over 45 are 6
    classes = type(outcome.classes)(table)
    assert count_large_classes(classes, above=45).sum().to_dict() == {"classes": 24, "large": 6}
    assert count_large_classes(classes, above=44).large.sum() == 18
    one = table.loc[["B"]].iloc[:1].assign(pupils=91, classes=2)  # 45 and 46
    assert count_large_classes(type(outcome.classes)(one), above=45).large.sum() == 1
