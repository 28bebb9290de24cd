"""Values become classes: round limits, whole counts, both signs."""

from types import SimpleNamespace

import numpy as np
import pytest

from seatplan.errors import InputError
from seatplan.examples import toy_outcome
from seatplan.measures.registry import MEASURES
from seatplan.views.catalogue import read_phrases
from seatplan.views.shades import choose_shade, name_zones, read_values, shade_areas

SHOWN = [name for name, one in MEASURES.items() if {"school", "block"} & {*one.dims}]


@pytest.fixture(scope="module")
def today():
    return toy_outcome()


@pytest.mark.parametrize("measure", SHOWN)
def test_every_measure_of_schools_or_blocks_has_a_name_and_seven_classes(today, measure):
    assert read_phrases()[f"measure.{measure}"].zh
    shade = choose_shade(today, measure, "primary")
    assert len(shade.colours) == 7
    assert len(shade.name_classes("en")) == 7
    assert list(shade.breaks) == sorted(set(shade.breaks))


@pytest.mark.parametrize("measure", ["large_class_share", "place_seats", "district_shortage"])
def test_a_measure_of_neither_schools_nor_blocks_is_refused(today, measure):
    with pytest.raises(InputError, match="counts along neither schools nor blocks"):
        read_values(today, measure, "primary", 2022)


def test_a_break_belongs_to_the_class_below_and_none_to_no_class(today):
    shade = choose_shade(today, "seat_use", "primary")  # 50, 70, 90, 100, 110, 130 per cent
    assert shade.classify([50.0, 50.1, 100.0, 130.1, np.nan]) == [0, 1, 3, 6, -1]


def test_counts_have_a_class_for_none(today):
    shade = choose_shade(today, "unplaced", "primary")  # nobody is unplaced
    assert shade.breaks == (0, 1, 2, 5, 10, 20)
    assert shade.name_classes("en")[:2] == ["≤ 0", "0 … 1"]


def test_more_than_the_seats_is_brown_and_spare_seats_are_blue(today):
    balance, gap = (choose_shade(today, name, "primary") for name in ("balance", "seat_gap"))
    assert balance.colours[balance.classify([-400])[0]] == gap.colours[gap.classify([400])[0]]


def test_shares_are_in_per_cent(today):
    values = read_values(today, "seat_use", "primary", 2022)
    # A: 240 pupils for 270 seats
    assert values["A"] == pytest.approx(88.9, abs=0.05)


def test_areas_are_catchments_or_blocks_by_what_the_measure_counts(today):
    assert set(name_zones(today, "school", "primary", 2022)) == {"A", "B"}
    assert list(name_zones(today, "block", "primary", 2022)) == [f"b{at}" for at in range(1, 7)]


def test_a_lottery_zone_has_the_sum_of_what_adds_up_and_the_largest_of_the_rest():
    catchments = SimpleNamespace(list_lotteries=lambda *_: {"A": "A+B", "B": "A+B"})
    drawn = SimpleNamespace(catchments=catchments)
    values = read_values(toy_outcome(), "balance", "primary", 2022)  # +30 and -30
    assert shade_areas(drawn, values, "balance", "primary", 2022).to_dict() == {"A+B": 0}
    assert shade_areas(drawn, values, "walk", "primary", 2022).to_dict() == {"A+B": 30}
