"""Both readings of the country make the plan's schools."""

import pytest

from district.readings import READINGS


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.name)
def test_a_reading_has_the_plans_schools_and_28_of_them_in_the_country(reading):
    # The plan: 48 primary, 8 junior and 7 nine-year schools; 28 schools of the country renewed.
    kinds = (reading.primary, reading.junior, reading.nine_year)
    assert [sum(kind.values()) for kind in kinds] == [48, 8, 7]
    assert reading.count_schools() == 28
    assert reading.nine_year["rural"] == 2  # the two boarding schools


def test_the_wider_reading_takes_in_the_narrower():
    narrow, wide = READINGS
    assert set(narrow.settings) < set(wide.settings)
