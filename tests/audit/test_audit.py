"""A plan audited: verdicts, figures beside numbers, and what is refused."""

import re
from pathlib import Path

import pytest

import seatplan as sp
from seatplan.audit.audit import audit_plan, read_plan
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.interventions import Close, NewSchool
from seatplan.scenarios.scenario import Scenario, name_codes
from seatplan.views.audit import tell_entry, write_audit
from tests.audit.plans import CHECKS, write_plan

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def audit(tmp_path):
    return audit_plan(toy_outcome(), toy_outcome(), read_plan(write_plan(tmp_path)))


def find(audit, code):
    return next(entry for entry in audit.entries if entry.code == code)


def test_what_contradicts_stands_first(audit):
    verdicts = [entry.verdict for entry in audit.entries]
    order = ["contradict", "unexplained", "missing", "agree"]
    assert verdicts == sorted(verdicts, key=order.index)
    assert audit.count("contradict") + audit.count("agree") + audit.count("missing") == len(
        verdicts
    )


def test_numbers_are_held_against_each_other(audit):
    assert find(audit, "arithmetic").verdict == "agree"  # 2 x 6 x 45 = 540
    assert find(audit, "twice").verdict == "contradict"
    assert find(audit, "course").verdict == "contradict"


def test_a_fact_stands_beside_the_data(audit):
    assert find(audit, "kindergartens").figures == {"stated": 1, "model": 1, "year": 2020}
    assert find(audit, "kindergartens").verdict == "agree"


def test_a_promise_stands_beside_the_model(audit):
    assert find(audit, "seats").figures["model"] == 0  # the scenario builds nothing
    assert find(audit, "seats").verdict == "contradict"
    nearby = find(audit, "nearby")
    assert nearby.figures["model"] == pytest.approx(100 * 510 / 540)  # 30 of 540 without a seat
    assert nearby.verdict == "contradict"


def test_seats_that_are_promised_stand_beside_the_shortage(audit):
    need = find(audit, "need-seats")
    assert need.figures["before"] == need.figures["left"] == 30
    assert need.figures["catchments"] == 1
    assert need.figures["district"] == 0
    assert need.where == (("B", 30),)
    assert "in 2026, where the forecast ends" in tell_entry(need, "en")  # not "the last in 2026"


def test_what_cannot_be_computed_names_the_column(audit):
    entry = find(audit, "migrants")
    assert entry.verdict == "missing"
    assert "resources.csv" in tell_entry(entry, "zh")
    assert "register of pupils" in tell_entry(entry, "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_tells_every_entry_once(audit, language):
    page, toy = write_audit(audit, language), audit.outcome
    names = name_codes(toy.district, toy.standards, language)
    for entry in audit.entries:
        assert page.count(tell_entry(entry, language, names)) >= 1
    assert "{" not in page
    assert "nan" not in page


def test_a_plan_is_refused_with_every_fault_at_once(tmp_path):
    wrong = CHECKS.replace('"product"', '"products"').replace('"share-then"', '"share-thn"')
    wrong += '[[check]]\ncode = "course"\nname = {zh = "一", en = "one"}\nrule = "same"\n'
    wrong += 'of = {whole = "seats"}\n'
    with pytest.raises(InputError) as refused:
        read_plan(write_plan(tmp_path, wrong))
    told = str(refused.value)
    assert "no rule products" in told
    assert "no number share-thn" in told
    assert "share-then" in told
    assert "course stands there 2 times" in told
    assert "same takes numbers; got whole" in told


@pytest.mark.slow
def test_litong_names_what_the_plan_contradicts():
    standards = sp.read_standards(DATA / "standards.toml")
    today = sp.evaluate(sp.read_district(DATA), standards)
    scenario = sp.read_scenario(DATA.parent / "scenarios" / "plan-2025.toml")
    plan = sp.evaluate(sp.read_district(DATA), standards, scenario, costs=today.costs)
    found = sp.audit_plan(today, plan, sp.read_plan(DATA / "plan.toml"))
    itself = {
        entry.code
        for entry in found.entries
        if entry.verdict == "contradict" and entry.rule not in ("promise", "need")
    }
    assert itself == {
        "kg-four-or-five",
        "kg-3000-or-1800",
        "urban-10000-or-6480",
        "special-2020",
        "special-2025",
        "inclusive-course",
        "public-course",
        "retention-course",
        "senior-date",
        "kg-each-of-four",
    }
    facts = [entry for entry in found.entries if entry.rule == "fact"]
    assert {entry.verdict for entry in facts} == {"agree", "missing"}
    odd = {entry.code for entry in found.entries if entry.verdict == "unexplained"}
    assert odd == {
        "retention-share",
        "primary-each",
        "public-each",
        "kg-grades",
        "large-base-own",
        "inclusive-2025",
        "public-2023",
        "public-2025",
    }
    text = (DATA / "sources" / "plan-2022.txt").read_text("utf-8").replace("\n", "")
    for number in found.plan.number:
        if number.said_by == "plan" and not number.clause.startswith("表"):
            assert number.sentence.replace("\n", "") in text, number.key


def test_the_plan_of_another_county_in_the_docs_runs(tmp_path):
    page = (DATA.parent / "docs" / "audit.md").read_text("utf-8")
    (tmp_path / "plan.toml").write_text(page.split("```toml\n")[1].split("```")[0], "utf-8")
    found = audit_plan(toy_outcome(), toy_outcome(), read_plan(tmp_path / "plan.toml"))
    assert find(found, "arithmetic").verdict == "agree"
    assert find(found, "seats").verdict == "contradict"


TASKS = ("4.推进学前", "5.推进义务", "6.推进特殊", "8.推进乡村", "9.优化基础", "15.深化考试")
YEARS = {2020.0, 2021.0, 2023.0, 2025.0}  # of the targets, which stand as `year`


def test_every_number_of_the_table_and_the_tasks_is_in_the_plan_file():
    text = (DATA / "sources" / "plan-2022.txt").read_text("utf-8")
    lines = [next(line for line in text.splitlines() if line.startswith(name)) for name in TASKS]
    table = re.split("主要指标", text.replace("\n", " "))[1].split("三、主要任务")[0]
    plan = sp.read_plan(DATA / "plan.toml")
    told = {number.value for number in plan.number}
    for line in [table, *lines]:
        # 近1万 is ten thousand; the number of a task or row, and "2020年" of a heading, are none
        body = re.sub(r"(^|\s)\d+\.(?=\D)", " ", line).replace("1万", "10000")
        found = {float(each) for each in re.findall(r"\d+(?:\.\d+)?", body)}
        missing = found - told - YEARS
        assert missing <= {2000.0}, (line[:20], missing)
    assert plan.find("large-schools").figure.above == 2000


HEAD = 'name = {zh = "某县", en = "Plan"}\ndocument = "x"\nchecked = "seen"\n'


def hold(folder, number, check=""):
    body = 'key = "a"\nname = {zh = "甲", en = "A"}\nclause = "1"\nsentence = "s"\n'
    path = folder / "plan.toml"
    path.write_text(f"{HEAD}[[number]]\n{body}{number}\n{check}", "utf-8")
    return audit_plan(toy_outcome(), toy_outcome(), read_plan(path))


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ('value = 0.85\nunit = "percent"', "0.85 percent; want 0, or above 1"),
        ('value = 850.0\nunit = "percent"', "850 percent; want 0, or above 1 and up to 200"),
        ('value = -5.0\nunit = "seats"', "value: -5"),
        ('value = 5.0\nunit = "seats"\nyear = 22', "year: 22"),
        (
            'value = 9.0\nunit = "percent"\nfigure = {name = "seated_nearby", stages = ["primry"]}',
            "no stage primry; did you mean primary",
        ),
        (
            'value = 90.0\nunit = "percent"\nfigure = {name = "seated_nearby"}',
            "seated_nearby is of one stage; got 0",
        ),
        (
            'value = 3.0\nunit = "schools"\nfigure = {name = "schools", kind = "primry"}',
            "figure.kind: primry; did you mean primary",
        ),
    ],
)
def test_slips_of_a_plan_are_sentences(tmp_path, number, told):
    with pytest.raises(InputError) as refused:
        hold(tmp_path, number)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("number", "verdict", "told"),
    [
        # a ceiling is no promise to reach it: 45 in a class where 50 are the most
        (
            'value = 50.0\nunit = "pupils per class"\nbound = "at_most"\nyear = 2023\n'
            'figure = {name = "largest_class", stages = ["junior"]}',
            "agree",
            "At most 50 pupils by 2023; the model has 45 pupils.",
        ),
        # one kindergarten on record: schools are counted, a few per cent are no leeway
        (
            'value = 2.0\nunit = "schools"\nyear = 2020\n'
            'figure = {name = "schools", kind = "kindergarten"}',
            "unexplained",
            "The plan says 2 schools, the data 1 schools: they differ.",
        ),
        # "more than 500 pupils" is true of 540
        (
            'value = 500.0\nunit = "pupils"\nbound = "at_least"\nyear = 2020\n'
            'figure = {name = "pupils", stages = ["primary"]}',
            "agree",
            "500 pupils, the data 540 pupils",
        ),
        (
            'value = 500.0\nunit = "pupils"\nyear = 2019\nfigure = {name = "pupils"}',
            "missing",
            "2019",
        ),
        (
            'value = 500.0\nunit = "pupils"\nyear = 2040\nfigure = {name = "pupils"}',
            "missing",
            "a forecast beyond 2026",
        ),
        # any measure by stage and year is a figure: 540 seats for 7,200 residents
        (
            'value = 75.0\nunit = "seats per 1,000 residents"\nyear = 2023\n'
            'figure = {name = "seats_per_1000", stages = ["primary"]}',
            "agree",
            "75 seats per 1,000 residents",
        ),
        (
            'value = 5.0\nunit = "percent"\nbound = "at_most"\nyear = 2023\n'
            'figure = {name = "large_class_share", stages = ["primary"]}',
            "agree",
            "At most 5 %",
        ),
    ],
)
def test_a_number_is_held_as_it_is_bound_and_for_the_year_it_is_of(tmp_path, number, verdict, told):
    entry = hold(tmp_path, number).entries[0]
    assert entry.verdict == verdict
    assert told in tell_entry(entry, "en")


def test_seats_that_are_added_are_not_set_off_against_those_that_close(tmp_path):
    school = NewSchool(
        year=2022, school="N1", name="新校", site="S1", classrooms={"primary": 6}, source="test"
    )
    steps = (school, Close(year=2022, school="A", source="test"))
    plan = evaluate(toy_district(), toy_standards(), Scenario("plan", interventions=steps))
    promises = read_plan(write_plan(tmp_path))
    seats = find(audit_plan(toy_outcome(), plan, promises), "seats")
    assert seats.figures["model"] == 270  # 6 x 45, whatever the rooms of A were


def test_a_check_of_nothing_is_refused_and_nought_is_no_crash(tmp_path):
    check = '[[check]]\ncode = "c"\nname = {zh = "c", en = "c"}\nrule = "%s"\nof = %s\n'
    with pytest.raises(InputError, match="numbers wants one key or more"):
        hold(tmp_path, 'value = 5.0\nunit = "seats"', check % ("same", "{numbers = []}"))
    each = check % ("each", '{factors = ["a"], count = "a", limit = "a"}')
    (entry,) = hold(tmp_path, 'value = 0.0\nunit = "seats"', each).entries
    assert entry.verdict == "contradict"
    assert "A" in write_audit(hold(tmp_path, 'value = 0.0\nunit = "seats"', each), "en")
