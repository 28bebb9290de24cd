"""Every word and every name has its characters, and matplotlib is left as it was."""

from pathlib import Path

import matplotlib as mpl

from seatplan.district.reading import read_district
from seatplan.views.catalogue import read_catalogue
from seatplan.views.typeface import FONT_FILE, draw_page, read_typeface, spell

ROOT = Path(__file__).parents[2]


def test_the_font_holds_every_word_and_every_name_of_the_district():
    district = read_district(ROOT / "data")
    texts = [label.zh + label.en for label in read_catalogue().values()]
    texts += [*district.zones.name, *district.schools.name]
    _, known = read_typeface()
    assert {sign for text in texts for sign in text if ord(sign) not in known} == set()
    assert len(known) > 7000  # GB 2312 has 6,763 characters and 682 signs
    assert FONT_FILE.stat().st_size < 2_000_000


def test_a_character_that_the_font_lacks_is_marked_and_warns_nobody():
    assert spell("𠮷田 <b>") == "〓田 <b>"


def test_settings_are_as_before_and_late_ticks_keep_the_typeface(tmp_path):
    before = dict(mpl.rcParams)
    with draw_page(3, 2) as figure:
        axes = figure.add_axes((0.2, 0.2, 0.7, 0.7))
        axes.plot([2020, 2025], [1, 2])
        axes.set_title(spell("学位 $x$ −5"))
    assert dict(mpl.rcParams) == before
    family, _ = read_typeface()
    assert {label.get_fontfamily()[0] for label in axes.get_xticklabels()} == {family}
    figure.savefig(tmp_path / "page.png")  # a missing character would warn, and a warning fail
    assert (tmp_path / "page.png").stat().st_size > 1000
