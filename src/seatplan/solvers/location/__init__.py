"""P-median, capacitated location and siting over years, with a bound under every answer."""

from seatplan.solvers.location.answer import Location, Progress
from seatplan.solvers.location.facilities import solve_capacitated
from seatplan.solvers.location.p_median import solve_p_median
from seatplan.solvers.location.siting import Siting, solve_siting
from seatplan.solvers.location.siting_areas import SitedAreas, solve_siting_areas

__all__ = [
    "Location",
    "Progress",
    "SitedAreas",
    "Siting",
    "solve_capacitated",
    "solve_p_median",
    "solve_siting",
    "solve_siting_areas",
]
