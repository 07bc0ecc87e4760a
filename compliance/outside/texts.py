"""The sealed texts of outside audits: one compartment of the slice, one key an audit, as
`compliance.audits.texts`.

Whoever reads or writes a text names the audit's key in an entry that is committed first (invariant 1).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID, uuid4

from django.db import transaction

from audit.actions import Action, ObjectType
from audit.entry import Entry
from compliance.outside.codes import Says
from compliance.outside.evidence import OutsideText
from compliance.outside.models import OutsideAudit, OutsideKeys
from people.accounts.models import User
from vault.access import Mode, access
from vault.custody.owners import Owner
from vault.keys.own import only_row
from vault.keys.service import open_new_compartment

Texts = Mapping[UUID, Sequence[tuple[OutsideText, str]]]  # about → its texts, the oldest first


def outside_keys() -> OutsideKeys:
    """The ids of the slice's compartment and its key; made at the first use."""
    return only_row(OutsideKeys, _make)


def _make() -> OutsideKeys:
    compartment = open_new_compartment(uuid4())
    return OutsideKeys.objects.create(compartment=compartment.compartment, key_id=compartment.key.key_id)


@contextmanager
def writing(audit: OutsideAudit) -> Iterator[None]:
    """A transaction in which `write` can seal."""
    with access(Mode.WRITE, _entry(audit, Action.OUTSIDE_WRITE)), transaction.atomic():
        yield


def write(audit: OutsideAudit, about: UUID, says: Says, words: str, *, by: User) -> None:
    """Inside `writing`."""
    row = OutsideText(audit=audit, key_id=audit.key_id, about=about, says=says, by=by)
    row.text = words
    row.save(force_insert=True)


def texts_of(audit: OutsideAudit, about: Iterable[UUID], action: Action) -> Texts:
    """All texts about these. Leaves the entry of the page."""
    found: dict[UUID, list[tuple[OutsideText, str]]] = defaultdict(list)
    with access(Mode.OPEN, _entry(audit, action)):
        rows = OutsideText.objects.filter(audit=audit, about__in=list(about)).select_related("audit", "by")
        for row in rows.order_by("at", "pk"):
            found[row.about].append((row, row.text))
    return found


def newest(texts: Texts, about: UUID, says: Says) -> str:
    """The last words of this kind; "" where there are none."""
    return next((words for row, words in reversed(texts.get(about, ())) if row.says == says), "")


def _entry(audit: OutsideAudit, action: Action) -> Entry:
    return Entry(
        action=action,
        object_type=ObjectType.OUTSIDE_AUDIT,
        object_id=audit.pk,
        subjects=(audit.pk,),
        keys=(outside_keys().key_id, audit.key_id),
    )


def whose_texts(user: User, compartments: Sequence[UUID]) -> Mapping[UUID, Owner]:
    """For the inventory of keys."""
    ours = OutsideKeys.objects.filter(compartment__in=compartments).values_list("compartment", flat=True)
    return {compartment: Owner(kind=ObjectType.OUTSIDE_AUDIT.label) for compartment in ours}
