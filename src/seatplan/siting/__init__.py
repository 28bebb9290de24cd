"""Where, how large and when to build, with a bound; the answer is a scenario."""

from seatplan.siting.choice import Siting as Siting
from seatplan.siting.choice import site_schools as site_schools
from seatplan.siting.frontier import Frontier as Frontier
from seatplan.siting.frontier import trace_frontier as trace_frontier
from seatplan.siting.promise import compare_promise as compare_promise
from seatplan.siting.ranking import rank_sites as rank_sites
from seatplan.siting.robust import RobustSiting as RobustSiting
from seatplan.siting.robust import site_schools_robust as site_schools_robust
