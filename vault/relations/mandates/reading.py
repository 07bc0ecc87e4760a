"""Showing mandates: days and codes stand open, words and documents open for a purpose."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.purposes.catalogue import Reason
from vault.records.labels import Field, Group
from vault.records.models import Client
from vault.records.reading import revealed
from vault.relations.mandates.access import get_mandate
from vault.relations.mandates.models import DOCUMENT, TERMS, Mandate
from vault.relations.mandates.standing import Standing, house_day, standing

SHOWN = 50
_WIDE = 1000  # units of the drawing, from its first day to its last
_MARGIN = timedelta(days=30)
_OVER = frozenset({Standing.EXPIRED, Standing.TERMINATED})
_RUNNING = frozenset({Standing.IN_FORCE, Standing.ENDING})


@dataclass(frozen=True, slots=True)
class Line:
    """A mandate as it stands today. `x`, `width` and `agreed` place its bar: the days that bind, and behind
    them those that were agreed."""

    mandate: Mandate
    standing: Standing
    days_left: int
    x: int = 0
    width: int = 0
    agreed: int = 0

    @property
    def is_draft(self) -> bool:
        return self.standing is Standing.DRAFT

    @property
    def is_over(self) -> bool:
        return self.standing in _OVER

    @property
    def binds(self) -> bool:
        return self.standing in _RUNNING or self.standing is Standing.AHEAD

    @property
    def renewable(self) -> bool:
        return self.is_over or self.standing is Standing.ENDING

    @property
    def last_day(self) -> date:
        return self.mandate.terminated_on or self.mandate.ends_on


@dataclass(frozen=True, slots=True)
class Terms:
    """All mandates of a client on one axis of days; `today` is where the line of `day` stands."""

    lines: list[Line]
    day: date
    first: date
    last: date
    today: int
    wide: int = _WIDE

    @property
    def in_force(self) -> bool:
        return any(line.standing in _RUNNING for line in self.lines)

    @property
    def over(self) -> Line | None:
        """The last one that ended, where none is in force or to come."""
        ended = [line for line in self.lines if line.is_over]
        if not ended or any(line.binds for line in self.lines):
            return None
        return max(ended, key=lambda line: line.last_day)


@dataclass(frozen=True, slots=True)
class Opened:
    """What was agreed, in plaintext."""

    mandate: Mandate
    fee: str = field(repr=False)
    subject: str = field(repr=False)
    remarks: str = field(repr=False)


def line_of(mandate: Mandate, day: date) -> Line:
    return Line(mandate, standing(mandate, day), (mandate.ends_on - day).days)


def terms_of(client: Client) -> Terms | None:
    """The client's mandates, drafts first and then the latest; None where there is none. One query."""
    rows = client.mandate_rows.select_related("by").defer("terms", "terms_seal", "document", "document_seal")
    day = house_day()
    lines = [line_of(row, day) for row in rows.order_by("-ends_on", "-id")[:SHOWN]]
    if not lines:
        return None
    first = min([day, *(line.mandate.begins_on for line in lines)]) - _MARGIN
    last = max([day, *(line.mandate.ends_on for line in lines)]) + _MARGIN
    span = (last - first).days

    def place(then: date) -> int:
        return round((then - first).days * _WIDE / span)

    return Terms([_placed(line, place) for line in _in_order(lines)], day, first, last, place(day))


def _in_order(lines: Sequence[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: not line.is_draft)


def _placed(line: Line, place: Callable[[date], int]) -> Line:
    row = line.mandate
    start, agreed = place(row.begins_on), place(row.ends_on)
    end = max(start, place(line.last_day))
    return Line(row, line.standing, line.days_left, start, end - start, agreed - start)


def open_terms(
    *, actor: User, mandate_id: UUID, purpose: str, reason: Reason, words: str = "", confirmed: bool = False
) -> Opened:
    """What was agreed. Raises as `vault.records.reading.revealed` does."""
    row = get_mandate(actor, mandate_id, Action.CLIENT_REVEAL, Permission.CLIENT_REVEAL)
    with revealed(
        actor=actor,
        client_id=row.client_id,
        group=Group.NOTES,
        opened={TERMS},
        purpose=purpose,
        reason=reason,
        words=words,
        confirmed=confirmed,
    ):
        return Opened(row, row.fee, row.subject, row.remarks)


def open_document(
    *, actor: User, mandate_id: UUID, purpose: str, reason: Reason, words: str = "", confirmed: bool = False
) -> tuple[str, bytes]:
    """The media type of the signed document, and its bytes: it names the person, and counts as such.
    A contract names its parties by their ID numbers, so a purpose that needs a name alone does not open it.

    Raises Refused where there is none; else as `vault.records.reading.revealed` does.
    """
    row = get_mandate(actor, mandate_id, Action.CLIENT_REVEAL, Permission.CLIENT_REVEAL)
    if not row.has_document:
        raise Refused(ObjectType.MANDATE, mandate_id, Action.CLIENT_REVEAL)
    with revealed(
        actor=actor,
        client_id=row.client_id,
        group=Group.IDENTITY,
        opened={DOCUMENT},
        fields=(DOCUMENT, Field.ID_NUMBER.value),
        purpose=purpose,
        reason=reason,
        words=words,
        confirmed=confirmed,
    ):
        return row.media_type, base64.b64decode(row.file)
