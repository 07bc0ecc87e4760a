"""Findings of the nightly comparison, kept in the log: who changes rows behind it cannot change them.

A finding is an entry that names a book and how many of its rows differ; it is live until a later entry ends
it. While the same rows differ in the same way nothing is said twice; whoever acknowledged them is not asked
again, and is as soon as anything else differs or the same does once more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.actions import Action, ObjectType, Result
from audit.entry import MAX_SUBJECTS, Entry
from audit.log import record_change, record_read
from audit.models import LogEntry
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from vault.records.errors import NotPossible
from vault.records.verifying.codes import id_of, key_of
from vault.records.verifying.comparing import Differing, How, Outcome

# The object of these entries, so that the log's index finds them among millions.
CHECK = UUID("6f7f6f0e-0c43-4f0e-8f5e-0a3b7f0c2d11")
FAILED = "failed"  # the state of a book that could not be compared
NAMED = 20  # rows that one entry names; how many there are is always said
_NAMED = "is."  # begins the code of a named row: how it differs, its kind, itself, its client
_ACTIONS = (Action.RECORDS_DIFFER, Action.RECORDS_SETTLE)


class Settled(TextChoices):
    """How a finding ended. An acknowledged one stays live, and waits for nobody."""

    OVER = "records.over", pgettext_lazy("finding", "No longer so")
    RESTORED = "records.restored", pgettext_lazy("finding", "Acknowledged: being restored from a backup")
    INTENDED = "records.intended", pgettext_lazy("finding", "Acknowledged: done by the operator on purpose")
    INCIDENT = "records.incident", pgettext_lazy("finding", "Acknowledged: taken up as an incident")


# What people may say; that it is over is seen by comparing alone.
REASONS = [(one.value, one.label) for one in Settled if one is not Settled.OVER]


@dataclass(slots=True)
class Finding:
    """`rows` rows of the book differ in the way that `state` stands for; `named` are the first of them, and
    `clients` whom they are about."""

    id: UUID
    at: datetime
    book_id: UUID
    rows: int
    state: str
    clients: Sequence[UUID] = ()
    named: Sequence[Differing] = ()
    outcome: str = ""
    by: UUID | None = None
    ended_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.outcome != Settled.OVER

    @property
    def is_failure(self) -> bool:
        return self.state == FAILED

    @property
    def label(self) -> str:
        return str(Settled(self.outcome).label) if self.outcome else ""

    @property
    def more(self) -> int:
        """How many rows beside the named ones."""
        return self.rows - len(self.named)


def findings() -> list[Finding]:
    """All there ever were, newest first. One query."""
    found: dict[UUID, Finding] = {}
    for entry in LogEntry.objects.filter(object_id=CHECK, action__in=_ACTIONS).order_by("at", "id"):
        told = dict(code.split("-", 1) for code in entry.fields if not code.startswith(_NAMED))
        if entry.action == Action.RECORDS_DIFFER:
            named = [_named(code) for code in entry.fields if code.startswith(_NAMED)]
            book, rows = UUID(told["book"]), int(told["rows"])
            found[entry.id] = Finding(entry.id, entry.at, book, rows, told["state"], entry.subjects, named)
        elif ended := found.get(UUID(told["finding"])):
            ended.outcome, ended.by, ended.ended_at = entry.reason, entry.actor, entry.at
    return list(reversed(found.values()))


def waiting() -> list[Finding]:
    """Those that nobody has acknowledged and that are not over."""
    return [one for one in findings() if not one.outcome]


def note(book_id: UUID, outcome: Outcome, *, state: str) -> None:
    """What the book's comparison found, where it is new; no state: nothing differs. Raises LogUnavailable."""
    live = [one for one in findings() if one.book_id == book_id and one.is_live]
    if state and not any(one.state == state for one in live):
        concerned = sorted({one.client for one in outcome.named})
        named = tuple(map(_code, outcome.named[:NAMED]))
        record_read(
            Entry(
                action=Action.RECORDS_DIFFER,
                object_type=ObjectType.RECORDS,
                object_id=CHECK,
                subjects=tuple(concerned[:MAX_SUBJECTS]),
                fields=(f"book-{book_id}", f"rows-{outcome.differ}", f"state-{state}", *named),
                result=Result.FAILED,
            )
        )
    for one in live:
        if one.state != state:
            record_read(_end(one, Settled.OVER))


def _code(one: Differing) -> str:
    return f"{_NAMED}{one.how.value}.{one.kind}.{key_of(one.row)}.{key_of(one.client)}"


def _named(code: str) -> Differing:
    how, kind, row, client = code.removeprefix(_NAMED).split(".")
    return Differing(kind, id_of(row), id_of(client), How(how))


def acknowledge(*, actor: User, finding_id: UUID, reason: Settled) -> None:
    """An officer has seen it and says what becomes of it.

    Raises:
        Refused: no such finding, or not for this person.
        NotPossible: it is acknowledged or over already.
    """
    if not has(actor, Permission.PURPOSE_MANAGE) or reason is Settled.OVER:
        raise Refused(ObjectType.RECORDS, finding_id, Action.RECORDS_SETTLE)
    with transaction.atomic():
        one = next((one for one in findings() if one.id == finding_id), None)
        if one is None:
            raise Refused(ObjectType.RECORDS, finding_id, Action.RECORDS_SETTLE)
        if one.outcome:
            raise NotPossible(_("Somebody has acknowledged this meanwhile, or it is over."))
        record_change(_end(one, reason))


def _end(one: Finding, reason: Settled) -> Entry:
    return Entry(
        action=Action.RECORDS_SETTLE,
        object_type=ObjectType.RECORDS,
        object_id=CHECK,
        subjects=tuple(one.clients),
        reason=reason.value,
        fields=(f"finding-{one.id}",),
    )
