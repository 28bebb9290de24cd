"""Every kind of intervention by its name: District -> District, Standards -> Standards."""

from __future__ import annotations

from seatplan.scenarios.areas import Housing, LotteryZone, Rezone, SchoolBus, SetLimit, SetTakeUp
from seatplan.scenarios.closures import Close, Merge, Where
from seatplan.scenarios.rooms import Convert, Expand
from seatplan.scenarios.schools import NewSchool, OpenEveryGrade
from seatplan.scenarios.steps import KINDS, Intervention

__all__ = [
    "KINDS",
    "Close",
    "Convert",
    "Expand",
    "Housing",
    "Intervention",
    "LotteryZone",
    "Merge",
    "NewSchool",
    "OpenEveryGrade",
    "Rezone",
    "SchoolBus",
    "SetLimit",
    "SetTakeUp",
    "Where",
]
