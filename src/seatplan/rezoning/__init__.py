"""Catchments drawn anew within the seats: whom to send where; the answer is a Scenario."""

from __future__ import annotations

from seatplan.rezoning.drawing import Rezoning, rezone_catchments

__all__ = ["Rezoning", "rezone_catchments"]
