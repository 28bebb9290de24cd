"""notebooks/*.py -> the .ipynb beside them, run from top to bottom, with small outputs.

`python scripts/build_notebooks.py [name ...]` (or `make notebooks`). The scripts are what people
edit; the .ipynb are what people read. Pictures are reduced to few colours, and nothing in an output
says when or where it was made. A folium map, which whoever runs a notebook can move, is committed
as a picture of itself; that needs Chromium and playwright.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parents[1] / "notebooks"
COLOURS = 96  # of a picture as committed
MOST_BYTES = 1_000_000
GUARD = 600  # seconds by the clock after which a cell or a map is given up; a machine may be busy
MAP_SIZE: Any = {"width": 960, "height": 720}  # pixels, of the picture of a map


def run_notebook(script: Path, *, seconds: int = GUARD) -> nbformat.NotebookNode:
    """Run a script as a user would run its notebook: kernel python3, in its own folder.

    `seconds`: of a cell by the clock; how much work there is, the tests hold.
    """
    notebook = jupytext.read(script)
    for at, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{at:02}"  # the same on every run
    client = NotebookClient(
        notebook,
        timeout=seconds,
        startup_timeout=seconds,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(script.parent)}},
    )
    done: nbformat.NotebookNode = client.execute()
    return done


def reduce_notebook(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Reduce the pictures of a notebook, and forget which Python ran it; returns the same."""
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            held: dict[str, Any] = output.get("data", {})
            if "srcdoc=" in held.get("text/html", ""):
                held["image/png"] = picture_map(held.pop("text/html"))
            if "image/png" in held:
                held["image/png"] = reduce_picture(held["image/png"])
                held.pop("text/plain", None)
            if len(held) > 1 and " at 0x" in held.get("text/plain", ""):
                held.pop("text/plain")  # where an object lay says nothing, and differs by run
    return notebook


def picture_map(frame: str) -> str:
    """Return a PNG (base64) of a folium map, given what it shows in a notebook."""
    page_text = html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1])  # type: ignore[index]
    with sync_playwright() as play, TemporaryDirectory() as folder:
        path = Path(folder) / "map.html"
        path.write_text(page_text, encoding="utf-8")
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        page = browser.new_page(viewport=MAP_SIZE)
        page.set_default_timeout(1000 * GUARD)
        page.goto(path.as_uri())
        page.wait_for_selector("body[data-ready=yes]")
        page.wait_for_timeout(400)
        picture = page.screenshot()
        browser.close()
    return base64.b64encode(picture).decode("ascii")


def reduce_picture(encoded: str) -> str:
    """Return a PNG (base64) in few colours."""
    picture = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    page = io.BytesIO()
    few.save(page, "PNG", optimize=True)
    return base64.b64encode(page.getvalue()).decode("ascii")


def main() -> None:
    """Run the notebooks named on the command line, or all of them."""
    scripts = sorted(FOLDER.glob("[0-9]*.py"))
    chosen = [script for script in scripts if script.stem in (sys.argv[1:] or [script.stem])]
    for script in chosen:
        notebook = reduce_notebook(run_notebook(script))
        text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
        if len(text.encode()) >= MOST_BYTES:
            sys.exit(f"{script.stem}: {len(text.encode()):,} bytes; reduce its pictures")
        script.with_suffix(".ipynb").write_text(text, encoding="utf-8", newline="\n")
        print(f"{script.stem}.ipynb {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
