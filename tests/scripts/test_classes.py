"""Classes of 2020: evenly split, and as many large ones as are asked for."""

import numpy as np
import pandas as pd

from district.classes import (
    class_sizes,
    count_rooms,
    draw_aims,
    form_compulsory,
    form_kindergarten,
)


def test_a_grade_splits_as_evenly_as_can_be():
    # 101 pupils in 3 classes: 34, 34, 33; 7 in one.
    assert class_sizes(np.array([101, 7]), np.array([3, 1])).tolist() == [34, 34, 33, 7]


def test_no_class_is_large_where_none_may_be():
    rng = np.random.default_rng(5)
    index = pd.MultiIndex.from_product([[f"P{n}" for n in range(40)], ["primary"]])
    rolls = pd.DataFrame(rng.integers(5, 400, (40, 6)), index, [f"g{n}" for n in range(1, 7)])
    classes = form_compulsory(rolls, pd.Series(1.0, index), wanted=1000, large_share=0.0)
    assert class_sizes(rolls.to_numpy(), classes.to_numpy()).max() <= 55


def test_the_share_of_large_classes_is_met_by_taking_classes_away():
    rng = np.random.default_rng(6)
    index = pd.MultiIndex.from_product([[f"P{n}" for n in range(40)], ["primary"]])
    rolls = pd.DataFrame(rng.integers(150, 400, (40, 6)), index, [f"g{n}" for n in range(1, 7)])
    wanted = round(rolls.to_numpy().sum() / 49)  # pupils a class
    classes = form_compulsory(rolls, pd.Series(1.0, index), wanted, large_share=0.05).to_numpy()
    sizes = class_sizes(rolls.to_numpy(), classes)
    # A grade gives up a class whole, so that the share is met to within half of one.
    assert abs((sizes > 55).mean() - 0.05) < 5 / len(sizes)
    assert abs(classes.sum() - wanted) <= 5


def test_a_kindergarten_class_is_never_half_as_large_again_as_its_limit():
    rolls = pd.DataFrame({"k1": [20, 47, 0], "k2": [31, 47, 5], "k3": [40, 44, 60]})
    classes = form_kindergarten(rolls)
    # 47 four-year-olds are too many for one class (1.2 x 31.5 = 37.8), 40 of five are not.
    assert classes["k2"].tolist() == [1, 2, 1]
    assert classes["k3"].tolist() == [1, 2, 2]
    assert classes["k1"].tolist() == [1, 2, 0]


def test_only_smaller_schools_have_classes_with_seats_left():
    index = pd.MultiIndex.from_product([[f"P{n}" for n in range(200)], ["primary"]])
    rolls = pd.DataFrame({"g1": [1200, 1400] * 100}, index)
    setting = pd.Series("urban", index=index.get_level_values(0))
    aims = draw_aims(rolls, setting).to_numpy()
    # A school of 1,400 aims at 1.0, one of 1,200 at 1.0 or, about one in three, at 0.75.
    assert (aims[1::2] == 1.0).all()
    assert set(aims[::2]) == {0.75, 1.0}
    assert 0.2 < (aims[::2] == 0.75).mean() < 0.5


def test_a_country_school_has_a_room_for_each_class_and_at_most_two_more():
    index = pd.MultiIndex.from_product([[f"P{n}" for n in range(30)], ["primary"]])
    classes = pd.DataFrame(1, index, [f"g{n}" for n in range(1, 7)])
    setting = pd.Series("rural", index=index.get_level_values(0))
    assert set(count_rooms(classes, setting)) == {6, 7, 8}
