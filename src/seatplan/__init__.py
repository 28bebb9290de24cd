"""School seats of a district: supply, demand, shortage and plans, block by block, year by year."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatplan.assess.assess import assess_outcomes as assess_outcomes
    from seatplan.assess.likelihood import weigh_indicators as weigh_indicators
    from seatplan.assess.rule_sets import read_rule_sets as read_rule_sets
    from seatplan.audit.audit import Audit as Audit
    from seatplan.audit.audit import audit_plan as audit_plan
    from seatplan.audit.audit import read_plan as read_plan
    from seatplan.case.case import Case as Case
    from seatplan.case.case import prepare as prepare
    from seatplan.comparison import Comparison as Comparison
    from seatplan.comparison import compare as compare
    from seatplan.demand.agreement import forecast_demand as forecast_demand
    from seatplan.demand.backtest import backtest as backtest
    from seatplan.demand.births import read_births as read_births
    from seatplan.demand.draws import DemandDraws as DemandDraws
    from seatplan.demand.draws import hold_factors as hold_factors
    from seatplan.demand.ensemble import draw_rolls as draw_rolls
    from seatplan.demand.roll_events import find_events as find_events
    from seatplan.demand.roll_forecast import RollForecast as RollForecast
    from seatplan.demand.roll_forecast import forecast_rolls as forecast_rolls
    from seatplan.demand.rolls import read_rolls as read_rolls
    from seatplan.demand.variants import list_variants as list_variants
    from seatplan.demand.variants import read_variants as read_variants
    from seatplan.district.district import District as District
    from seatplan.district.reading import read_district as read_district
    from seatplan.district.reading import read_standards as read_standards
    from seatplan.district.standards import Standards as Standards
    from seatplan.draws import OutcomeDraws as OutcomeDraws
    from seatplan.draws import evaluate_draws as evaluate_draws
    from seatplan.findings.closures import list_closures as list_closures
    from seatplan.findings.coverage import diagnose_coverage as diagnose_coverage
    from seatplan.findings.coverage import price_seats as price_seats
    from seatplan.findings.rural import weigh_rural_schools as weigh_rural_schools
    from seatplan.findings.swings import list_swings as list_swings
    from seatplan.findings.tracing import explain_measure as explain_measure
    from seatplan.findings.warning import list_warnings as list_warnings
    from seatplan.findings.wave import list_waves as list_waves
    from seatplan.outcome import Outcome as Outcome
    from seatplan.outcome import Policy as Policy
    from seatplan.outcome import evaluate as evaluate
    from seatplan.regret import weigh_regret as weigh_regret
    from seatplan.remedies.programme import Programme as Programme
    from seatplan.remedies.programme import plan_programme as plan_programme
    from seatplan.remedies.remedies import Remedies as Remedies
    from seatplan.remedies.remedies import find_remedies as find_remedies
    from seatplan.remedies.walks import find_walk_remedies as find_walk_remedies
    from seatplan.report.folder import write_report as write_report
    from seatplan.results import tabulate as tabulate
    from seatplan.results import write_run as write_run
    from seatplan.rezoning.drawing import rezone_catchments as rezone_catchments
    from seatplan.rezoning.feeders import rezone_with_feeder as rezone_with_feeder
    from seatplan.rezoning.outliers import draw_ensemble as draw_ensemble
    from seatplan.rezoning.plan import Rezoning as Rezoning
    from seatplan.rezoning.practice import Practice as Practice
    from seatplan.rezoning.practice import propose_catchments as propose_catchments
    from seatplan.rezoning.trade_off import trace_trade_off as trace_trade_off
    from seatplan.scenarios.areas import Housing as Housing
    from seatplan.scenarios.areas import LotteryZone as LotteryZone
    from seatplan.scenarios.areas import Rezone as Rezone
    from seatplan.scenarios.areas import SchoolBus as SchoolBus
    from seatplan.scenarios.areas import SetLimit as SetLimit
    from seatplan.scenarios.areas import SetTakeUp as SetTakeUp
    from seatplan.scenarios.closures import Close as Close
    from seatplan.scenarios.closures import Merge as Merge
    from seatplan.scenarios.rooms import Convert as Convert
    from seatplan.scenarios.rooms import Expand as Expand
    from seatplan.scenarios.scenario import BASELINE as BASELINE
    from seatplan.scenarios.scenario import Scenario as Scenario
    from seatplan.scenarios.scenario import read_scenario as read_scenario
    from seatplan.scenarios.schools import NewSchool as NewSchool
    from seatplan.scenarios.schools import OpenEveryGrade as OpenEveryGrade
    from seatplan.seating.spreading import draw_demand as draw_demand
    from seatplan.siting.areas import AreaSiting as AreaSiting
    from seatplan.siting.areas import site_areas as site_areas
    from seatplan.siting.choice import Siting as Siting
    from seatplan.siting.choice import site_schools as site_schools
    from seatplan.siting.covering import Coverage as Coverage
    from seatplan.siting.covering import cover_pupils as cover_pupils
    from seatplan.siting.extensions import Extensions as Extensions
    from seatplan.siting.frontier import trace_frontier as trace_frontier
    from seatplan.siting.futures import draw_futures as draw_futures
    from seatplan.siting.promise import compare_promise as compare_promise
    from seatplan.siting.ranking import rank_sites as rank_sites
    from seatplan.siting.ranking import rank_swaps as rank_swaps
    from seatplan.siting.robust import site_schools_robust as site_schools_robust
    from seatplan.sweeps.sweep import Sweep as Sweep
    from seatplan.sweeps.sweep import read_sweep as read_sweep
    from seatplan.sweeps.sweep import sweep as sweep
    from seatplan.verify import verify_nesting as verify_nesting
    from seatplan.verify import verify_plan as verify_plan
    from seatplan.views.assess import write_assessment as write_assessment
    from seatplan.views.audit import write_audit as write_audit
    from seatplan.views.changes import map_areas as map_areas
    from seatplan.views.changes import map_moves as map_moves
    from seatplan.views.changes import map_seat_values as map_seat_values
    from seatplan.views.explorer import explore as explore
    from seatplan.views.explorer.notebook import open_board as open_board
    from seatplan.views.maps import map_comparison as map_comparison
    from seatplan.views.maps import map_outcome as map_outcome
    from seatplan.views.nation import NationView as NationView
    from seatplan.views.nation import map_sweep as map_sweep
    from seatplan.views.pictures import draw_map as draw_map
    from seatplan.views.roll_charts import draw_fan as draw_fan
    from seatplan.views.supply import draw_supply as draw_supply

__version__ = "0.1.0"

# What a planner types, and where it lives. Names are fetched when they are first used, so that
# `seatplan --help` does not wait for the geometry libraries.
_HOMES = {
    "AreaSiting": "siting.areas",
    "District": "district.district",
    "Standards": "district.standards",
    "diagnose_coverage": "findings.coverage",
    "RollForecast": "demand.roll_forecast",
    "verify_plan": "verify",
    "verify_nesting": "verify",
    "NewSchool": "scenarios.schools",
    "OpenEveryGrade": "scenarios.schools",
    "Expand": "scenarios.rooms",
    "Convert": "scenarios.rooms",
    "Close": "scenarios.closures",
    "Merge": "scenarios.closures",
    "Rezone": "scenarios.areas",
    "LotteryZone": "scenarios.areas",
    "SchoolBus": "scenarios.areas",
    "Housing": "scenarios.areas",
    "SetTakeUp": "scenarios.areas",
    "SetLimit": "scenarios.areas",
    "Audit": "audit.audit",
    "read_rolls": "demand.rolls",
    "read_births": "demand.births",
    "forecast_rolls": "demand.roll_forecast",
    "forecast_demand": "demand.agreement",
    "find_events": "demand.roll_events",
    "find_remedies": "remedies.remedies",
    "find_walk_remedies": "remedies.walks",
    "draw_rolls": "demand.ensemble",
    "draw_ensemble": "rezoning.outliers",
    "draw_fan": "views.roll_charts",
    "backtest": "demand.backtest",
    "BASELINE": "scenarios.scenario",
    "Case": "case.case",
    "Comparison": "comparison",
    "Coverage": "siting.covering",
    "DemandDraws": "demand.draws",
    "Extensions": "siting.extensions",
    "NationView": "views.nation",
    "Outcome": "outcome",
    "OutcomeDraws": "draws",
    "Policy": "outcome",
    "Practice": "rezoning.practice",
    "Programme": "remedies.programme",
    "Remedies": "remedies.remedies",
    "Rezoning": "rezoning.plan",
    "Scenario": "scenarios.scenario",
    "Siting": "siting.choice",
    "Sweep": "sweeps.sweep",
    "assess_outcomes": "assess.assess",
    "audit_plan": "audit.audit",
    "compare": "comparison",
    "compare_promise": "siting.promise",
    "cover_pupils": "siting.covering",
    "draw_demand": "seating.spreading",
    "draw_futures": "siting.futures",
    "draw_map": "views.pictures",
    "draw_supply": "views.supply",
    "evaluate": "outcome",
    "evaluate_draws": "draws",
    "explore": "views.explorer",
    "open_board": "views.explorer.notebook",
    "hold_factors": "demand.draws",
    "list_closures": "findings.closures",
    "list_swings": "findings.swings",
    "explain_measure": "findings.tracing",
    "list_warnings": "findings.warning",
    "list_variants": "demand.variants",
    "list_waves": "findings.wave",
    "map_areas": "views.changes",
    "map_comparison": "views.maps",
    "map_moves": "views.changes",
    "map_outcome": "views.maps",
    "map_sweep": "views.nation",
    "map_seat_values": "views.changes",
    "plan_programme": "remedies.programme",
    "prepare": "case.case",
    "price_seats": "findings.coverage",
    "propose_catchments": "rezoning.practice",
    "rank_sites": "siting.ranking",
    "rank_swaps": "siting.ranking",
    "read_district": "district.reading",
    "read_plan": "audit.audit",
    "read_rule_sets": "assess.rule_sets",
    "read_scenario": "scenarios.scenario",
    "read_standards": "district.reading",
    "read_sweep": "sweeps.sweep",
    "read_variants": "demand.variants",
    "rezone_catchments": "rezoning.drawing",
    "rezone_with_feeder": "rezoning.feeders",
    "site_areas": "siting.areas",
    "site_schools": "siting.choice",
    "site_schools_robust": "siting.robust",
    "sweep": "sweeps.sweep",
    "tabulate": "results",
    "trace_frontier": "siting.frontier",
    "trace_trade_off": "rezoning.trade_off",
    "weigh_indicators": "assess.likelihood",
    "weigh_rural_schools": "findings.rural",
    "write_assessment": "views.assess",
    "weigh_regret": "regret",
    "write_audit": "views.audit",
    "write_report": "report.folder",
    "write_run": "results",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    """Fetch a public name from its home when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'seatplan' has no attribute {name!r}")
    return getattr(import_module(f"seatplan.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted({*globals(), *_HOMES})
