"""The forms of a page as a browser would send them, filled in where they must be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

WORDS = "As the test says"


def a_file(name: str = "a.txt", content: bytes = b"text") -> Callable[[], SimpleUploadedFile]:
    """In a form's data: a file is chosen here. A file can be sent once."""
    return lambda: SimpleUploadedFile(name, content)


_TYPED = {"email": "typed@example.test", "tel": "13800138000", "number": "1", "url": "https://example.test/"}
_UNSENT = {"submit", "button", "image", "reset"}


@dataclass
class Form:
    """One form: where it goes, what it sends, which buttons send it, what may be chosen in it."""

    action: str
    sent: dict[str, list[Any]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    chosen: dict[str, list[str]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)  # of every field, sent or not

    def ways(self) -> Iterator[dict[str, list[Any]]]:
        """What each of its buttons sends."""
        sent = {name: values for name, values in self.sent.items() if name != "csrfmiddlewaretoken"}
        for name, options in self.chosen.items():
            if name in self.required and not any(sent.get(name, [])):
                sent[name] = options[:1]
        for name, value in dict.fromkeys(self.buttons or [("", "")]):
            yield sent | ({name: [value]} if name else {})


class Forms(HTMLParser):
    """The forms of a page that are sent by POST."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._address = address
        self._form: Form | None = None
        self._text: str | None = None
        self._select: tuple[str, bool] | None = None
        self._by_id: dict[str, Form] = {}
        self._ahead: dict[str, list[tuple[str, str]]] = {}  # buttons that stand before their form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._begin(given)
            return
        name, belongs_to = given.get("name", ""), given.get("form", "")
        if tag == "button" and belongs_to and belongs_to not in self._by_id:
            self._ahead.setdefault(belongs_to, []).append((name, given.get("value", "") if name else ""))
            return
        form = self._by_id.get(belongs_to, self._form)
        if form is None:
            return
        if tag == "option" and self._select:
            self._option(form, given)
        elif tag == "button" and given.get("type", "submit") == "submit":
            form.buttons.append((name, given.get("value", "") if name else ""))
        elif not name or "disabled" in given:
            return
        elif tag == "input":
            self._input(form, name, given)
        elif tag == "textarea":
            form.names.add(name)
            self._text = name
            form.sent[name] = [WORDS if "required" in given else ""]
        elif tag == "select":
            form.names.add(name)
            self._select = (name, "required" in given)
            form.required |= {name} if "required" in given else set()
            form.chosen.setdefault(name, [])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._text = None
        elif tag == "select" and self._select and self._form:
            name, _ = self._select
            if name not in self._form.sent and self._form.chosen[name]:
                self._form.sent[name] = self._form.chosen[name][:1]
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._text and self._form and data.strip():
            self._form.sent[self._text] = [data.strip()]

    def _begin(self, given: dict[str, str]) -> None:
        if given.get("method", "get").lower() != "post":
            self._form = None
            return
        self._form = Form(urlsplit(urljoin(self._address, given.get("action", ""))).path)
        self.found.append(self._form)
        if "id" in given:
            self._by_id[given["id"]] = self._form
            self._form.buttons += self._ahead.get(given["id"], [])

    def _option(self, form: Form, given: dict[str, str]) -> None:
        assert self._select is not None
        name, _ = self._select
        value = given.get("value", "")
        if value:
            form.chosen[name].append(value)
        if "selected" in given:
            form.sent.setdefault(name, []).append(value)

    def _input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        form.names.add(name)
        if kind in _UNSENT:
            form.buttons.append((name, value))
        elif kind in ("checkbox", "radio"):
            form.chosen.setdefault(name, []).append(value or "on")
            if kind == "radio" or "required" in given:
                form.required.add(name)
            if "checked" in given:
                form.sent.setdefault(name, []).append(value or "on")
        elif kind == "file":
            form.sent[name] = [a_file()]
        else:
            form.sent[name] = [value or (_typed(kind, given) if "required" in given else "")]


def _typed(kind: str, given: dict[str, str]) -> str:
    tomorrow = timezone.localtime() + timedelta(days=1)
    if kind in ("date", "datetime-local"):
        return given.get("min") or f"{tomorrow:%Y-%m-%d}" + ("T08:00" if kind == "datetime-local" else "")
    return given.get("min") or _TYPED.get(kind, WORDS)


def fresh(data: dict[str, list[Any]]) -> dict[str, Any]:
    """As the test client takes it: each file is there to be read once more."""
    return {
        name: [value() if callable(value) else value for value in values] for name, values in data.items()
    }
