"""Schools before and after, in the worst year."""

import numpy as np
import pytest

from seatplan.examples import toy_outcome
from seatplan.rezoning.tables import compare_schools, count_shortage
from seatplan.rezoning.town import survey_town


@pytest.fixture(scope="module")
def town():
    return survey_town(toy_outcome(), "primary", [2024, 2025], None)


def test_schools_are_set_side_by_side(town):
    # b3 (60 pupils, 800 m to A) joins b1, b2, b4 (240 pupils, 60 x 0 + 180 x 400 m) at A
    plan = np.array([0, 0, 0, 0, 1, 1])
    table = compare_schools(town, plan)
    assert table.seats.tolist() == [270, 270]
    assert table.pupils_before.tolist() == pytest.approx([240, 300])
    assert table.pupils_after.tolist() == pytest.approx([300, 240])
    assert table.catchment_shortage_before.tolist() == pytest.approx([0, 30])
    assert table.catchment_shortage_after.tolist() == pytest.approx([30, 0])
    assert table.walk_before["A"] == pytest.approx(72_000 / 240)
    assert table.walk_after["A"] == pytest.approx((72_000 + 48_000) / 300)


def test_a_shortage_is_counted_year_by_year(town):
    short = count_shortage(town, town.current)
    assert short.index.tolist() == [("B", 2024), ("B", 2025)]
    assert short.catchment_shortage.tolist() == pytest.approx([30, 30])
