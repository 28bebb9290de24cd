"""One set of colours, in Python and in the style sheet."""

import re
from pathlib import Path

import numpy as np

from seatplan.views import explorer
from seatplan.views.palette import BREAKS, CLASS_COLOURS, COLOURS, HATCH, classify_balance

STYLE = Path(explorer.__file__).with_name("page") / "page.css"


def test_every_bound_belongs_to_the_class_nearer_to_even():
    # seven classes: below -300, to -150, to -50, even, from 50, from 150, above 300
    balances = np.array([-5000, -301, -300, -151, -150, -51, -50, 0, 50, 51, 150, 151, 300, 301])
    assert classify_balance(balances).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6]
    assert len(CLASS_COLOURS) == len(BREAKS) + 1


def test_the_style_sheet_uses_the_colours_of_the_palette():
    declared = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", STYLE.read_text("utf-8")))
    assert declared.items() <= COLOURS.items()
    assert HATCH in STYLE.read_text("utf-8")


def brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def test_text_stands_out_from_what_it_is_written_on():
    # WCAG 2.2, 1.4.3: at least 4.5 to 1
    for text, ground in (
        ("ink", "panel"),
        ("muted", "panel"),
        ("shortage", "panel"),
        ("ink", "ground"),
    ):
        light, dark = sorted(
            (brightness(COLOURS[text]), brightness(COLOURS[ground])), reverse=True
        )[:2]
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)
