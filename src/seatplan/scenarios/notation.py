"""Steps as TOML: read with every fault in a sentence, written so that they read back equal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from seatplan.errors import ScenarioError
from seatplan.files import suggest
from seatplan.scenarios.interventions import KINDS, Intervention

# pydantic's type of error -> what would do; {name} stands for a bound that the field sets
WOULD_DO = {
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "string_type": "text in quotes",
    "string_pattern_mismatch": "text that is not blank",
    "dict_type": "a table such as {{primary = 6}}",
    "model_type": "a table such as {{setting = 'rural'}}",
    "tuple_type": "a list",
    "too_short": "at least {min_length} entries",
    "too_long": "at most {max_length} entries",
    "literal_error": "one of {expected}",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than_equal": "at most {le:g}",
}


def read_step(table: Mapping[str, Any]) -> Intervention:
    """Read one `[[intervention]]`.

    Raises
    ------
    ScenarioError
        With a sentence for each field that cannot be used; none names the file yet.
    """
    if not isinstance(table, Mapping):
        raise ScenarioError(f"should be a table of keys; got {show(table)}")
    fields = dict(table)
    kind = fields.pop("kind", None)
    if kind is None:
        raise ScenarioError(f"says no kind{suggest('', KINDS)}")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ScenarioError(f"no intervention is of kind {show(kind)}{suggest(str(kind), KINDS)}")
    try:
        return KINDS[kind](**fields)
    except ValidationError as faults:
        true = [fault for fault in faults.errors() if not _is_false(fault)]
        raise ScenarioError(_explain(KINDS[kind], fault) for fault in true) from None


def _is_false(fault: Any) -> bool:
    """Say whether pydantic calls a list too short for entries that have a fault of their own."""
    short = fault["type"] == "too_short"
    return short and len(fault["input"]) >= int(fault["ctx"]["min_length"])


def list_fields(step: Intervention) -> dict[str, Any]:
    """Return a step as plain fields, its kind first, without those left at their default."""
    return {"kind": step.kind, **step.model_dump(exclude_defaults=True, exclude_none=True)}


def write_tables(tables: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Write tables as TOML; a heading of "" is the top of the file."""
    parts = []
    for heading, table in tables:
        head = [heading] if heading else []
        parts.append("\n".join([*head, *(f"{_key(key)} = {show(table[key])}" for key in table)]))
    return "\n\n".join(parts) + "\n"


def show(value: object) -> str:
    """Write a value as TOML does.

    >>> show({"primary": 36, "at": [106.2, 38.0], "name": "东", "open": True})
    '{primary = 36, at = [106.2, 38.0], name = "东", open = true}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {show(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(show(item) for item in value) + "]"
    if isinstance(value, (str, bool)):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else show(key)


def _explain(model: type[Intervention], fault: Any) -> str:
    """Put one fault that pydantic found into a sentence: what was found, what would do."""
    place = [str(part) for part in fault["loc"]]
    path = ".".join(place)
    holder = model if len(place) < 2 else _find_table(model, place[0])
    takes = _list_keys(holder)
    if fault["type"] == "extra_forbidden":
        head = " ".join([model.kind, *place[:-1]])
        return f"{head} takes {', '.join(takes)}; got {place[-1]}{_guess(place[-1], takes)}"
    if fault["type"] == "missing" and place[-1].isdigit():
        list_name = ".".join(place[:-1])
        return f"{model.kind}: {list_name} should have more entries; got {show(fault['input'])}"
    if fault["type"] == "missing":
        return f"{model.kind} needs {path}; it takes {', '.join(takes)}"
    if fault["type"] == "value_error":
        return f"{model.kind} {path + ' ' if path else ''}{fault['ctx']['error']}"
    wanted = WOULD_DO.get(fault["type"])
    would_do = wanted.format(**fault.get("ctx", {})) if wanted else fault["msg"]
    return f"{model.kind}: {path} should be {would_do}; got {show(fault['input'])}"


def _list_keys(model: Any) -> list[str]:
    """Return the keys that a step or table takes, those needed first."""
    fields = model.model_fields
    first = [name for name in fields if fields[name].is_required()]
    return first + [name for name in fields if name not in first]


def _find_table(model: type[Intervention], field: str) -> Any:
    """Return the model of a field that is a table of its own, such as `where`."""
    annotation = model.model_fields[field].annotation
    members = getattr(annotation, "__args__", (annotation,))
    return next((member for member in members if hasattr(member, "model_fields")), model)


def _guess(word: str, known: list[str]) -> str:
    hint = suggest(word, known)
    return f" ({hint.removeprefix('; ').rstrip('?')}?)" if "did you mean" in hint else ""
