"""Catchments drawn anew within the seats: whom to send where; the answer is a Scenario."""

from __future__ import annotations

from seatplan.rezoning.drawing import Rezoning, rezone_catchments
from seatplan.rezoning.trade_off import TradeOff, trace_trade_off

__all__ = ["Rezoning", "TradeOff", "rezone_catchments", "trace_trade_off"]
