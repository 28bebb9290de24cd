"""Draws of the rolls become outcomes to site for."""

import pandas as pd
import pytest

import seatplan as sp
from seatplan.siting.futures import draw_futures
from seatplan.siting.robust import site_schools_robust

from .towns import toy


def with_history():
    """The toy town with eight years of rolls, B's growing to what they are."""
    district = toy().district
    rolls = [
        district.rolls.assign(
            pupils=(district.rolls.pupils * (1.0 - 0.03 * back)).round().astype(int)
        ).rename(lambda year, back=back: year - back, level="year")
        for back in range(7, -1, -1)
    ]
    return district.replace(rolls=pd.concat(rolls))


@pytest.mark.slow
def test_a_draw_is_an_outcome_whose_pupils_are_those_of_the_draw():
    district, standards = with_history(), toy().standards
    today = sp.evaluate(district, standards)
    futures = draw_futures(today, district, standards, n=3, seed=1)
    assert list(futures) == ["draw 1", "draw 2", "draw 3"]
    totals = {
        name: future.forecast.pupils.groupby("year").sum()[2026] for name, future in futures.items()
    }
    assert len({round(total, 3) for total in totals.values()}) == 3
    again = draw_futures(today, district, standards, n=3, seed=1)["draw 2"]
    assert again.forecast.pupils.equals(futures["draw 2"].forecast.pupils)
    seated = futures["draw 1"].assignment
    assert seated.pupils.sum() + seated.unplaced.sum() == pytest.approx(
        futures["draw 1"].forecast.pupils.sum()
    )
    robust = site_schools_robust(futures, n=1, classrooms=[2, 6], years=range(2021, 2027))
    assert robust.least_worst in futures
    assert {"stranded", "regret_short", "regret_walk_m"} <= set(robust.table)


def test_a_district_without_a_history_is_drawn_from_variants_of_its_inputs():
    futures = draw_futures(toy(), toy().district, toy().standards, n=4)
    totals = {
        round(each.forecast.pupils.groupby("year").sum()[2026], 3) for each in futures.values()
    }
    assert len(totals) == 4
