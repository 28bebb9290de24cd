"""The sheet of indicators: every clause of the rule sets in the plan's last year, by scenario."""

from __future__ import annotations

import pandas as pd

from seatplan.report.brief import Brief
from seatplan.report.tables import Tab
from seatplan.views.clauses import Page


def tabulate_indicators(brief: Brief) -> Tab | None:
    """Tabulate each indicator that a clause judges, with who stands in the way; None without sets.

    Values stand with their unit, as the page of an assessment has them; what no clause limits, or a
    later clause has superseded, is left out.
    """
    if brief.assessment is None:
        return None
    page = Page(brief.assessment, brief.language, brief.target)
    table = brief.assessment.table
    table = table[(table.year == brief.target) & ~table.status.isin(["told", "superseded"])]
    sets = {one.code: one.name.of(brief.language) for one in brief.assessment.sets}
    titles = dict(zip((one.scenario.name for one in brief.outcomes), brief.titles, strict=True))
    rows = []
    for row in table.to_dict("records"):
        rule = page.rules[row["rule_set"], row["rule"]]
        rows.append(
            {
                "rule_set": sets[row["rule_set"]],
                "indicator": rule.name.of(brief.language),
                "part": page.tell_part(row["stage"], row["scope"], row["setting"]),
                "scenario": titles[row["scenario"]],
                "year": row["year"],
                "held_to": page.tell_limit(rule, row),
                "reached": page.tell_worst(rule, row),
                "verdict": page.word(row["status"]),
                **({"chance": page.tell_chance(rule, row)} if page.is_drawn else {}),
                "first_missed": str(row["first_missed"] or "—"),
                "met_from": str(row["met_from"] or "—"),
                "in_the_way": page.tell_obstacles(row),
                "least": page.tell_least(row),
                "clause": rule.clause,
            }
        )
    return Tab("indicators", pd.DataFrame(rows), {}, {}, 4)
