"""The notebooks read well as committed, are in step with their scripts, and run."""

import ast
import json
import re
import resource
from functools import cache
from pathlib import Path

import jupytext
import nbformat
import pytest

from build_notebooks import run_notebook

FOLDER = Path(__file__).parents[1] / "notebooks"
SCRIPTS = sorted(FOLDER.glob("[0-9]*.py"))
NAMES = [script.stem for script in SCRIPTS]
CHAPTERS = [script for script in SCRIPTS if script.stem[:2] in ("01", "02", "03")]
QUICK = ("01_follow_one_pupil", "02_today")  # run by every `make test`, the others by `make slow`
RUN = [
    pytest.param(script, id=script.stem, marks=() if script.stem in QUICK else pytest.mark.slow)
    for script in SCRIPTS
]
EACH = pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)


@cache
def read_pair(script):
    return nbformat.read(script.with_suffix(".ipynb"), as_version=4)


def join_outputs(notebook):
    """Everything that a reader sees beside the cells, but for the pictures."""
    texts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            shown = {**output.get("data", {}), "text": output.get("text", "")}
            texts += [str(text) for kind, text in shown.items() if not kind.startswith("image/")]
    return "\n".join(texts)


def test_the_three_chapters_are_there():
    names = [script.stem for script in CHAPTERS]
    assert names == ["01_follow_one_pupil", "02_today", "03_new_builds"]


@EACH
def test_a_notebook_is_in_step_with_its_script(script):
    edited = jupytext.read(script).cells
    shown = read_pair(script).cells
    assert [(cell.cell_type, cell.source) for cell in shown] == [
        (cell.cell_type, cell.source) for cell in edited
    ]


@EACH
def test_a_notebook_is_committed_with_its_outputs_and_small(script):
    assert script.with_suffix(".ipynb").stat().st_size < 1_000_000
    cells = [cell for cell in read_pair(script).cells if cell.cell_type == "code"]
    runs = [cell.execution_count for cell in cells]
    assert runs == list(range(1, len(cells) + 1))  # run once, from top to bottom
    kinds = {kind for cell in cells for output in cell.outputs for kind in output.get("data", {})}
    assert {"text/html", "image/png"} <= kinds
    assert not [
        output for cell in cells for output in cell.outputs if output.output_type == "error"
    ]
    assert not [output for cell in cells for output in cell.outputs if "name" in output]  # stderr


@EACH
def test_no_output_says_when_or_where_it_was_made(script):
    text = join_outputs(read_pair(script))
    assert len(text) > 1000
    assert not re.search(r"/(home|root|tmp|work|Users|usr)/|[A-Z]:\\", text)
    assert not re.search(r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d| at 0x", text)
    metadata = [cell.metadata for cell in read_pair(script).cells]
    assert all("execution" not in entry for entry in metadata)


@pytest.mark.parametrize("script", CHAPTERS, ids=lambda script: script.stem)
def test_no_figure_in_the_prose_is_typed(script):
    """A number of two digits or more in a paragraph comes from a table, or is not there."""
    prose = [
        re.sub(r"`[^`]*`", "", cell.source)
        for cell in jupytext.read(script).cells
        if cell.cell_type == "markdown"
    ]
    told = [
        part.value
        for node in ast.walk(ast.parse(script.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tell"
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]
    spoken = [text for text in [*prose, *told] if re.search(r"[一-鿿]", text)]
    assert len(spoken) > 20
    assert [text for text in spoken if re.search(r"\d\d", text)] == []


def test_the_picture_of_the_readme_is_there_and_small():
    picture = FOLDER.parent / "docs" / "map.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert 50_000 < picture.stat().st_size < 400_000


def read_figures(notebook):
    """The numbers that each cell shows as text: of tables, sentences and prints, not of maps."""
    return [
        re.findall(r"\d[\d,]*(?:\.\d+)?", "\n".join(map(tell_output, cell.outputs)))
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def tell_output(output):
    data = output.get("data", {})
    table = data.get("text/html", "")
    if "image/png" in data or "srcdoc=" in table:
        return ""
    shown = data.get("text/markdown") or table or data.get("text/plain") or output.get("text", "")
    return "" if " at 0x" in shown else re.sub(r"(?s)<style.*?</style>|<[^>]*>", " ", shown)


def test_figures_are_read_from_tables_and_sentences_alone():
    shown = [{"data": {"text/html": "<style>a1{}</style><td class='c2'>3,456</td>"}}]
    shown += [{"data": {"text/markdown": "7.5 人", "text/plain": "8"}}, {"text": "9"}]
    shown += [{"data": {"image/png": "1", "text/plain": "2"}}]
    cell = nbformat.from_dict({"cell_type": "code", "outputs": shown})
    assert read_figures(nbformat.from_dict({"cells": [cell]})) == [["3,456", "7.5", "9"]]


@pytest.mark.parametrize("script", RUN)
def test_a_notebook_runs_within_a_minute_and_shows_what_is_committed(script):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run_notebook(script)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert 1 < spent < 60  # seconds of work, however busy the machine is
    streams = [o for cell in done.cells for o in cell.get("outputs", []) if "name" in o]
    assert json.dumps(streams) == "[]"  # no warning, no stray print
    assert read_figures(done) == read_figures(read_pair(script)), "run make notebooks"
