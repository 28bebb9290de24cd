"""Noto Sans CJK SC -> the small font that seatplan's pictures are written in.

`python scripts/subset_font.py NotoSansCJK-Regular.ttc` (Debian: fonts-noto-cjk). It keeps the
characters of GB 2312, the signs pictures need, and whatever else the district's files hold; it is
renamed, for a changed font is not the original. A second run writes the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from fontTools import subset

ROOT = Path(__file__).parents[1]
FONT = ROOT / "src/seatplan/views/assets/noto-sans-sc/NotoSansSC-GB2312.otf"
FAMILY = "Noto Sans SC GB2312"
SIMPLIFIED = 2  # the face of the collection with mainland forms
SIGNS = "−–—…·•±×÷≤≥≠≈→←↑↓‰℃²³½′″㎡〓"
WORDS = ("data/*.geojson", "data/*.csv", "data/*.toml", "scenarios/*.toml", "src/**/*.toml")


def list_characters() -> set[str]:
    """Return every character that the font keeps."""
    rows, cells = range(0xA1, 0xF8), range(0xA1, 0xFF)
    plane = "".join(bytes([row, cell]).decode("gb2312", "ignore") for row in rows for cell in cells)
    files = {path for pattern in WORDS for path in ROOT.glob(pattern)}
    texts = (path.read_text("utf-8") for path in sorted(files))
    latin = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))}
    return latin | set(plane) | set(SIGNS) | set().union(*texts)


def subset_font(collection: Path, characters: set[str]) -> subset.TTFont:
    """Return the simplified Chinese face of a Noto Sans CJK collection with few characters."""
    options = subset.Options(
        font_number=SIMPLIFIED,
        layout_features=["kern"],
        hinting=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 13, 14],
        recalc_timestamp=False,
    )
    font = subset.load_font(str(collection), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(sorted(characters)))
    subsetter.subset(font)
    spoken = {1: FAMILY, 4: FAMILY, 6: FAMILY.replace(" ", "")}
    for number, text in spoken.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames[0] = spoken[6]
    top.topDictIndex[0].FullName = top.topDictIndex[0].FamilyName = FAMILY
    return font


def main() -> None:
    """Write the font and say its hash, which goes into the manifest of the assets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("collection", type=Path)
    collection = parser.parse_args().collection
    FONT.parent.mkdir(parents=True, exist_ok=True)
    subset_font(collection, list_characters()).save(FONT)
    print(FONT.relative_to(ROOT), hashlib.sha256(FONT.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
