"""What is told of a rezoning, in sentences."""

from types import SimpleNamespace

import pandas as pd

from seatplan.verbs.rezoned import tell_farther


def moved(*rows):
    columns = ["block", "from", "to", "entrants", "walk_before", "walk_after"]
    return SimpleNamespace(moves=pd.DataFrame(rows, columns=columns))


def test_who_walks_farther_is_told_with_the_worst_block():
    told = tell_farther(
        moved(
            ("b1", "A", "B", 30.0, 400.0, 500.0),
            ("b2", "A", "B", 10.0, 400.0, 1_900.0),
            ("b3", "B", "A", 20.0, 900.0, 400.0),
            ("b4", "B", "A", 0.0, 0.0, 9_000.0),  # nobody lives there
        )
    )
    # 30 x 100 m and 10 x 1,500 m: 450 m for each of the 40
    assert told.startswith(
        "of 60 entrants a year who change school 40 walk farther than today, 450 m more in the "
        "mean and 1,500 m at most (block b2, from A to B)"
    )


def test_nothing_is_told_where_nobody_walks_farther():
    assert tell_farther(moved(("b3", "B", "A", 20.0, 900.0, 400.0))) == ""
    assert tell_farther(moved()) == ""
