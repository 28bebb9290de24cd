import pandas as pd
import pytest

from seatplan.demand.roll_links import build_feeders, join_units, tell_feeders
from seatplan.errors import InputError

INDEX = pd.MultiIndex.from_tuples(
    [("p", "1", 2020), ("p", "2", 2020), ("j", "3", 2020)], names=["unit", "grade", "year"]
)
PUPILS = pd.Series(5.0, INDEX)


def tell(*pairs):
    feeders = build_feeders(pd.DataFrame(pairs, columns=["unit", "feeder"]))
    return tell_feeders(feeders, PUPILS, ("1", "2", "3"), "f.csv")


def test_rows_that_say_nothing_are_told():
    assert tell(("j", "p")) == []
    assert tell(("j", "x")) == ["f.csv: no such unit in the rolls: x; left out"]
    # A loop: j teaches no grade before the first of p.
    assert "j -> p says nothing" in tell(("j", "p"), ("p", "j"))[0]


def test_a_unit_that_feeds_itself_is_refused():
    with pytest.raises(InputError, match="j feeds itself"):
        build_feeders(pd.DataFrame({"unit": ["j"], "feeder": ["j"]}))


def test_a_unit_with_two_places_is_refused_and_the_same_row_twice_is_not():
    rolls = pd.DataFrame({"unit": ["a", "a"], "pupils": ["1", "2"]})
    places = pd.DataFrame({"unit": ["a", "a"], "town": ["x", "x"]})
    assert join_units(rolls, places, "u.csv")["town"].tolist() == ["x", "x"]
    with pytest.raises(InputError, match="a stands twice with other places"):
        join_units(rolls, places.assign(town=["x", "y"]), "u.csv")
