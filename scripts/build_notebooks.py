"""notebooks/*.py -> the .ipynb beside them, run from top to bottom, with small outputs.

`python scripts/build_notebooks.py [name ...]` (or `make notebooks`). The scripts are what people
edit; the .ipynb are what people read. Pictures are reduced to few colours, and nothing in an output
says when or where it was made.
"""

from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from PIL import Image

FOLDER = Path(__file__).parents[1] / "notebooks"
COLOURS = 96  # of a picture as committed
MOST_BYTES = 1_000_000


def run_notebook(script: Path, *, seconds: int = 60) -> nbformat.NotebookNode:
    """Run a script as a user would run its notebook: kernel python3, in its own folder."""
    notebook = jupytext.read(script)
    for at, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{at:02}"  # the same on every run
    client = NotebookClient(
        notebook,
        timeout=seconds,
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
            if "image/png" in held:
                held["image/png"] = reduce_picture(held["image/png"])
                held.pop("text/plain", None)
    return notebook


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
