"""The sealed texts of reports: a compartment of the channel's own, a key for each report.

Whoever opens or writes a text names the report's key in an entry that is committed first (invariant 1); of a
reporter the entry says nothing but that. Destroying a report's key takes all its words away.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from compliance.speakup import receipt
from compliance.speakup.codes import Says
from compliance.speakup.models import SpeakUpCase, SpeakUpKeys, SpeakUpText
from people.accounts.models import User
from vault.access import Mode, access
from vault.crypto.blind import UNIQUE_BITS, IndexKey, token
from vault.crypto.keywrap import KeyKind
from vault.keys.cache import Opened
from vault.keys.errors import KeyWithheld
from vault.keys.own import only_row
from vault.keys.service import new_keys, open_keys, open_new_compartment
from vault.records.errors import NotPossible

LIMIT = 10_000  # characters of a report or a message
LINE_LIMIT = 500  # of when, where and whom
MOST_TEXTS = 300  # of one report: its mailbox is no storage
_INDEX_OWNER = UUID("5b0f3b1c-8f5e-4d5c-9d0f-2f6f2a0c7a11")  # which index of a compartment: that of its codes


@dataclass(frozen=True, slots=True)
class Said:
    """One text, opened. `by` is nobody for what a reporter wrote."""

    says: Says
    by: User | None
    day: date
    words: str = field(repr=False)


def speakup_keys() -> SpeakUpKeys:
    """The ids of the channel's compartment and its keys; made at the first use."""
    return only_row(SpeakUpKeys, _make)


def _make() -> SpeakUpKeys:
    owner = uuid4()
    compartment = open_new_compartment(owner)
    index = uuid5(_INDEX_OWNER, owner.hex)
    keys = new_keys(KeyKind.INDEX, [index], parent=compartment)
    return SpeakUpKeys.objects.create(
        compartment=owner, key_id=compartment.key.key_id, index_key_id=keys[index]
    )


def case_of(code: str) -> SpeakUpCase | None:
    """The report that this code (`receipt.normalised`) is the receipt of. Leaves an entry, found or not.

    Raises LogUnavailable, KeyWithheld, ProviderDown.
    """
    keys = speakup_keys()
    entry = Entry(
        action=Action.SPEAKUP_ASK,
        object_type=ObjectType.SPEAKUP,
        object_id=None,
        keys=(keys.key_id, keys.index_key_id),
    )
    held = open_keys(record_read(entry), entry.keys)[keys.index_key_id]
    return SpeakUpCase.objects.filter(code=code_token(held, keys, code)).first()


def code_token(held: Opened, keys: SpeakUpKeys, code: str) -> bytes:
    """What is stored of a code (`receipt`)."""
    if not isinstance(held.key, IndexKey):
        raise KeyWithheld(1)
    return token(held.key, receipt.stretched(code, keys.compartment.bytes).hex(), UNIQUE_BITS)


@contextmanager
def writing(case: SpeakUpCase) -> Iterator[SpeakUpCase]:
    """A transaction in which `write` can seal texts of this report: with its row locked, so that writers
    queue. Raises LogUnavailable, KeyWithheld."""
    with access(Mode.WRITE, entry_of(case, Action.SPEAKUP_EDIT)), transaction.atomic():
        yield SpeakUpCase.objects.select_for_update().get(pk=case.pk)


def write(case: SpeakUpCase, says: Says, words: str, *, by: User | None = None) -> None:
    """Keep one text; nothing where there are no words. Inside `writing`. Raises NotPossible: too many."""
    if not words:
        return
    number = SpeakUpText.objects.filter(case=case).count() + 1
    if number > MOST_TEXTS:
        raise NotPossible(_("This mailbox is full. Ask for a new report to be made."))
    day = timezone.localdate()
    row = SpeakUpText(case=case, key_id=case.key_id, number=number, says=says, by=by, day=day)
    row.text = words
    row.save(force_insert=True)


@contextmanager
def reading(case: SpeakUpCase, action: Action) -> Iterator[None]:
    """The texts of this report open. Leaves the entry of the page."""
    with access(Mode.OPEN, entry_of(case, action)):
        yield


def texts_of(case: SpeakUpCase, says: Iterable[Says]) -> list[Said]:
    """In the order in which they were written. Inside `reading` or `writing`. One query."""
    rows = SpeakUpText.objects.filter(case=case, says__in=list(says)).select_related("case", "by")
    return [Said(Says(row.says), row.by, row.day, row.text) for row in rows.order_by("number")]


def entry_of(case: SpeakUpCase, action: Action) -> Entry:
    """An entry about a report that releases its key."""
    return Entry(
        action=action,
        object_type=ObjectType.SPEAKUP_CASE,
        object_id=case.pk,
        subjects=(case.pk,),
        keys=(speakup_keys().key_id, case.key_id),
    )
