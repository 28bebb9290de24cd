"""Sweeps of toy towns: what a task leaves, what is done again, and what any engine makes of it."""

import json
import logging
import os
import shutil
import signal
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from typer.testing import CliRunner

import seatplan as sp
from seatplan.cli import app
from seatplan.district.writing import write_district
from seatplan.errors import InputError
from seatplan.examples import toy_district, toy_outcome, toy_standards
from seatplan.sweeps import engine, work
from seatplan.sweeps.tasks import Asked, list_tasks
from seatplan.sweeps.work import run_task

WIDER = """
name = "wider"
[[intervention]]
kind = "expand"
school = "K"
classrooms = {kindergarten = 3}
year = 2022
source = "toy"
"""


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    """Two toy towns, each with its scenario."""
    folder = tmp_path_factory.mktemp("towns")
    for code in ("640302", "640303"):
        write_district(toy_district().replace(code=code), toy_standards(), folder / code)
        (folder / code / "scenarios").mkdir()
        (folder / code / "scenarios" / "wider.toml").write_text(WIDER, "utf-8")
    return [folder / "640302", folder / "640303"]


def read_bytes(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.parquet"))}


@pytest.fixture(scope="module")
def swept(towns, tmp_path_factory):
    out = tmp_path_factory.mktemp("swept")
    return sp.sweep(towns, out, scenarios=["baseline", "wider.toml"], workers=1)


def test_figures_of_districts_are_those_of_evaluate(swept):
    table = swept.national("district")
    own = sp.compare([toy_outcome()]).table
    for (_, stage, year), row in own.iterrows():
        found = table.loc[("640303", "baseline", stage, year)]
        assert found.catchment_shortage == row.catchment_shortage
        assert found.seats == row.seats
        assert (found["name"], found.name_en) == ("玩具镇", "Toy town")


def test_a_nation_is_the_sum_of_its_districts(swept):
    # K lacks 90 seats in each of two towns; the scenario builds 90 from 2022 on
    nation = swept.national().loc["nation"]
    assert nation.loc[("baseline", "kindergarten", 2022), "catchment_shortage"] == 180
    assert nation.loc[("wider", "kindergarten", 2022), "catchment_shortage"] == 0
    assert (nation.districts == 2).all()
    assert set(swept.national("province").index.unique("place")) == {"64"}
    assert swept.national("city").loc[("6403", "baseline", "primary", 2020), "pupils"] == 1080
    towns = swept.national("township")
    # townships of one name in two districts are two
    assert towns.loc[("640303-north", "baseline", "primary", 2020), "pupils"] == 360
    assert (towns.districts == 1).all()
    with pytest.raises(InputError, match="level street; want one of nation"):
        swept.national("street")


def test_catchments_and_schools_are_those_of_evaluate(swept):
    # B has 270 seats for 300 primary pupils who live there and go there
    row = swept.national("catchment").loc[("640302-B", "baseline", "primary", 2020)]
    assert (row.pupils, row.seats, row.catchment_shortage) == (300, 270, 30)
    row = swept.national("school").loc[("640303-B", "wider", "primary", 2020)]
    assert (row.pupils, row.roll_over_seats) == (300, 30)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_districts_are_drawn_by_their_outlines(swept, language):
    outlines = swept.outlines()
    assert list(outlines.index) == ["640302", "640303"]
    whole = toy_district().blocks.to_crs(4326).union_all()
    assert outlines.geometry["640302"].symmetric_difference(whole).area < 0.02 * whole.area
    view = sp.NationView("kindergarten", 2022, language=language)
    page = sp.map_sweep(swept, view).get_root().render()
    assert "33.3 %" in page  # 90 of 270 children
    assert ("现状" if language == "zh" else "As it is") in page
    name = "玩具镇 640302" if language == "zh" else "Toy town 640302"
    assert json.dumps(name) in page
    with pytest.raises(InputError, match="no stage nursery"):
        sp.map_sweep(swept, sp.NationView("nursery"))
    with pytest.raises(InputError, match="no measure walk"):
        sp.map_sweep(swept, sp.NationView("primary", measure="walk"))


def test_a_province_is_read_without_the_files_of_others(towns, tmp_path):
    write_district(toy_district().replace(code="110101"), toy_standards(), tmp_path / "b")
    done = sp.sweep([*towns, tmp_path / "b"], tmp_path / "out", workers=1)
    whole = done.national("province").loc["64"]
    other = done.tasks.name[done.tasks.district == "110101"].item()
    assert other.startswith("110101-b-")
    (tmp_path / "out" / other).write_bytes(b"no Parquet")
    opened = sp.read_sweep(tmp_path / "out").within("64")
    assert opened.national("province").loc["64"].equals(whole)
    assert list(opened.outlines().index) == ["640302", "640303"]
    (tmp_path / "out" / other).unlink()
    with pytest.raises(InputError, match="1 files are gone, 110101-b-"):
        sp.read_sweep(tmp_path / "out")
    with pytest.raises(InputError, match="want the folder of a sweep that has ended"):
        sp.read_sweep(tmp_path)


def test_a_second_start_does_only_what_is_missing(swept, towns, monkeypatch):
    before = read_bytes(swept.out)
    gone = swept.out / swept.tasks.name[1]
    gone.unlink()
    done = []
    monkeypatch.setattr(engine, "run_task", lambda *word: done.append(word[0]) or run_task(*word))
    sp.sweep(towns, swept.out, scenarios=["baseline", "wider.toml"], workers=1)
    assert [task.name for task in done] == [swept.tasks.name[1]]
    assert read_bytes(swept.out) == before


@pytest.mark.slow
def test_any_engine_that_takes_work_gives_the_same_bytes(swept, towns, tmp_path):
    with ThreadPoolExecutor(2) as pool:
        sp.sweep(towns, tmp_path, scenarios=["baseline", "wider.toml"], engine=pool)
    assert read_bytes(tmp_path) == read_bytes(swept.out)


def test_what_goes_in_names_the_file(towns):
    def name(**asked):
        return {task.name for task in list_tasks(towns, Asked(**asked))}

    assert len(name()) == 2
    assert name() == name(draws=0, seed=5)  # no draw, no seed
    assert not name() & name(births="high")
    assert not name() & name(scenarios=("wider.toml",))
    assert len(name(draws=250, block=100)) == 2 * (1 + 3)
    assert name() < name(draws=250)  # the forecast stands, whatever is drawn beside it
    assert len(name(draws=200) & name(draws=100)) == 2 * 2  # so does the first block


def test_another_cell_of_the_data_is_another_file(tmp_path):
    write_district(toy_district(), toy_standards(), tmp_path / "640302")
    old = list_tasks([tmp_path / "640302"], Asked())[0].name
    births = tmp_path / "640302" / "population" / "births.csv"
    births.write_text(births.read_text("utf-8-sig").replace("90", "91", 1), "utf-8")
    assert list_tasks([tmp_path / "640302"], Asked())[0].name != old


def test_what_is_not_there_is_told_at_once(towns, tmp_path):
    with pytest.raises(InputError) as refused:
        list_tasks([*towns, towns[0], tmp_path / "none"], Asked(scenarios=("plan.toml",)))
    told = str(refused.value)
    assert "none: no folder" in told
    assert "given twice" in told
    assert told.count("no scenario plan.toml") >= 2


def test_districts_of_one_code_are_told_apart_or_refused(towns, tmp_path):
    for name in ("one", "other"):
        write_district(toy_district().replace(code="new"), toy_standards(), tmp_path / name)
    with pytest.raises(InputError, match=r"one and .*other: all are new by their district\.toml"):
        list_tasks([tmp_path / "one", tmp_path / "other", *towns], Asked(("baseline",)))
    folders, out = [tmp_path / "one", towns[0]], tmp_path / "out"
    done = sp.sweep(folders, out, scenarios=["baseline"], workers=1)
    for level, places in (("province", {"64", "new"}), ("city", {"6403", "new"})):
        assert set(done.national(level).index.unique("place")) == places


def test_a_district_that_cannot_be_used_stops_no_other(towns, tmp_path):
    bad = tmp_path / "bad"
    write_district(toy_district(), toy_standards(), bad)
    (bad / "district.toml").write_text("code = 1\n", "utf-8")
    odd = tmp_path / "odd"
    shutil.copytree(towns[0], odd)
    births = (odd / "population" / "births.csv").read_text("utf-8-sig").splitlines()
    year, *born = births[-1].split(",")  # ten times those of the year before
    births[-1] = ",".join([year, *(str(10 * float(each)) for each in born)])
    (odd / "population" / "births.csv").write_text("\n".join(births), "utf-8")
    words = ["sweep", str(bad), str(odd), "--workers", "1", "--out", str(tmp_path / "out")]
    words += ["--map", "kindergarten", "--level", "school"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert "district.toml" in done.output
    assert "33.3 %" in (tmp_path / "out" / "map.html").read_text("utf-8")
    assert "640302" in (tmp_path / "out" / "district.csv").read_text("utf-8-sig")
    assert len(list((tmp_path / "out" / "tasks").glob("*.parquet"))) == 1
    assert "doubtful: 640302 玩具镇: births that jump: population/births.csv: row" in done.stderr
    assert "640302,births that jump" in (tmp_path / "out" / "findings.csv").read_text("utf-8-sig")


@pytest.mark.slow
def test_a_district_without_a_history_is_drawn_from_variants_of_its_inputs(towns, tmp_path):
    done = sp.sweep(towns[:1], tmp_path, draws=20, workers=1)
    assert not done.problems
    chances = done.chances()
    assert (chances.catchment_shortage_q05 < chances.catchment_shortage_q95).any()


class Killing:
    """An engine whose second piece of work never comes."""

    def __init__(self):
        self.count = 0

    def submit(self, fn, /, *args):
        self.count += 1
        if self.count == 2:
            raise KeyboardInterrupt
        future = Future()
        future.set_result(fn(*args))
        return future


def test_a_sweep_that_is_stopped_ends_with_the_same_bytes(swept, towns, tmp_path):
    words = {"scenarios": ["baseline", "wider.toml"]}
    with pytest.raises(KeyboardInterrupt):
        sp.sweep(towns, tmp_path, engine=Killing(), **words)
    assert len(read_bytes(tmp_path)) == 1
    sp.sweep(towns, tmp_path, workers=1, **words)
    assert read_bytes(tmp_path) == read_bytes(swept.out)


@pytest.mark.slow
def test_two_processes_give_the_same_bytes(swept, towns, tmp_path):
    sp.sweep(towns, tmp_path, scenarios=["baseline", "wider.toml"], workers=2)
    assert read_bytes(tmp_path) == read_bytes(swept.out)


def kill_once(flag, task, out):
    """Kill this process the first time, then work as told."""
    try:
        os.close(os.open(flag, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return run_task(task, out)
    return os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_worker_that_is_killed_loses_one_task(swept, towns, tmp_path):
    from distributed import Client, LocalCluster

    class Flagged:
        def __init__(self, client):
            self.client = client

        def submit(self, _, /, *args):
            return self.client.submit(kill_once, str(tmp_path / "flag"), *args, pure=False)

    out = tmp_path / "out"
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        sp.sweep(towns, out, scenarios=["baseline", "wider.toml"], engine=Flagged(client))
    assert read_bytes(out) == read_bytes(swept.out)


def test_what_a_step_says_of_itself_is_told_once_a_district(towns, tmp_path, caplog, monkeypatch):
    steps = logging.getLogger("seatplan.scenarios.closures")
    evaluate = work.evaluate

    def say_and_evaluate(*args, **kwargs):
        for school in ("P1", "P1", "P2"):
            steps.warning("merge, 2023: no school to take %s in; it stays open", school)
        return evaluate(*args, **kwargs)

    monkeypatch.setattr(work, "evaluate", say_and_evaluate)
    (task,) = list_tasks(towns[:1], Asked(("baseline", "wider.toml")))
    assert not run_task(task, str(tmp_path))
    (said,) = caplog.messages
    assert "take P1 in; it stays open; 1 more like it (seatplan evaluate tells them all)" in said
    assert str(towns[0]) in said
    steps.warning("merge, 2024: heard again")
    assert caplog.messages[1:] == ["merge, 2024: heard again"]
