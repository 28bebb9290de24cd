"""Litong's real question: four primaries among its sites, in three sizes, 2022 to 2030."""

from pathlib import Path

import numpy as np
import pytest

import seatplan as sp

HOME = Path(__file__).parents[2]


@pytest.mark.slow
def test_four_primaries_of_litong_are_proven_within_a_minute():
    district = sp.read_district(HOME / "data")
    today = sp.evaluate(district, sp.read_standards(HOME / "data" / "standards.toml"))
    answer = sp.site_schools(today, n=4, classrooms=[24, 30, 36], years=range(2022, 2031))
    assert len(answer.table) == 4
    assert answer.seconds < 60
    assert answer.gap <= 0.005
    assert answer.shortage - answer.shortage_bound <= 1.0 + 1e-6
    promise = sp.compare_promise(answer)
    # by either count, the four schools leave fewer short than there are today, in every year
    assert (promise["promised"].short < promise["promised_without"].short).all()
    assert (promise["evaluated"].short < promise["without"].short).all()
    # all pupils are in the promise: those of private schools apart, of which no primary is one
    pupils = answer.survey.pupils[:, answer.survey.columns].sum(axis=0)
    assert np.allclose(pupils, answer.promised.pupils)
