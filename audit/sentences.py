"""Entries in plain sentences, in the reader's language.

The log holds ids and codes only. Whoever shows a sentence brings the names of the people it may show; the
rest appears as its kind and the end of its id. Layers above register the words of their codes when ready.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType, Reason, Result
from audit.models import LogEntry
from audit.phrases import COUNTED, IN_PLACE, LOOKING, OPENING, PHRASES

Words = str | Promise
Names = Mapping[UUID, str]

SHORT = 8  # characters of an id that tell records apart on a page
_WHOM_SHOWN = 3

_codes: dict[str, Words] = dict(Reason.choices)
_attempts: dict[str, Words] = {}


def register_codes(words: Mapping[str, Words]) -> None:
    """Adds the words of purposes, reasons and fields. A code keeps its first words."""
    for code, word in words.items():
        _codes.setdefault(code, word)


def register_attempts(words: Mapping[str, Words]) -> None:
    """Adds what each permission is for: the entry of a refusal names in its fields those that were lacking,
    and reads as what was attempted."""
    _attempts.update(words)


def code_words(code: str) -> str:
    """The words of a purpose, reason or field code; the code itself where nobody registered one."""
    return str(_codes.get(code, code))


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a page shows it (templates/components/life.html)."""

    entry: LogEntry
    words: str
    who: str
    why: str
    opened: bool
    refused: bool

    @property
    def at(self) -> datetime:
        return self.entry.at

    @property
    def same(self) -> tuple[str, str, str]:
        """Entries that read alike, one after another, are shown once, with how many they are."""
        return self.words, self.who, self.why


def lines(entries: Iterable[LogEntry], names: Names) -> list[Line]:
    """The entries in sentences. `names` are the people (and deals) that this reader may see by name."""
    return [
        Line(
            entry=entry,
            words=sentence(entry, names),
            who=actor_words(entry, names),
            why=why(entry),
            opened=entry.action in OPENING and entry.result == Result.DONE,
            refused=entry.result == Result.REFUSED,
        )
        for entry in entries
    ]


def sentence(entry: LogEntry, names: Names) -> str:
    """Who did what to what, which fields, for which purpose, with what result."""
    who, what = actor_words(entry, names), object_words(entry, names)
    words = {"who": who, "action": action_label(entry.action), "what": what}
    if entry.result == Result.REFUSED:
        if attempted := _list(str(_attempts[code]) for code in entry.fields if code in _attempts):
            return _("%(who)s was refused: %(action)s") % {"who": who, "action": attempted}
        return _("%(who)s was refused: %(action)s · %(what)s") % words
    if entry.result == Result.FAILED:
        return _("%(who)s did not succeed: %(action)s · %(what)s") % words
    said = _said(entry, names, words)
    fields = _list(str(_codes[code]) for code in entry.fields if code in _codes)
    if fields:
        said = _("%(sentence)s: %(fields)s") % {"sentence": said, "fields": fields}
    if entry.purpose:
        said = _("%(sentence)s, for %(purpose)s") % {"sentence": said, "purpose": code_words(entry.purpose)}
    return said


def _said(entry: LogEntry, names: Names, words: dict[str, str]) -> str:
    counts = len(entry.subjects)
    phrase = PHRASES.get(entry.action) or (COUNTED.get(entry.action) if counts else None)
    if phrase is None:
        return _("%(who)s: %(action)s · %(what)s") % words
    said: str = phrase % (words | {"whom": _whom(entry, names), "count": counts})
    return said


def why(entry: LogEntry) -> str:
    """The reason in words, and that a text is sealed beside the entry; the purpose is in the sentence."""
    parts = [code_words(entry.reason)] if entry.reason else []
    if entry.detail_key is not None:
        parts.append(_("reason in writing, sealed"))
    return " · ".join(parts)


def actor_words(entry: LogEntry, names: Names) -> str:
    """Who acted, and in whose place, at whose request they administered, or as whom they looked."""
    if entry.actor:
        who = names.get(entry.actor, short(entry.actor))
    else:  # outside of any request nobody acts but who must not be known (audit.unattributed)
        who = _("Somebody not signed in") if entry.request else _("Somebody unnamed")
    if entry.on_behalf_of is None:
        return who
    other = names.get(entry.on_behalf_of, short(entry.on_behalf_of))
    return _both(entry) % {"who": who, "other": other}


def _both(entry: LogEntry) -> str:
    if _looked(entry):
        return _("%(who)s (looking as %(other)s)")
    if entry.action in IN_PLACE:
        return _("%(who)s (for %(other)s)")
    return _("%(who)s (at the request of %(other)s)")


def _looked(entry: LogEntry) -> bool:
    """Whether it belongs to a preview of a data room, and not to a staff session. In both a page is opened or
    refused: what a preview shows are a deal's pages, and what it refuses names the deal."""
    if entry.action in (Action.PAGE_VIEW, Action.REQUEST_REFUSE):
        return entry.deal is not None or any(code.startswith("deals.") for code in entry.fields)
    return entry.action in LOOKING


def object_words(entry: LogEntry, names: Names) -> str:
    """The kind of the object and its name, or the end of its id."""
    try:
        kind = str(ObjectType(entry.object_type).label)
    except ValueError:
        kind = entry.object_type
    if entry.object_id is None:
        return kind
    return _("%(kind)s %(name)s") % {"kind": kind, "name": names.get(entry.object_id, short(entry.object_id))}


def action_label(code: str) -> str:
    """The label of an action; its code when a later version wrote it."""
    try:
        return str(Action(code).label)
    except ValueError:
        return code


def short(identifier: UUID) -> str:
    """The end of an id, enough to tell records apart on a page."""
    return f"…{str(identifier)[-SHORT:]}"


def ids_named(entries: Iterable[LogEntry]) -> set[UUID]:
    """Every id for which a sentence could show a name: to be looked up in one query."""
    named: set[UUID] = set()
    for entry in entries:
        named.update(filter(None, (entry.actor, entry.on_behalf_of, entry.object_id, entry.deal)))
        named.update(entry.subjects[:_WHOM_SHOWN])
    return named


def _whom(entry: LogEntry, names: Names) -> str:
    shown = [names.get(subject, short(subject)) for subject in entry.subjects[:_WHOM_SHOWN]]
    more = len(entry.subjects) - len(shown)
    if more:
        return _("%(names)s and %(count)d more") % {"names": _list(shown), "count": more}
    return _list(shown) if shown else _("nobody named")


def _list(words: Iterable[str]) -> str:
    return _(", ").join(words)
