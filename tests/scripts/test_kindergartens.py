"""Kindergartens have the children near them, and each group the plan's."""

import numpy as np

from district.kindergartens import GROUPS, _size


def test_the_groups_are_the_plans():
    # 61 in all, 54 counted under the district, ten of these public.
    count = {(g.run_by, g.ownership): len(g.settings()) for g in GROUPS}
    assert sum(count.values()) == 61
    assert sum(n for (run_by, _), n in count.items() if run_by == "district") == 54
    assert count["district", "public"] == 10


def test_groups_have_their_totals_and_children_go_to_the_nearest_of_a_group():
    # Eight blocks of 25 on a line; a kindergarten of each group at 0, 2, 5 and 7 km.
    at = np.array([0.0, 2.0, 5.0, 7.0]) * 1000
    walks = np.abs(np.arange(8.0)[:, None] * 1000 - at[None, :])
    children = np.array([50, 50, 50, 50])
    size = _size(walks, np.full(8, 25.0), np.arange(4), children)
    assert size.tolist() == [50, 50, 50, 50]
    # The first group has two kindergartens, at 0 and 1 km, and 80 children between them.
    at = np.array([0.0, 1.0, 3.0, 5.0, 7.0]) * 1000
    walks = np.abs(np.arange(8.0)[:, None] * 1000 - at[None, :])
    size = _size(walks, np.full(8, 25.0), np.array([0, 0, 1, 2, 3]), np.array([80, 40, 40, 40]))
    assert size[:2].sum() == 80
    assert size[2:].tolist() == [40, 40, 40]
