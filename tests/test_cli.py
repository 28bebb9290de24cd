"""The verbs: exit status, sentences on stderr, files whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from seatplan.cli import app
from seatplan.demand.cohorts import Forecast
from seatplan.verbs.groups import OTHERS
from tests.district.test_bad_input import CASES
from tests.towns import write_rows, write_town

RUNNER = CliRunner()
PLAN = """
name = "plan"
[[intervention]]
kind = "new_school"
school = "N 1"
name = "新校"
site = "S 1"
year = 2023
classrooms = {primary = 6}
source = "test"
"""
TABLES = {
    "blocks.csv",
    "closures.csv",
    "flags.csv",
    "grades.csv",
    "places.csv",
    "schools.csv",
}
RUN = TABLES | {"decisions.toml", "layers.gpkg", "run.json", "scenario.toml"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_town(tmp_path_factory.mktemp("district") / "town")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, "utf-8")
    return path


def call(*words: object) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a verb run in this process."""
    result = RUNNER.invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def spawn(*words: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a verb in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "seatplan", *map(str, words)],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_good_district_is_told_so(town: Path):
    status, out, err = call("check", town)
    assert (status, err) == (0, "")
    assert "3 schools, 6 blocks, 2020-2026" in out
    assert "no problem found" in out


def odd_town(town: Path, folder: Path) -> Path:
    """Copy a town, with two columns that nobody reads and the history of two schools closed."""
    shutil.copytree(town, folder)
    rows = ["school,year,grade,pupils", "X1,2018,g1,9", "X10,2018,g1,9"]
    (folder / "rolls.csv").write_text("\n".join(rows) + "\n", "utf-8")
    for name in ("provenance.csv", "zones.csv"):
        first, *rest = (folder / name).read_text("utf-8").splitlines()
        lines = [f"{first},mark", *(f"{line},x" for line in rest)]
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    return folder


ODD = [  # shortest first, one line for each kind
    "zones.csv: column mark not read (and 1 more like it)",
    "rolls.csv: no row of 2019; want every year from 2018 to 2020",
    "rolls.csv: X1 is not in schools.geojson (rows of 2018); taken as closed since; "
    "it may stand there with closes 2019 (and 1 more like it)",
    "rolls.csv: primary is forecast from its residents alone; "
    "want every school in every year from 2017 or before to 2019",
]


def test_every_finding_stands_in_what_check_prints(town: Path, tmp_path: Path):
    status, out, err = call("check", odd_town(town, tmp_path / "odd"))
    assert (status, err) == (0, "")
    *told, end = out.splitlines()
    levels = [line.partition(": ")[0] for line in told]
    assert levels == ["doubtful"] * 3 + ["note"] * 3  # the doubtful first
    assert sorted(line.partition(": ")[2].partition(";")[0] for line in told) == [
        "provenance.csv: column mark not read",
        "rolls.csv: X1 is not in schools.geojson (rows of 2018)",
        "rolls.csv: X10 is not in schools.geojson (rows of 2018)",
        "rolls.csv: no row of 2019",
        "rolls.csv: primary is forecast from its residents alone",
        "zones.csv: column mark not read",
    ]
    assert end.endswith("no problem found; 3 doubtful")
    status, out, _ = call("check", tmp_path / "odd", "--strict", "--language", "zh")
    assert status == 1
    *told, end = out.splitlines()
    assert told[0] == "存疑：rolls.csv：没有 2019 年的行；2018 至 2020 年应逐年都有"
    assert [line[:3] for line in told] == ["存疑："] * 3 + ["提示："] * 3
    assert not [line for line in told if "want" in line or "read" in line]


def test_findings_are_told_on_stderr_and_leave_stdout_clean(town: Path, tmp_path: Path, plan: Path):
    odd = odd_town(town, tmp_path / "odd")
    (tmp_path / "scenarios").mkdir()
    shutil.copy(plan, tmp_path / "scenarios" / "plan-2025.toml")
    for verb, *rest in (
        ["evaluate", odd],
        ["compare", odd, plan],
        ["demo", "--data", odd, "--scenarios", tmp_path / "scenarios"],
    ):
        status, out, err = call(verb, *rest, "--out", tmp_path / verb)
        assert (status, err.splitlines()) == (0, ODD), verb
        assert "column mark" not in out
    assert call("evaluate", town, "--out", tmp_path / "plain")[2] == ""


@pytest.mark.parametrize("verb", ["check", "evaluate"])
@pytest.mark.parametrize(("spoil", "fragments"), [case[1:] for case in CASES[::4]])
def test_a_broken_file_is_a_sentence_and_status_2(town, tmp_path, verb, spoil, fragments):
    folder = tmp_path / "town"
    shutil.copytree(town, folder)
    spoil(folder)
    place = ["--out", tmp_path / "out"] if verb == "evaluate" else []
    status, _, err = call(verb, folder, *place)
    assert status == 2
    assert all(fragment in err for fragment in fragments)
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_every_verb_refuses_a_folder_that_is_not_there(tmp_path: Path, plan: Path):
    for words in (["check"], ["forecast"], ["evaluate"], ["compare", plan], ["map", plan]):
        verb, *rest = words
        status, out, err = call(verb, tmp_path / "nowhere", *rest)
        assert (status, out) == (2, ""), verb
        assert "does not exist; want the folder of a district" in err
    assert call("demo", "--data", tmp_path / "nowhere", "--scenarios", tmp_path)[0] == 2


def test_a_forecast_has_a_row_for_every_block_and_grade(town: Path, tmp_path: Path):
    status, out, _ = call("forecast", town, "--out", tmp_path / "f.csv")
    assert (status, out.strip()) == (0, str(tmp_path / "f.csv"))
    table = pd.read_csv(tmp_path / "f.csv")
    assert table.shape == (6 * 12, 2 + 7)  # 6 blocks x 12 grades; 2 labels and 7 years
    assert (table["2026"] == 10).all()  # 10 residents of every age, and births that keep it so


def test_a_births_scenario_that_is_not_there_is_named(town: Path, tmp_path: Path):
    status, _, err = call("forecast", town, "--births", "huge", "--out", tmp_path / "f.csv")
    assert status == 2
    assert "births scenario 'huge' does not exist; there are: low, medium, high" in err
    assert names(tmp_path) == set()


def test_evaluate_writes_a_folder_named_after_the_scenario(town, plan, tmp_path):
    assert call("evaluate", town, "--out", tmp_path / "out")[0] == 0
    assert call("evaluate", town, "--scenario", plan, "--out", tmp_path / "out")[0] == 0
    assert names(tmp_path / "out") == {"baseline", "plan"}
    assert names(tmp_path / "out" / "plan") == RUN
    schools = pd.read_csv(tmp_path / "out" / "plan" / "schools.csv", dtype={"school": str})
    seats = schools[(schools.school == "N 1") & (schools.stage == "primary")].set_index("year")
    assert seats.seats[2022] == 0
    assert seats.seats[2023] == 270  # 6 rooms x 45


def test_strict_ends_with_1_where_a_flag_is_raised(town: Path, tmp_path: Path):
    # 60 of a kindergarten grade enter in 3 classes and keep them, which takes 9 rooms; 30 of a
    # primary grade sit in one: no flag
    crowded = tmp_path / "town"
    shutil.copytree(town, crowded)
    schools = (crowded / "schools.geojson").read_text("utf-8")
    roomy = schools.replace('"classrooms_kindergarten": 7', '"classrooms_kindergarten": 9')
    (crowded / "schools.geojson").write_text(roomy, "utf-8")
    status, _, err = call("evaluate", crowded, "--strict", "--out", tmp_path / "out")
    assert (status, err) == (0, "")
    text = (crowded / "standards.toml").read_text("utf-8").replace("junior = 50", "junior = 29")
    (crowded / "standards.toml").write_text(text, "utf-8")
    # junior: 60 a grade in 2 classes of 30, limit 29, in 3 grades and 7 years; one flag a stage
    status, _, err = call("evaluate", crowded, "--strict", "--out", tmp_path / "out")
    assert (status, err.strip()) == (1, "7 flags raised")
    assert call("evaluate", crowded, "--out", tmp_path / "out")[0] == 0


def test_compare_prints_one_screen_and_writes_one_table(town, plan, tmp_path):
    status, out, err = call("compare", town, plan, "--out", tmp_path / "out")
    assert (status, err) == (0, "")
    assert names(tmp_path / "out") == {"compare.csv", "large-classes.csv", "summary.csv"}
    assert "baseline→plan" in out
    assert len(out.splitlines()) < 40
    table = pd.read_csv(tmp_path / "out" / "compare.csv", index_col=["scenario", "stage", "year"])
    # 2 x 6 grades of 30 in one class each: 12 rooms x 45 = 540, and 6 x 45 = 270 more
    assert table.seats[("baseline", "primary", 2025)] == 540
    assert table.seats[("plan", "primary", 2025)] == 810


def test_two_scenarios_of_one_name_are_refused_before_anything_runs(town, plan, tmp_path):
    status, _, err = call("compare", town, plan, plan, "--out", tmp_path / "out")
    assert status == 2
    assert "need names of their own; got plan more than once" in err
    assert not (tmp_path / "out").exists()


def test_a_file_called_baseline_takes_the_place_of_the_district_as_it_is(town, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(PLAN.replace('"plan"', '"baseline"', 1), "utf-8")
    assert call("compare", town, own, "--out", tmp_path / "out")[0] == 0
    table = pd.read_csv(tmp_path / "out" / "compare.csv", index_col=["scenario", "stage", "year"])
    assert table.seats[("baseline", "primary", 2025)] == 810  # its step is followed
    assert call("map", town, own, "--out", tmp_path / "map.html")[0] == 0


def test_a_scenario_that_cannot_be_followed_names_file_and_step(town, plan, tmp_path):
    plan.write_text(
        'name = "plan"\n[[intervention]]\nkind = "close"\nschool = "P9"\nyear = 2023\n'
        'source = "test"\n',
        "utf-8",
    )
    status, _, err = call("evaluate", town, "--scenario", plan, "--out", tmp_path / "out")
    assert status == 2
    assert err.startswith("plan.toml: intervention 1: close:")
    assert "P9" in err
    assert "P1" in err  # what would do
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["../away", "a/b", "a:b", ".hidden", "tail "])
def test_a_scenario_may_not_write_outside_its_folder(town, plan, tmp_path, name):
    plan.write_text(f'name = "{name}"\n', "utf-8")
    status, _, err = call("evaluate", town, "--scenario", plan, "--out", tmp_path / "out")
    assert status == 2
    assert "plan.toml: name is" in err
    assert names(tmp_path) == {"plan.toml"}


def test_a_map_is_a_page_for_one_stage_and_year(town, plan, tmp_path):
    page = tmp_path / "map.html"
    assert call("map", town, plan, "--year", 2024, "--out", page)[0] == 0
    assert "新校".encode("ascii", "backslashreplace").decode() in page.read_text("utf-8")
    words = ["--measure", "block_walk", "--language", "en", "--out", page]
    assert call("map", town, *words)[0] == 0
    assert "Walk to the catchment school (m)" in page.read_text("utf-8")
    explorer = tmp_path / "explorer.html"
    assert call("map", town, plan, "--explore", "--language", "en", "--out", explorer)[0] == 0
    assert explorer.stat().st_size > 100_000


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        (["--stage", "college"], "there is no stage 'college'; the stages are kindergarten"),
        (["--year", "1999"], "1999 is outside the forecast, 2020 to 2026"),
        (["--year", "0"], "0 is outside the forecast"),
        (["--year", "soon"], "Invalid value for '--year'"),
        (["--overflow", "fly"], "Invalid value for '--overflow'"),
        (["--measure", "wlak"], "no measure is called wlak; did you mean walk?"),
        (["--measure", "place_seats"], "counts along neither schools nor blocks"),
        (["--tiles", "tianditu"], "want a key in the environment variable TIANDITU_KEY"),
        (["--tiles", "https://tile.example.org/a.png"], "want {z}, {x} and {y} in it"),
    ],
)
def test_a_map_of_a_stage_or_year_that_is_not_there_is_refused(
    town, plan, tmp_path, words, fragment
):
    status, _, err = call("map", town, plan, *words, "--out", tmp_path / "map.html")
    assert status == 2
    assert fragment in err
    assert not (tmp_path / "map.html").exists()


def test_a_file_in_the_place_of_a_folder_is_told(town: Path, tmp_path: Path):
    (tmp_path / "file").write_text("kept")
    status, _, err = call("evaluate", town, "--out", tmp_path / "file")
    assert status == 2
    assert f"{tmp_path / 'file'}: " in err
    assert "want a place that can be written" in err
    assert (tmp_path / "file").read_text() == "kept"


def test_a_folder_does_not_give_way_to_a_file(town: Path, plan: Path, tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "kept.txt").write_text("kept")
    for words in (["forecast", town], ["map", town, plan]):
        status, _, err = call(*words, "--out", tmp_path / "out")
        assert status == 2
        assert "Is a directory; want a place that can be written" in err
    assert names(tmp_path / "out") == {"kept.txt"}


def test_a_folder_that_is_no_run_is_left_alone(town: Path, tmp_path: Path):
    (tmp_path / "out" / "baseline").mkdir(parents=True)
    (tmp_path / "out" / "baseline" / "thesis.docx").write_text("kept")
    status, _, err = call("evaluate", town, "--out", tmp_path / "out")
    assert status == 2
    assert "holds files of its own" in err
    assert names(tmp_path / "out" / "baseline") == {"thesis.docx"}


def test_an_interrupted_run_leaves_the_earlier_one(town, tmp_path, monkeypatch):
    assert call("evaluate", town, "--out", tmp_path / "out")[0] == 0
    before = {p.name: p.read_bytes() for p in (tmp_path / "out" / "baseline").iterdir()}

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("seatplan.results.write_scenario", stop)  # after tables and layers
    result = RUNNER.invoke(app, ["evaluate", str(town), "--out", str(tmp_path / "out")])
    assert result.exit_code == 130  # as a shell tells an interrupted command
    assert names(tmp_path / "out") == {"baseline"}  # and no draft beside it
    assert {p.name: p.read_bytes() for p in (tmp_path / "out" / "baseline").iterdir()} == before


def test_a_solver_without_an_answer_is_a_sentence(town, tmp_path, monkeypatch):
    from seatplan.errors import SolveError

    def give_up(*_: object, **__: object) -> Forecast:
        raise SolveError("transport: no answer within the limit")

    monkeypatch.setattr("seatplan.demand.agreement.forecast_demand", give_up)
    status, _, err = call("forecast", town, "--out", tmp_path / "f.csv")
    assert (status, err.strip()) == (2, "transport: no answer within the limit")


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_a_narrow_console_gets_an_answer(town, plan, tmp_path, encoding):
    run = spawn("compare", town, plan, "--out", tmp_path / "out", PYTHONIOENCODING=encoding)
    assert (run.returncode, run.stderr) == (0, b"")  # silent in a pipe: no bar, no warning
    assert b"2025" in run.stdout
    if encoding == "gbk":
        assert "小镇 学位供需" in run.stdout.decode("gbk")


@pytest.mark.slow
def test_a_narrow_console_gets_a_refusal_too(town: Path, tmp_path: Path):
    folder = tmp_path / "镇 𠮷"  # a character beyond GBK
    shutil.copytree(town, folder)
    write_rows(folder / "population" / "births.csv", ["年"], [[1]])
    run = spawn("check", folder, PYTHONIOENCODING="ascii")
    assert run.returncode == 2
    assert b"Traceback" not in run.stderr
    assert b"births.csv" in run.stderr


def test_help_imports_no_table_library():
    code = (
        "import sys; from typer.testing import CliRunner; from seatplan.cli import app; "
        "CliRunner().invoke(app, ['--help']); "
        "print(sorted({'pandas', 'numpy', 'geopandas', 'scipy', 'rich'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.slow
def test_help_comes_within_a_third_of_a_second():
    def clock() -> float:
        start = time.perf_counter()
        assert spawn("--help").returncode == 0
        return time.perf_counter() - start

    assert min(clock() for _ in range(5)) < 0.3


def test_help_lists_every_verb_in_its_group():
    told = call("--help")[1]
    verbs = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert len(verbs) >= 14
    place = {heading: told.index(f"{heading}:") for heading in ("Data", "Model", "Plan", "Show")}
    assert sorted(place.values()) == list(place.values())
    assert f"{OTHERS}:" not in told, "a verb has no group in verbs/groups.py"
    lines = [
        line.split()[0] for line in told.splitlines() if line.startswith("  ") and line.strip()
    ]
    assert set(verbs) <= set(lines)
    assert place["Data"] < told.index("\n  check") < place["Model"] < told.index("\n  evaluate")
