"""Every word stands in the catalogue, in both languages, and is used."""

import re
from pathlib import Path

import pytest

from seatplan.district.stages import SLOT
from seatplan.views import catalogue
from seatplan.views.catalogue import FILES, format_count, read_catalogue, read_phrases, say

VIEWS = Path(catalogue.__file__).parent
REPORT = VIEWS.parent / "report"
# Sections whose phrases are chosen by a code in the data.
OPEN = ["figure", "layer", "symbol", "column", "side", "provenance", "ownership", "setting"]
OPEN += ["heading", "judged", "step", "level", "tab", "about", "finding", "checked", "operator"]
OPEN += ["measure", "folium", "audit", "cell", "closing", "gis", "warn", "refusal"]
OPEN += ["admission", "remedy", "plate", "ensemble", "trade"]
OPEN += ["rural", "swing", "chance", "nation"]
OPEN += ["assess", "monitor", "why", "console", "rezone"]

FILES_OF_A_PAGE = (".js", ".py", ".css", ".html", ".toml", "_")


def used_phrases() -> set[str]:
    sources = [
        path.read_text("utf-8")
        for path in [*VIEWS.rglob("*"), *REPORT.rglob("*")]
        if path.suffix in {".py", ".js", ".html"}
    ]
    words = set()
    for text in sources:
        words |= set(re.findall(r"[\"'`]([a-z]+\.[a-z_]+)[\"'`]", text))
    return words


def test_every_phrase_that_a_page_uses_is_there():
    sections = {key.split(".")[0] for key in read_phrases()}
    used = {word for word in used_phrases() if word.split(".")[0] in sections}
    assert not {
        word for word in used if word not in read_phrases() and not word.endswith(FILES_OF_A_PAGE)
    }


def test_no_phrase_is_left_over():
    left = set(read_phrases()) - used_phrases()
    assert not {key for key in left if key.split(".")[0] not in OPEN and "card.rule_" not in key}


def test_both_languages_fill_the_same_slots():
    for key, label in read_phrases().items():
        slots = [{slot for slot, *_ in SLOT.findall(text)} for text in (label.zh, label.en)]
        assert slots[0] == slots[1], key


def test_a_word_goes_by_its_number():
    assert say("draft.blocks", "en", n=1) == "1 block"
    # no brace of a phrase is read as text: each is a slot, or a choice of two words
    for key, label in read_phrases().items():
        assert not set("{}") & set(SLOT.sub("", label.zh + label.en)), key


def test_no_phrase_stands_in_two_files():
    files = [read_catalogue(name) for name in FILES]
    assert sum(map(len, files)) == len(read_phrases())


def test_a_value_with_braces_stays_as_it_is():
    assert say("figure.year", "zh", year="{year} {{7*7}}") == "{year} {{7*7}} 年"


def test_a_phrase_that_is_not_there_is_an_error():
    with pytest.raises(KeyError):
        say("figure.nothing", "zh")


def test_counts_have_separators_and_a_true_minus():
    counts = [format_count(n, signed=True) for n in (-1234567, -0.4, 0, 999, 1000)]
    assert counts == ["−1,234,567", "0", "0", "+999", "+1,000"]
