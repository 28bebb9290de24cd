"""What a TOML file may say, and everything that is wrong with one, each in a sentence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from seatplan.errors import InputError
from seatplan.files import read_text, suggest

Model = TypeVar("Model", bound="Declaration")


class Declaration(BaseModel):
    """What a TOML file may say: frozen, strict about types, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def read_declaration(path: Path, model: type[Model], name: str = "") -> Model:
    """Return a TOML file as `model`; InputError with one sentence for each fault."""
    name = name or path.name
    return check_declaration(read_text(path, name), model, name)


def read_declaration_or(path: Path | None, model: type[Model], room: str, name: str) -> Model:
    """Return a TOML file as `model`; where none is given, the one shipped in a room of seatplan.

    `room` is the package that holds it, such as "seatplan.findings", and `name` its file.
    """
    if path is not None:
        return read_declaration(path, model)
    return check_declaration(files(room).joinpath(name).read_text("utf-8"), model, name)


def check_declaration(text: str, model: type[Model], name: str) -> Model:
    """Return TOML text as `model`; `name` is what sentences call the file."""
    try:
        return model.model_validate(parse_toml(text, name))
    except ValidationError as error:
        problems = [_fault(dict(item), text, model) for item in error.errors()]
        raise InputError([f"{name}: {problem}" for problem in problems]) from error


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """Return TOML text as plain values; InputError naming line and column where it is not TOML."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise InputError(f"{name}: nested too deep; want key = value") from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", str(error))
        what = found[1] if found else str(error)
        place = f"line {found[2]}, column {found[3]}" if found and found[2] else "at the end"
        raise InputError(f"{name}: {place}: not TOML ({what}); want key = value") from error


def _fault(error: Mapping[str, Any], text: str, model: type[BaseModel]) -> str:
    """Return one fault that pydantic found as "line 4, key name.zh: found; want what would do"."""
    keys = tuple(error["loc"])
    place = f"{_place(keys, text)}key {_spell(keys)}"
    if error["type"] == "missing":
        return (
            f"{place} is missing; want it beside {', '.join(_known(model, keys)) or 'the others'}"
        )
    if error["type"] == "extra_forbidden":
        return f"{place} is unknown{suggest(str(keys[-1]), _known(model, keys))}"
    want = error["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return f"{place}: {error['input']!r}; want {want}"


def _spell(keys: tuple[str | int, ...]) -> str:
    """Return ("standard", 1, "limit") as "standard 2, limit"."""
    words = [f" {key + 1}, " if isinstance(key, int) else f"{key}." for key in keys]
    return "".join(words).replace(". ", " ").rstrip("., ")


def _place(keys: tuple[str | int, ...], text: str) -> str:
    """Return "line 4, " for the line where the key, or the table that should hold it, stands."""
    line, lines = 0, text.splitlines()
    for depth, key in enumerate(keys):
        if isinstance(key, int):
            continue
        dotted = ".".join(k for k in keys[: depth + 1] if isinstance(k, str))
        count = following if isinstance(following := (*keys, None)[depth + 1], int) else 0
        header = re.compile(rf"\s*\[\[?\s*{re.escape(dotted)}\s*\]")
        inline = re.compile(rf'(?:.*[{{,\s]|\s*)"?{re.escape(key)}"?\s*=')
        headers = [i for i, one in enumerate(lines, 1) if header.match(one)]
        inlines = [i for i, one in enumerate(lines, 1) if i >= line and inline.match(one)]
        if len(headers) > count:
            line = headers[count]
        elif inlines:
            line = inlines[0]
    return f"line {line}, " if line else ""


def _known(model: type[BaseModel], keys: tuple[str | int, ...]) -> list[str]:
    """Return the keys that may stand where the last of `keys` stands."""
    for key in keys[:-1]:
        if isinstance(key, str) and key in model.model_fields:
            inner = _inner_model(model.model_fields[key].annotation)
            model = inner or model
    return list(model.model_fields)


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    """Return the model inside list[Model], dict[str, Model] or Model | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_inner_model, get_args(annotation))), None)
