import numpy as np
import pytest

from seatplan.demand.variant_draws import Strays, draw_variants
from seatplan.demand.variants import read_variants
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_standards
from seatplan.seating.spreading import draw_demand

DISTRICT, STANDARDS = toy_district(), toy_standards()
VARIANTS = read_variants()
SHAPE = (len(DISTRICT.blocks), len(STANDARDS.grades), len(DISTRICT.years))


def certain(variants):
    """The same variants without anything that places do on their own."""
    places = variants.places.model_copy(update={"township": 0.0, "block": 0.0, "chance": 0.0})
    return variants.model_copy(update={"places": places})


def test_the_same_seed_draws_the_same_in_any_parts():
    draws = draw_variants(DISTRICT, STANDARDS, VARIANTS, n=60, seed=3)
    whole = draws.factors(0, 60)
    assert whole.shape == (*SHAPE, 60)
    assert (whole[:, :, 0] == 1).all()
    assert (draws.factors(17, 41) == whole[..., 17:41]).all()
    other = draw_variants(DISTRICT, STANDARDS, VARIANTS, n=60, seed=4)
    assert (other.factors(0, 1) != whole[..., :1]).any()


def test_births_that_fall_make_entrants_fewer_and_nothing_else():
    # Births of later years differ by 3 % a year and more; who is of age for the junior school until
    # the end was born before the base year and has no chance of being missed.
    draws = draw_variants(DISTRICT, STANDARDS, certain(VARIANTS), n=50, seed=1)
    factors = draws.factors(0, 50)
    junior = STANDARDS.grades.index(STANDARDS.stages[-1].entry)
    assert factors[:, junior] == pytest.approx(1.0)
    assert factors[:, 0, -1].std() > 0.01


def test_places_stray_as_far_as_they_are_said_to():
    told = {"township": 0.03, "block": 0.02, "chance": 0.5}
    places = VARIANTS.places.model_copy(update=told)
    strays = Strays(np.repeat([0, 1], 300), np.full(600, 50.0), 6, places, seed=2)
    drawn = np.stack([strays.draw(number) for number in range(200)])
    assert drawn.mean(axis=(0, 1)) == pytest.approx(1.0, abs=0.02)
    # Four years on: drifts of 4 x 0.03 and 4 x 0.02, and by chance the root of 4 x 0.5 / 50.
    wanted = np.sqrt(0.12**2 + 0.08**2 + 0.04)
    assert np.log(drawn[:, :, 4]).std() == pytest.approx(wanted, rel=0.06)
    shared = np.log(drawn[:, :300, 4]).mean(axis=1)
    assert shared.std() == pytest.approx(0.12, rel=0.15)


def test_a_district_without_a_record_draws_from_variants():
    draws = draw_demand(DISTRICT, STANDARDS, n=20, seed=1)
    assert draws.basis == "variants"
    same = draw_variants(DISTRICT, STANDARDS, VARIANTS, n=20, seed=1)
    assert (draws.factors(0, 20) == same.factors(0, 20)).all()
    lost = VARIANTS.births[0].model_copy(update={"column": "lov"})
    with pytest.raises(InputError, match="no column 'lov'"):
        draw_variants(DISTRICT, STANDARDS, VARIANTS.model_copy(update={"births": [lost]}), n=2)
    with pytest.raises(InputError, match="n 0"):
        draw_demand(DISTRICT, STANDARDS, n=0)
