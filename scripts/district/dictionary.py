"""The data dictionary: each column's type, unit and origin, kept in `dictionary.csv`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
COLUMNS = ["file", "column", "provenance", "source", "note", "source_zh", "note_zh"]


def read_dictionary() -> pd.DataFrame:
    """Read type, unit, provenance, source and note of every column, the last two in Chinese too."""
    return pd.read_csv(HERE / "dictionary.csv", dtype=str, keep_default_na=False)


def tabulate_provenance(dictionary: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `provenance.csv`: columns that label or comment have none."""
    return dictionary.loc[dictionary["provenance"] != "", COLUMNS]


def describe_data(dictionary: pd.DataFrame) -> str:
    """Return `data/README.md`: the prose of `README.in.md` and a table for each file."""
    parts: list[str] = []
    for file, rows in dictionary.groupby("file", sort=False):
        parts += [f"### `{file!s}`", "", "| column | type | unit | provenance | source, note |"]
        parts += ["|---|---|---|---|---|"]
        parts += [
            f"| {r['column']} | {r['type']} | {r['unit']} | {r['provenance']} | "
            f"{'; '.join(text for text in (r['source'], r['note']) if text)} |"
            for r in rows.to_dict("records")
        ]
        parts.append("")
    prose = (HERE / "README.in.md").read_text(encoding="utf-8")
    return prose.replace("{dictionary}", "\n".join(parts).rstrip())
