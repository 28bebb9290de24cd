"""What is told of a rezoning, in sentences."""

from types import SimpleNamespace

import pandas as pd

from seatplan.verbs.rezoned import tell_choice, tell_farther


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


def test_what_a_larger_move_would_buy_is_told():
    rows = {0.0: (0.0, 3_000, 0), 0.05: (0.05, 1_700, 1_900), 0.1: (0.1, 1_000, 3_800)}
    rows |= {0.2: (0.117, 940, 4_446), 1.0: (0.118, 940, 4_500)}
    columns = ["moved", "catchment_shortage", "pupils"]
    table = pd.DataFrame.from_dict(rows, "index", columns=columns)
    trade_off = SimpleNamespace(table=table.rename_axis("max_moved"))
    short = pd.DataFrame({"school": ["A", "A", "B"], "catchment_shortage": [900.0, 1_000, 680]})
    plan = SimpleNamespace(shortage=short)
    asked = {"max_moved": 0.05, "disruption_m": 500.0, "max_increase_m": 1_000.0}
    told = tell_choice(trade_off, plan, asked)
    assert told.startswith("5% of the pupils may change school: up to there one more has a seat")
    # A in its worst year 1,000, B 680
    assert "Of 3,000 pupils beyond the seats today 1,680 stay so" in told
    # that any may move seats nobody more than 20 % do, of whom 11.7 % are found
    bought = (
        "moving 10.0% (3,800 pupils) would leave 1,000; moving 11.7% (4,446 pupils) would leave"
    )
    assert f"{bought} 940. A change counts" in told
    assert "500 m a day and no way grows by more than 1,000 m" in told
    # where any may move, no larger move is left
    told = tell_choice(trade_off, plan, asked | {"max_moved": None})
    assert told.startswith("any pupil may change school")
    assert "within these limits no larger move seats more" in told
