"""A village is compact, and its fields lie about it."""

import numpy as np
import pandas as pd
import pytest
import shapely

from district.blocks import VILLAGE_M, _ring_village
from district.places import cells

UNIT = pd.Series({"x": 0.0, "y": 0.0})


def seeds(area, n=3):
    return _ring_village(UNIT, area, n, np.random.default_rng(2))


def test_a_village_ends_half_way_to_its_fields():
    area = shapely.box(-5000, -5000, 5000, 5000)
    points = seeds(area)
    village = cells(points, area)[0]
    assert points[0].tolist() == [0, 0]
    assert np.hypot(*points[1:].T) == pytest.approx([2 * VILLAGE_M] * 3)
    # The triangle about a circle of VILLAGE_M: 3 sqrt(3) r^2.
    assert village.area == pytest.approx(3 * np.sqrt(3) * VILLAGE_M**2)
    assert village.centroid.distance(shapely.Point(0, 0)) < 1


def test_fields_stay_within_a_narrow_unit():
    area = shapely.box(-300, -400, 2500, 400)
    points = seeds(area)
    assert shapely.contains_xy(area, points[:, 0], points[:, 1]).all()


def test_a_unit_without_room_is_named():
    with pytest.raises(ValueError, match="no room"):
        seeds(shapely.box(-1e-3, -1e-3, 1e-3, 1e-3))
