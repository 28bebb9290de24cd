"""P-median and capacitated facility location, with a bound under every answer."""

from seatplan.solvers.location.answer import Location, Progress
from seatplan.solvers.location.facilities import solve_capacitated
from seatplan.solvers.location.p_median import solve_p_median

__all__ = ["Location", "Progress", "solve_capacitated", "solve_p_median"]
