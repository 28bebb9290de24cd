"""Write docs/reference.md: every public name of seatplan with its signature and docstring.

Run from the root of a checkout: `python scripts/build_reference.py`.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import seatplan

TARGET = Path(__file__).parents[1] / "docs" / "reference.md"
HEAD = """# Reference

Every public name of `seatplan`, as `import seatplan as sp` gives it. Made from the docstrings by
`scripts/build_reference.py`; a change is made there, not here.
"""


def write_reference() -> str:
    """Return the reference as Markdown, the names in order of the alphabet."""
    return "\n".join([HEAD, *(describe(name) for name in seatplan.__all__)])


def describe(name: str) -> str:
    """Return one public name: its signature and its docstring."""
    item = getattr(seatplan, name)
    if not callable(item):
        return f"## {name}\n\n`{type(item).__name__}`, from `seatplan.{home(name)}`.\n"
    told = inspect.getdoc(item) or ""
    return f"## {name}\n\n```python\n{name}{sign(item)}\n```\n\n```text\n{told}\n```\n"


def home(name: str) -> str:
    """Return the module in which a public name lives."""
    return str(seatplan._HOMES[name])


def sign(item: Any) -> str:
    """Return the signature, one parameter a line where there are several."""
    signature = inspect.signature(item)
    parts, starred = [], False
    for parameter in signature.parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            parts.append("*")
            starred = True
        parts.append(tell(parameter, item))
    returned = signature.return_annotation
    ends = "" if returned in (inspect.Signature.empty, None, "None") else f" -> {returned}"
    if len(parts) < 2:
        return f"({''.join(parts)}){ends}"
    return "(\n" + "".join(f"    {part},\n" for part in parts) + f"){ends}"


def tell(parameter: inspect.Parameter, item: Any) -> str:
    """Return a parameter as it is written: name, type and default."""
    written = parameter.annotation
    for base in getattr(item, "__mro__", ()):
        found = inspect.get_annotations(base)
        if parameter.name in found:
            written = found[parameter.name]
            break
    stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(parameter.kind.name, "")
    text = f"{stars}{parameter.name}"
    if written is not inspect.Parameter.empty:
        text += f": {written}"
    if parameter.default is not inspect.Parameter.empty:
        text += f" = {parameter.default!r}"
    return text


if __name__ == "__main__":
    TARGET.write_text(write_reference(), encoding="utf-8", newline="\n")
