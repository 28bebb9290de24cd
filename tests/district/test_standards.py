"""What a policy may say."""

import math

import pytest

from seatplan.district.standards import Policy
from seatplan.errors import InputError


@pytest.mark.parametrize("share", [-0.01, math.nan, math.inf])
def test_a_tolerance_without_sense_is_refused(share):
    with pytest.raises(InputError, match=rf"class_tolerance is .* at least 0; got {share:g}"):
        Policy(class_tolerance=share)


@pytest.mark.parametrize("share", [0.0, 1.01, math.nan])
def test_a_share_at_which_no_cohort_can_be_joined_is_refused(share):
    with pytest.raises(InputError, match=rf"join_classes_at is .* at most 1; got {share:g}"):
        Policy(join_classes_at=share)


def test_the_ends_of_both_shares_are_borne():
    assert Policy(class_tolerance=0.0, join_classes_at=1.0).join_classes_at == 1.0
