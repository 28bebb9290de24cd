"""What check finds, in the planner's language: the sentences of `doubts.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

INSIDE = r"(?:(?!: |; ).)*?"  # what a slot may hold: no part of the sentence about it
SLOT = re.compile(r"\{(\w+)\}")
ALIKE = re.compile(r"(.*) \(and ([\d,]+) more like it\)", re.DOTALL)
FILE = re.compile(r"([^:]+\.[a-z]{3,7}): (.+)", re.DOTALL)
PLACE = re.compile(r"((?:row|feature) \d[\d.]*(?: \(id [^)]*\))?)(, |: | )(.+)", re.DOTALL)
CELL = re.compile(r"(column|property) (\S+): (.*?); (.+)", re.DOTALL)
HEAD = re.compile(r"(?:property (\S+)|([\w-]+)): (.+)", re.DOTALL)


def say_finding(sentence: str, language: str) -> str:
    """Return a finding in a language; one that nobody has put into words there stays English.

    Parameters
    ----------
    sentence
        As `group_findings` yields it: file, place, what was found, what would do.
    language
        "zh" or "en".

    >>> line = "a.csv: row 3, column ratio: 1.9; want about 1.00, as at the other ages"
    >>> say_finding(line + " (1 = nobody moves) (and 2 more like it)", "zh")
    'a.csv：第 3 行 ratio 列：1.9；应约为 1.00，与其他年龄相当（1 为无人迁移）（另有 2 处同类）'
    """
    if language != "zh":
        return sentence
    if alike := ALIKE.fullmatch(sentence):
        one = say_finding(alike[1], language)
        return f"{one}（另有 {alike[2]} 处同类）" if one != alike[1] else sentence
    file, rest = "", sentence
    if match := FILE.fullmatch(sentence):
        file, rest = f"{match[1]}：", match[2]
    said = _say_rest(rest)
    return sentence if said is None else file + said


def _say_rest(rest: str) -> str | None:
    """Return what follows the file, in Chinese; None where nobody has put it into words."""
    place, head = PLACE.fullmatch(rest), HEAD.fullmatch(rest)
    said = _say_place(place[1], place[3]) if place else None
    said = said or _match(rest, "finding")
    if said is None and head and (found := _match(head[3], "finding")):
        return f"{head[1] or head[2]}：{found}"
    return said


def _say_place(place: str, left: str) -> str | None:
    """Return what is said of a row, or of a cell in it."""
    where, cell = _match(place, "part"), CELL.fullmatch(left)
    if cell is None:
        return f"{where}：{said}" if (said := _say_rest(left)) else None
    noun, shown = ("列" if cell[1] == "column" else "属性"), cell[3].replace("empty", "空")
    said = _match(cell[4], "finding")
    return f"{where} {cell[2]} {noun}：{shown}；{said}" if said else None


def _match(text: str, group: str) -> str | None:
    """Return the words of a group for a text, what stands in its slots told as parts."""
    for pattern, words in _read_words()[group]:
        if match := pattern.fullmatch(text):
            found = match.groupdict()
            pieces = SLOT.split(words)
            for at in range(1, len(pieces), 2):
                own = found[pieces[at]]
                pieces[at] = _match(own, "part") or own
            return "".join(pieces)
    return None


@cache
def _read_words() -> dict[str, list[tuple[re.Pattern[str], str]]]:
    """Return the English of each sentence as a pattern, and its Chinese."""
    text = Path(__file__).with_name("doubts.toml").read_text("utf-8")
    return {
        group: [(_compile(english), chinese) for english, chinese in pairs.items()]
        for group, pairs in tomllib.loads(text).items()
    }


def _compile(english: str) -> re.Pattern[str]:
    pieces = SLOT.split(english)
    told = [
        f"(?P<{piece}>{INSIDE})" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)
    ]
    return re.compile("".join(told), re.DOTALL)
