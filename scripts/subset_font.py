"""Cut the font of seatplan's pictures out of Noto Sans CJK SC: GB 2312 and the signs we draw.

Run on a machine with Debian's fonts-noto-cjk; the result is committed, with its licence.
"""

from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
TARGET = Path("src/seatplan/views/assets/noto-sans-sc/SeatplanSansSC-Regular.otf")
FAMILY = "Seatplan Sans SC"
SIGNS = "−·…—–“”‘’≤≥×÷±°′″①②③④⑤⑥⑦⑧⑨⑩㎡²³▲◆◈⊕○●△◇□■〇〔〕％～　"
UNUSED = ["VORG", "vhea", "vmtx", "BASE", "GPOS", "GSUB", "GDEF"]


def list_characters() -> str:
    """Return Latin-1, every character of GB 2312, and the signs."""
    latin = [chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100))]
    rows = [bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF)]
    chinese = [pair.decode("gb2312", errors="ignore") for pair in rows]
    return "".join(sorted({*latin, *chinese, *SIGNS} - {""}))


def pick_face(name: str) -> TTFont:
    """Return the face of the collection that is called `name`."""
    fonts = TTCollection(SOURCE).fonts
    return next(font for font in fonts if font["name"].getDebugName(4) == name)


def rename(font: TTFont) -> None:
    """Name the cut-out, so that nobody takes it for the whole font."""
    plain = FAMILY.replace(" ", "")
    names = {1: FAMILY, 4: FAMILY, 16: FAMILY, 3: f"2.004;{plain}", 6: f"{plain}-Regular"}
    for record in font["name"].names:
        record.string = names.get(record.nameID, record.string)
    font["CFF "].cff.fontNames[0] = f"{plain}-Regular"


def main() -> None:
    """Write the font."""
    options = subset.Options(
        layout_features=[], hinting=False, name_IDs=["*"], recalc_timestamp=False
    )
    options.drop_tables += UNUSED
    font = pick_face("Noto Sans CJK SC")
    cutter = subset.Subsetter(options)
    cutter.populate(text=list_characters())
    cutter.subset(font)
    rename(font)
    font.save(TARGET)


if __name__ == "__main__":
    main()
