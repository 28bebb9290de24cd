"""Folium's templates, kept from reading the data that they write.

branca compiles what a macro has written once more, data and all: a school named {{7*7}} becomes 49,
and popups and tooltips stand in JavaScript's template literals, where ${...} runs. Elements that
pass through `protect` write every text as it is.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import folium
from branca.element import Element, MacroElement


def protect(element: Element) -> None:
    """Let an element's texts stay as they are; a second call changes nothing."""
    template = getattr(element, "_template", None)
    if isinstance(element, MacroElement) and not isinstance(template, Verbatim):
        element._template = Verbatim(template)
    if isinstance(element, folium.Popup):
        for child in element.html._children.values():
            if not isinstance(child.render, Quoted):
                child.render = Quoted(child.render)  # type: ignore[method-assign]


class Verbatim:
    """A macro template whose output no second template reads."""

    def __init__(self, template: Any) -> None:
        self.template = template

    @property
    def module(self) -> SimpleNamespace:
        """The macros, each writing raw text."""
        macros = vars(self.template.module)
        known = {name: macros[name] for name in ("header", "html", "script") if name in macros}
        return SimpleNamespace(**{name: _write_raw(macro) for name, macro in known.items()})

    def render(self, *given: Any, **named: Any) -> str:
        """Return what the template writes, as raw text."""
        return _write_raw(self.template.render)(*given, **named)


class Quoted:
    """What an element writes, as it must stand in a template literal of JavaScript."""

    def __init__(self, render: Callable[..., str]) -> None:
        self.render = render

    def __call__(self, **named: Any) -> str:
        """Return the element's text for a place between backticks."""
        return quote(self.render(**named))


def quote(text: str) -> str:
    r"""Return text as it must stand between backticks; a backtick escaped already counts as one.

    >>> quote("`${1}` c:\\x")
    '\\`\\${1}\\` c:\\\\x'
    """
    text = text.replace("\\`", "`").replace("\\", "\\\\")
    return text.replace("`", "\\`").replace("${", "\\${")


def _write_raw(macro: Callable[..., str]) -> Callable[..., str]:
    def write(*given: Any, **named: Any) -> str:
        if given and isinstance(given[0], folium.Tooltip):
            shown = copy.copy(given[0])
            shown.text = quote(shown.text)
            given = (shown, *given[1:])
        # only a string of a script can hold the mark that would end the raw text
        text = re.sub(r"\{%(?=[-+]?\s*endraw)", r"\\u007b%", macro(*given, **named))
        return "{% raw %}" + text + "{% endraw %}"

    return write
