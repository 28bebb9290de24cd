"""One set of whole numbers: what two products of a run both tell, they tell alike."""

from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from tests.report.blanks import blank_sheets
from tests.report.readers import (
    read_assessed,
    read_comparison,
    read_document,
    read_findings,
    read_indicators,
    read_missed,
    read_notebook,
    read_page,
    read_run,
    read_sheets,
    read_workbook,
)

from seatplan.assess.assess import assess_outcomes
from seatplan.assess.rule_sets import read_rule_sets
from seatplan.comparison import compare
from seatplan.district.reading import read_district, read_standards
from seatplan.examples import toy_district, toy_standards
from seatplan.outcome import evaluate
from seatplan.report import draft
from seatplan.report.brief import read_brief
from seatplan.report.chapters import layout, outlook
from seatplan.report.draft import write_draft
from seatplan.report.prints import save_png, tell_wave
from seatplan.report.sheets.series import list_subjects
from seatplan.report.workbook import write_workbook
from seatplan.results import write_run, write_table
from seatplan.sample import find_rules
from seatplan.scenarios.closures import Merge
from seatplan.scenarios.scenario import BASELINE, Scenario, read_scenario
from seatplan.scenarios.schools import NewSchool
from seatplan.views.assess import write_assessment
from seatplan.views.explorer.payload import build_payload
from seatplan.views.explorer.scene import read_outcome
from seatplan.views.findings import write_findings

ROOT = Path(__file__).parents[2]
BUILD = NewSchool(
    year=2023, source="test", school="N", name="新校", site="S1", classrooms={"primary": 4}
)


@pytest.fixture
def quick(monkeypatch):
    """A blank in place of each picture."""
    plate = save_png(Figure(figsize=(1, 1)))
    monkeypatch.setattr(draft, "print_sheets", lambda *_: blank_sheets(plate))
    monkeypatch.setattr(outlook, "draw_wave", lambda *asked: (plate, tell_wave(*asked)))
    monkeypatch.setattr(layout, "draw_effects", lambda _: [])


def make_products(outcomes, folder):
    """Make every product of a run and read it back: product -> figure -> number."""
    brief = read_brief(outcomes, language="zh")
    titles = {item.scenario.name: title for item, title in zip(outcomes, brief.titles, strict=True)}
    write_table(compare(outcomes).table, folder / "compare.csv")
    runs = {}
    for outcome, names in zip(outcomes, brief.names, strict=True):
        name = outcome.scenario.name
        write_run(outcome, folder / name)
        runs |= read_run(folder / name, titles[name], names)
    today, plan = brief.titles
    page = build_payload(
        [read_outcome(outcome) for outcome in outcomes],
        stages=[stage.code for stage in outcomes[0].standards.stages],
        years=outcomes[0].district.years,
        language="zh",
    )
    stages = brief.names[0].stages
    return {
        "comparison": read_comparison(folder / "compare.csv", titles, stages),
        "tables": runs,
        "workbook": read_workbook(write_workbook(brief)),
        "document": read_document(write_draft(brief), today, plan),
        "findings": read_findings(write_findings(outcomes, language="zh"), today, plan),
        "page": read_page(page, brief.names[-1]),
        "sheets": read_sheets(
            list_subjects(brief), brief.titles, (brief.district.base_year, brief.target), stages
        ),
    }


def find_shared(products):
    """How many figures each two products share, and those that they tell differently."""
    counts, differ = {}, []
    for one, other in combinations(products, 2):
        shared = products[one].keys() & products[other].keys()
        counts[one, other] = len(shared)
        differ += [
            (one, other, key, products[one][key], products[other][key])
            for key in sorted(shared)
            if products[one][key] != products[other][key]
        ]
    return counts, differ


@pytest.mark.usefixtures("quick")
def test_products_of_the_toy_town_tell_one_set_of_numbers(tmp_path):
    scenarios = (BASELINE, Scenario("build", interventions=(BUILD,)))
    outcomes = [evaluate(toy_district(), toy_standards(), each) for each in scenarios]
    products = make_products(outcomes, tmp_path)
    counts, differ = find_shared(products)
    assert differ == []
    pairs = {frozenset(pair) for pair, count in counts.items() if count >= 8}
    assert len(pairs) == 21, counts  # each of seven with each other
    key = next(iter(products["document"]))
    products["document"][key] += 1
    assert {entry[2] for entry in find_shared(products)[1]} == {key}  # what differs is found


@pytest.mark.usefixtures("quick")
def test_indicators_read_alike_in_assessment_workbook_and_document():
    merge = Merge(year=2024, source="plan", schools=("A",), into="B")
    scenarios = (BASELINE, Scenario("build", interventions=(BUILD, merge)))
    outcomes = [evaluate(toy_district(), toy_standards(), each) for each in scenarios]
    rules = read_rule_sets([find_rules() / "large-classes-2016.toml"])
    brief = read_brief(outcomes, rules=rules)
    page = write_assessment(assess_outcomes(outcomes, rules), "zh", brief.target)
    assessed = read_assessed(page, brief.titles)
    sheet = read_indicators(write_workbook(brief))
    sets = [item.name.zh for item in rules]
    missed = read_missed(write_draft(brief), *brief.titles, sets)
    assert len(missed) >= 4
    for key, told in missed.items():
        assert assessed[key] == sheet[key] == told, key
    # and each that the page calls missed stands in the document
    assert {key for key, told in assessed.items() if told.endswith("未达标")} <= missed.keys()


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_products_of_litong_tell_one_set_of_numbers(tmp_path):
    district, rules = read_district(ROOT / "data"), read_standards(ROOT / "data/standards.toml")
    today = evaluate(district, rules)
    plan = read_scenario(ROOT / "scenarios/plan-2025.toml")
    outcomes = [today, evaluate(district, rules, plan, costs=today.costs)]
    products = make_products(outcomes, tmp_path)
    title = read_brief(outcomes).titles[0]
    products["notebook"] = read_notebook(ROOT / "notebooks/02_today.ipynb", title)
    counts, differ = find_shared(products)
    assert differ == []
    few = {pair for pair, count in counts.items() if count < 100}
    assert all({"sheets", "notebook"} & {*pair} for pair in few), counts
    assert min(counts.values()) >= 4, counts
    assert counts["tables", "workbook"] > 10_000
