"""Committed outputs are small and say nothing of the machine that made them."""

import base64
import io

import nbformat
from PIL import Image

from build_notebooks import COLOURS, reduce_notebook, reduce_picture


def encode(picture):
    page = io.BytesIO()
    picture.save(page, "PNG")
    return base64.b64encode(page.getvalue()).decode("ascii")


def decode(text):
    return Image.open(io.BytesIO(base64.b64decode(text)))


def test_a_picture_keeps_its_size_and_loses_colours_and_bytes():
    whole = encode(Image.linear_gradient("L").convert("RGB"))  # 256 x 256, 256 shades
    few = reduce_picture(whole)
    assert decode(few).size == (256, 256)
    assert len(decode(few).convert("RGB").getcolors()) <= COLOURS
    assert reduce_picture(whole) == few  # the same bytes on every run


def test_a_notebook_forgets_which_python_ran_it():
    picture = encode(Image.new("RGB", (4, 4), "#1f5b7a"))
    shown = nbformat.v4.new_output(
        "display_data", {"image/png": picture, "text/plain": "<Figure at 0x7f>"}
    )
    cell = nbformat.v4.new_code_cell("draw()", outputs=[shown])
    notebook = nbformat.v4.new_notebook(
        cells=[cell], metadata={"language_info": {"name": "python", "version": "3.11.7"}}
    )
    reduced = reduce_notebook(notebook)
    assert "language_info" not in reduced.metadata
    assert list(reduced.cells[0].outputs[0].data) == ["image/png"]
