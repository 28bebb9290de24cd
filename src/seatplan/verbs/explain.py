"""The verb explain: from any figure back to rows, rules and assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatplan.verbs.console import evaluate_files, sentences, tell
from seatplan.verbs.options import Births, Folder, Language, Overflow

if TYPE_CHECKING:
    from seatplan.assess.rule_sets import RuleSet
    from seatplan.outcome import Outcome


def explain(
    folder: Folder,
    who: Annotated[
        str,
        typer.Argument(
            help="Code of a school, as in P01; of a block, township, setting, group; or district."
        ),
    ],
    year: Annotated[int, typer.Argument(help="The autumn.")],
    figure: Annotated[
        str,
        typer.Argument(
            help="classes, pupils, residents, seats, balance, ... any measure, or the code of an "
            "indicator of assess."
        ),
    ],
    scenario: Annotated[
        Path | None, typer.Option(help="A plan (TOML); the district as it is without it.")
    ] = None,
    stage: Annotated[
        str | None, typer.Option(help="Only of this stage, or scope of classes (compulsory).")
    ] = None,
    grade: Annotated[str | None, typer.Option(help="Only of this grade.")] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option(help="Rule sets of the indicators: files, or folders of them."),
    ] = None,
    overflow: Overflow = "stay",
    births: Births = "medium",
    language: Language = "zh",
) -> None:
    """Explain a figure: what it is made of, back to the files, the rules and the assumptions.

    Every measure is explained: of a school, block, township, setting or group, or of the district,
    with the rows that it is made of and the figure that comes out of these rows alone; so is every
    indicator of `seatplan assess` by its code, with its clause, limit and verdict.
    """
    from seatplan.assess.rule_sets import choose_sets, read_rule_sets
    from seatplan.errors import InputError
    from seatplan.files import suggest
    from seatplan.findings.tracing import explain_measure
    from seatplan.findings.why import FIGURES, explain_figure
    from seatplan.measures.registry import MEASURES
    from seatplan.sample import find_rules
    from seatplan.views.tracing import write_explained
    from seatplan.views.why import write_reasons

    with sentences():
        files = [scenario] if scenario else []
        (outcome,) = evaluate_files(folder, files, overflow, births, alone=True)
        if figure in FIGURES and who in outcome.axes.schools and stage is None and grade is None:
            reasons = explain_figure(outcome, who, year, figure)
            tell(write_reasons(outcome, who, year, figure, reasons, language).rstrip())
        elif figure in MEASURES:
            found = explain_measure(outcome, figure, who, year, stage=stage, grade=grade)
            tell(write_explained(outcome, found, language).rstrip())
        else:
            sets = read_rule_sets(rules or [find_rules()])
            sets = sets if rules else choose_sets(sets, outcome.district.code)
            codes = dict.fromkeys(rule.code for one in sets for rule in one.rules)
            if figure not in codes:
                known = [*FIGURES, *MEASURES, *codes]
                raise InputError(f"{figure}: no figure of that name{suggest(figure, known)}")
            _explain_indicator(outcome, sets, figure, who, year, stage, language)


def _explain_indicator(
    outcome: Outcome,
    sets: Sequence[RuleSet],
    code: str,
    who: str,
    year: int,
    stage: str | None,
    language: str,
) -> None:
    """Tell an indicator: its clause, what it judges, and what its measure is made of.

    Of a measure by school, and for the district, it is the school that is farthest in the way; of
    a variation between schools it is every school's value, with their mean and spread, before.
    """
    from seatplan.assess.assess import assess_outcomes
    from seatplan.assess.holding import choose_values
    from seatplan.findings.tracing import explain_measure
    from seatplan.measures.registry import MEASURES
    from seatplan.views.assess import write_indicator
    from seatplan.views.clauses import Page
    from seatplan.views.tracing import write_explained
    from seatplan.views.variation import write_variation

    assessed = assess_outcomes([outcome], sets, told=[year])
    page = Page(assessed, language, year)
    for rules in sets:
        rule = page.rules.get((rules.code, code))
        if rule is None or rule not in rules.rules:
            continue
        tell(write_indicator(page, rules, rule, stage).rstrip())
        table = assessed.table
        if table[
            (table.rule_set == rules.code) & (table.rule == code) & (table.year == year)
        ].empty:
            continue  # what is missing has been told
        if rule.across:
            tell("\n" + write_variation(page, rule, outcome, stage).rstrip())
        dims = MEASURES[rule.measure].dims
        of, only = who, {"stage": stage if {"stage", "grade", "scope"} & set(dims) else None}
        if "school" in dims and who in ("district", outcome.district.code):
            rows = assessed.schools
            rows = rows[(rows.rule_set == rules.code) & (rows.rule == code) & (rows.year == year)]
            rows = rows if stage is None else rows[rows.stage == stage]
            if rows.empty:
                continue
            worst = rows.sort_values("beyond", ascending=False).iloc[0]
            of = str(worst.school)
            only = {dim: str(worst[dim]) for dim in ("stage", "grade") if dim in dims}
        found = explain_measure(choose_values(rule, outcome), rule.measure, of, year, **only)
        tell("\n" + write_explained(outcome, found, language).rstrip())
