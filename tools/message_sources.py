"""Finds the messages that code and templates hand to gettext: by syntax tree in Python, by Django's own
`templatize` in templates."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation.template import templatize

AREAS = ("audit", "compliance", "config", "deals", "people", "vault")

# Where each function keeps its context, message and plural among its arguments.
_PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
_PLURAL = {"ngettext", "ngettext_lazy"}
_CONTEXT = {"pgettext", "pgettext_lazy"}
_BOTH = {"npgettext", "npgettext_lazy"}
_STRING = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*{_STRING}(?:\s*,\s*{_STRING})?")


class Message(NamedTuple):
    context: str
    text: str

    @property
    def shown(self) -> str:
        return f"{self.context} | {self.text!r}" if self.context else repr(self.text)


def _message(function: str, arguments: list[str]) -> Message | None:
    if function in _PLAIN | _PLURAL and arguments:
        return Message("", arguments[0])
    if function in _CONTEXT | _BOTH and len(arguments) > 1:
        return Message(arguments[0], arguments[1])
    return None


def in_python(source: str) -> Iterator[Message]:
    """Messages of literal calls, by whatever name the function was imported; a call with a variable has no
    message to find."""
    nodes = list(ast.walk(ast.parse(source)))
    real = {
        alias.asname: alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname
    }
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = (
            called.id
            if isinstance(called, ast.Name)
            else called.attr
            if isinstance(called, ast.Attribute)
            else ""
        )
        literals = [
            arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if message := _message(real.get(name, name), literals):
            yield message


def in_template(source: str) -> Iterator[Message]:
    """Messages of `translate`, `blocktranslate` and `_("…")` in a Django template."""
    if not settings.configured:
        settings.configure()
    for match in _CALL.finditer(templatize(source)):
        literals = [ast.literal_eval(text) for text in match.groups()[1:] if text]
        if message := _message(match[1], literals):
            yield message


def _area_of_template(path: Path, root: Path) -> str:
    first = path.relative_to(root / "templates").parts[0]
    return first if first in AREAS else "config"


def used_messages(root: Path) -> dict[Message, str]:
    """Every message in use, with the first place ("area: path") that uses it."""
    used: dict[Message, str] = {}
    for area in AREAS:
        for path in sorted((root / area).rglob("*.py")):
            for message in in_python(path.read_text(encoding="utf-8")):
                used.setdefault(message, f"{area}: {path.relative_to(root).as_posix()}")
    for path in sorted([*root.glob("templates/**/*.html"), *root.glob("templates/**/*.txt")]):
        place = f"{_area_of_template(path, root)}: {path.relative_to(root).as_posix()}"
        for message in in_template(path.read_text(encoding="utf-8")):
            used.setdefault(message, place)
    return used
