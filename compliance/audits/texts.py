"""The sealed texts of audits: one compartment of the slice, one key an audit.

Whoever reads or writes a text names the audit's key in an entry that is committed first (invariant 1).
Destroying an audit's key takes its words away and leaves its figures, states and digests.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID, uuid4

from django.db import transaction

from audit.actions import Action, ObjectType
from audit.entry import Entry
from compliance.audits.codes import Words
from compliance.audits.followup import AuditText
from compliance.audits.models import Audit, AuditKeys
from people.accounts.models import User
from vault.access import Mode, access
from vault.keys.own import only_row
from vault.keys.service import open_new_compartment

Texts = Mapping[UUID, Mapping[str, str]]  # about → kind → the newest words


def audit_keys() -> AuditKeys:
    """The ids of the slice's compartment and its key; made at the first use."""
    return only_row(AuditKeys, _make)


def _make() -> AuditKeys:
    compartment = open_new_compartment(uuid4())
    return AuditKeys.objects.create(compartment=compartment.compartment, key_id=compartment.key.key_id)


@contextmanager
def writing(audit: Audit, *words: str) -> Iterator[None]:
    """A transaction in which `write` can seal these; where nothing is to be written, no key is released."""
    if not any(words):
        with transaction.atomic():
            yield
        return
    with access(Mode.WRITE, _entry([audit], Action.AUDIT_OPEN)), transaction.atomic():
        yield


def write(audit: Audit, about: UUID, says: Words, words: str, *, by: User) -> None:
    """Keep one text; nothing where there are no words. Inside `writing`."""
    if not words:
        return
    row = AuditText(audit=audit, key_id=audit.key_id, about=about, says=says, by=by)
    row.text = words
    row.save(force_insert=True)


@contextmanager
def reading(audits: Iterable[Audit], action: Action) -> Iterator[None]:
    """The texts of these audits open. Leaves the entry of the page even where there are none."""
    with access(Mode.OPEN, _entry(list(audits), action)):
        yield


def texts_of(audits: Iterable[Audit], about: Iterable[UUID] | None = None) -> Texts:
    """The newest words of each kind, in one query. Inside `reading`."""
    rows = AuditText.objects.filter(audit__in=list(audits)).select_related("audit").order_by("at", "pk")
    if about is not None:
        rows = rows.filter(about__in=list(about))
    found: dict[UUID, dict[str, str]] = defaultdict(dict)
    for row in rows:
        found[row.about][row.says] = row.text
    return found


def _entry(audits: list[Audit], action: Action) -> Entry:
    keys = (audit_keys().key_id, *sorted({one.key_id for one in audits})) if audits else ()
    return Entry(
        action=action,
        object_type=ObjectType.AUDIT,
        object_id=audits[0].pk if len(audits) == 1 else None,
        subjects=tuple(sorted({one.pk for one in audits})),
        keys=keys,
    )
