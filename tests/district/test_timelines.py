import pandas as pd

from seatplan.district.timelines import (
    add_rooms,
    enter,
    hand_over,
    select_in_force,
    zone_blocks,
)
from seatplan.examples import toy_district


def rooms(entries: dict[tuple[str, str, int], int]) -> pd.Series:
    index = pd.MultiIndex.from_tuples(list(entries), names=["school", "stage", "year"])
    return pd.Series(list(entries.values()), index=index, name="classrooms")


def test_an_entry_holds_until_the_next_of_its_label():
    table = rooms({("A", "primary", 2025): 8, ("A", "primary", 2020): 6, ("B", "junior", 2022): 3})
    assert select_in_force(table, 2019).empty
    assert select_in_force(table, 2024).to_dict() == {("A", "primary"): 6, ("B", "junior"): 3}
    assert select_in_force(table, 2025)["A", "primary"] == 8


def test_a_missing_catchment_hides_the_one_before_it():
    closed = hand_over(toy_district().catchments, "A", 2024, None)
    assert select_in_force(closed, 2023)["b1", "primary"] == "A"
    assert pd.isna(select_in_force(closed, 2024)["b1", "primary"])


def test_an_entry_takes_the_place_of_its_namesake_and_years_rise_within_a_label():
    table = rooms({("B", "primary", 2020): 6, ("A", "primary", 2020): 4})
    changed = enter(table, rooms({("B", "primary", 2020): 7, ("B", "primary", 2018): 5}))
    assert changed.to_dict() == {
        ("B", "primary", 2018): 5,
        ("B", "primary", 2020): 7,
        ("A", "primary", 2020): 4,
    }
    assert list(changed.index.get_level_values("school")) == ["B", "B", "A"]


def test_rooms_are_added_to_later_entries_too():
    table = rooms({("A", "primary", 2020): 6, ("A", "primary", 2025): 10, ("A", "junior", 2025): 3})
    more = add_rooms(table, "A", 2023, {"primary": 2})
    # 6 + 2 from 2023 on, and the 10 of 2025 become 12; junior rooms are not meant
    assert more.to_dict() == {
        ("A", "primary", 2020): 6,
        ("A", "primary", 2023): 8,
        ("A", "primary", 2025): 12,
        ("A", "junior", 2025): 3,
    }


def test_the_order_of_two_additions_does_not_matter():
    table = rooms({("A", "primary", 2020): 6})
    early = add_rooms(add_rooms(table, "A", 2022, {"primary": 2}), "A", 2024, {"primary": 3})
    late = add_rooms(add_rooms(table, "A", 2024, {"primary": 3}), "A", 2022, {"primary": 2})
    pd.testing.assert_series_equal(early, late)
    assert select_in_force(late, 2024)["A", "primary"] == 11


def test_rezoned_blocks_keep_what_was_decided_for_later():
    catchments = zone_blocks(toy_district().catchments, ["b1"], "primary", 2025, "B")
    catchments = zone_blocks(catchments, ["b1", "b2"], "primary", 2022, "B")
    catchments = zone_blocks(catchments, ["b1"], "primary", 2023, "A")
    chosen = [select_in_force(catchments, year)["b1", "primary"] for year in range(2021, 2027)]
    assert chosen == ["A", "B", "A", "A", "B", "B"]


def test_an_heir_takes_every_block_now_and_later():
    catchments = zone_blocks(toy_district().catchments, ["b6"], "primary", 2025, "A")
    handed = hand_over(catchments, "A", 2023, "B")
    assert set(select_in_force(handed, 2026)) == {"B"}
    assert select_in_force(handed, 2022)["b1", "primary"] == "A"


def test_a_school_without_blocks_hands_none_over():
    catchments = toy_district().catchments
    pd.testing.assert_series_equal(hand_over(catchments, "K", 2023, None), catchments)
