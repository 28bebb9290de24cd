"""The drawing board in a browser: what it counts is what `evaluate` counts of the file it saves."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from seatplan.district.reading import read_district, read_standards
from seatplan.outcome import evaluate
from seatplan.scenarios.scenario import read_scenario
from seatplan.views.explorer import explore

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
DRAFTS = Path(__file__).with_name("drafts.js").read_text("utf-8")
PLANS = ("plan-2025", "merge-rural", "rezone-core")
FEW = 20  # drafts in the quick test; the slow one draws 180 more: 200 in all


@pytest.fixture(scope="module")
def litong():
    return read_district(ROOT / "data"), read_standards(ROOT / "data" / "standards.toml")


@pytest.fixture(scope="module")
def outcomes(litong):
    today = evaluate(*litong)
    plans = [read_scenario(ROOT / "scenarios" / f"{name}.toml") for name in PLANS]
    return [today, *(evaluate(*litong, plan, costs=today.costs) for plan in plans)]


@pytest.fixture(scope="module")
def page(outcomes, tmp_path_factory):
    path = tmp_path_factory.mktemp("drafts") / "explorer.html"
    explore(outcomes).save(path)
    return path


def compare_drafts(window, outcomes, folder, seeds, forecast=None):
    """Draw a draft for each seed, evaluate its file, and hold every figure of the page to it.

    `forecast` saves making it anew: no step that a draft may have changes who lives where.
    """
    window.run(DRAFTS)
    district, standards = outcomes[0].district, outcomes[0].standards
    kinds = set()
    for seed in seeds:
        drawn = window.run("(at) => seatplan.probe.drawDraft(at)", [seed % len(outcomes), seed])
        kinds |= {step["kind"] for step in drawn["steps"]}
        file = folder / f"{seed}.toml"
        file.write_text(drawn["text"], "utf-8")
        outcome = evaluate(
            district,
            standards,
            read_scenario(file),
            costs=outcomes[0].costs,
            forecast=forecast,
        )
        for stage, count in drawn["counts"].items():
            assert count["exact"]
            compare_stage(outcome, stage, count)
    return kinds


def compare_stage(outcome, stage, count):
    """Classrooms, seats, residents, entrants, catchments and walks of one stage, in every year."""
    blocks = outcome.balance.blocks.xs(stage, level="stage")
    assert blocks.school.unstack("block")[outcome.axes.blocks].to_numpy().tolist() == count["zones"]
    walks = blocks.walk_m.round().unstack("block")[outcome.axes.blocks].to_numpy()
    counted = np.array(count["walks"], dtype=float)
    assert np.array_equal(walks, counted, equal_nan=True)
    schools = outcome.balance.schools.xs(stage, level="stage")
    assert set(count["schools"]) == set(schools.index.unique("school"))
    entry = outcome.axes.span(stage).start
    attend = outcome.assignment.by_school()[:, entry]
    for school, rows in count["schools"].items():
        columns = schools.loc[school][["classrooms", "seats", "residents"]]
        assert columns.to_numpy().tolist() == [row[:3] for row in rows], school
        # those of the base year are the record; the page holds entrants to seven digits
        entrants = attend[outcome.axes.schools.get_loc(school), 1:]
        assert np.abs(entrants - [row[3] for row in rows][1:]).max() < 1e-3, school


def test_random_drafts_are_counted_as_evaluate_counts_their_files(visit, page, outcomes, tmp_path):
    window = visit().show(page)
    seeds = range(1, FEW + 1)
    kinds = compare_drafts(window, outcomes, tmp_path, seeds, outcomes[0].forecast)
    assert kinds == {"rezone", "new_school", "close", "merge", "expand", "convert"}
    window.check()


@pytest.mark.slow
def test_180_more_random_drafts_are_counted_as_evaluate_does(visit, page, outcomes, tmp_path):
    window = visit().show(page)
    compare_drafts(window, outcomes, tmp_path, range(1000, 1180), outcomes[0].forecast)
    window.check()


@pytest.fixture(scope="module")
def shared(litong, outcomes):
    """Litong, every fifth block shared with a school nearby, half of them by stated shares."""
    district, standards = litong
    index, shares = [], []
    for stage in ("primary", "junior"):
        zones = district.catchments.xs(stage, level="stage").dropna()
        schools = zones.drop_duplicates().to_list()
        for at, (block, school) in enumerate(zones.droplevel("year").iloc[::5].items()):
            metres = outcomes[0].costs.metres.loc[block, schools].drop(school)
            index += [(block, stage, school), (block, stage, metres.idxmin())]
            shares += [0.7, 0.3] if at % 2 else [np.nan, np.nan]
    levels = pd.MultiIndex.from_tuples(index, names=["block", "stage", "school"])
    town = district.replace(shares=pd.Series(shares, levels, name="share"))
    return [evaluate(town, standards, costs=outcomes[0].costs, forecast=outcomes[0].forecast)]


@pytest.mark.slow
def test_drafts_on_shared_blocks_are_counted_as_evaluate_does(visit, shared, tmp_path):
    explore(shared).save(tmp_path / "shared.html")
    window = visit().show(tmp_path / "shared.html")
    compare_drafts(window, shared, tmp_path, range(1, 31), shared[0].forecast)
    window.check()


def test_a_draft_without_steps_is_its_plan(visit, page, outcomes):
    window = visit().show(page)
    window.run(DRAFTS)
    read = """([scenario, stage]) => {
        const { residents, taught, places, exact } = seatplan.board.before(scenario, stage);
        return [exact, Object.fromEntries(taught.map((at) => [seatplan.model.schools[at].id,
            seatplan.model.years.map((_, year) => residents[year * places + at])]))];
    }"""
    for number, outcome in enumerate(outcomes):
        for stage in ("primary", "junior"):
            at = outcome.axes.stages.index(stage)
            exact, found = window.run(read, [number, at])
            table = outcome.balance.schools.xs(stage, level="stage").residents
            assert exact
            assert found == {school: table[school].to_list() for school in found}
    window.check()
