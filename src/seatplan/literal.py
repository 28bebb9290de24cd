"""Names are text: no spreadsheet runs them, no page takes them for markup, no terminal obeys."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

# What a spreadsheet takes for the start of a formula, full-width signs of Chinese input included
# (OWASP, "CSV Injection"); apostrophes before it are text already.
FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
NUMBER = re.compile(r"[-+]?(\d[\d,]*\.?\d*|\.\d+)([eE][-+]?\d+)?\s?%?")
MARKUP = re.compile(r"([\\`*_\[\]>|~$@]|<(?=[\w/!?])|&(?=#?\w+;)|#(?=#*$))")
BLOCK = re.compile(r"^((?=[-+#=])|\d+(?=[.)](?:\s|$)))(.)")  # opens a list, a heading, a rule
LINK = re.compile(r"(https?|ftp|mailto|www)([:.])", re.IGNORECASE)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def quote_cell(text: str) -> str:
    """Return text as a cell of a CSV that no spreadsheet runs; numbers stay numbers.

    An apostrophe stands before what would start a formula; `unquote_cell` takes it away.

    >>> quote_cell("=1+1"), quote_cell("-12"), quote_cell("东关小学")
    ("'=1+1", '-12', '东关小学')
    """
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def unquote_cell(text: str) -> str:
    """Return the text that `quote_cell` made a cell of.

    >>> unquote_cell("'=1+1"), unquote_cell("'t Hof")
    ('=1+1', "'t Hof")
    """
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def spell_table(table: pd.DataFrame, *, index: bool = True) -> str:
    """Return a table as CSV with line feeds whose texts no spreadsheet runs.

    Parameters
    ----------
    index
        Whether the labels of the rows are columns of the file.
    """
    from pandas.api.types import is_numeric_dtype

    shown = table.copy(deep=False)
    for at, dtype in enumerate(table.dtypes):
        if not is_numeric_dtype(dtype):
            cells = table.iloc[:, at].astype(object)
            texts = {cell for cell in cells if isinstance(cell, str)}
            if any(quote_cell(text) != text for text in texts):
                cells = cells.map(_quote, na_action="ignore")
            shown.isetitem(at, cells.to_numpy())
    shown.index, shown.columns = _quote_labels(table.index), _quote_labels(table.columns)
    text = shown.to_csv(index=index, lineterminator="\n")
    if "\r" not in text:
        return text
    # what stands after a return in the middle of a cell would open a line of its own
    return shown.to_csv(index=index, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)


def _quote(cell: object) -> object:
    return quote_cell(cell) if isinstance(cell, str) else cell


def _quote_labels(labels: pd.Index) -> pd.Index:
    """Return labels of rows or columns as cells, under names that are cells."""
    from pandas import MultiIndex
    from pandas.api.types import is_numeric_dtype

    names = [_quote(name) for name in labels.names]
    if isinstance(labels, MultiIndex):
        texts = [[_quote(label) for label in level] for level in labels.levels]
        return labels.set_levels(texts).set_names(names)
    if is_numeric_dtype(labels.dtype):
        return labels.set_names(names)
    return labels.map(_quote).set_names(names)


def show_signs(text: str) -> str:
    r"""Return text with control characters spelled out, so that no terminal obeys them.

    >>> show_signs("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(
        sign if sign in "\n\t" or sign.isprintable() or sign == "\u3000" else ascii(sign)[1:-1]
        for sign in text
    )


def show_controls(text: str) -> str:
    r"""Return text with the signs spelled out that no document of Word can hold.

    >>> show_controls("a\x1bb")
    'a\\x1bb'
    """
    return CONTROL.sub(lambda sign: ascii(sign[0])[1:-1], text)


def escape_markup(text: object, *, opens: bool = True) -> str:
    r"""Return a text as Markdown that shows it as it is, on one line.

    Parameters
    ----------
    opens
        Whether it may open a line, where a sign such as # would make a heading of it.

    >>> escape_markup("plan [draft] *new* <b>")
    'plan \\[draft\\] \\*new\\* \\<b\\>'
    """
    line = MARKUP.sub(r"\\\1", " ".join(show_signs(str(text)).split()))
    return LINK.sub(r"\1\\\2", BLOCK.sub(r"\1\\\2", line) if opens else line)


def spell_code(text: object) -> str:
    """Return a text as code of Markdown, fenced by more backticks than it holds.

    >>> spell_code("plan-2025"), spell_code("a`b")
    ('`plan-2025`', '``a`b``')
    """
    line = " ".join(show_signs(str(text)).split())
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    room = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{room}{line}{room}{fence}"


def fit_name(text: str) -> str:
    """Return text as part of the name of a file that every system holds, without folders.

    >>> fit_name("../a:b")
    '.._a_b'
    """
    return UNFIT.sub("_", text)[:60].rstrip(". ") or "_"
