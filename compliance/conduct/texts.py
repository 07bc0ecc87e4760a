"""The sealed texts of conduct cases: one compartment, one key a case, as `compliance.audits.texts`.

Whoever reads or writes a text names the case's key in an entry that is committed first (invariant 1).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID, uuid4

from django.db import transaction

from audit.actions import Action, ObjectType
from audit.entry import Entry
from compliance.conduct.codes import Says
from compliance.conduct.models import ConductCase, ConductKeys, ConductText
from people.accounts.models import User
from vault.access import Mode, access
from vault.custody.owners import Owner
from vault.keys.own import only_row
from vault.keys.service import open_new_compartment


def conduct_keys() -> ConductKeys:
    """The ids of the slice's compartment and its key; made at the first use."""
    return only_row(ConductKeys, _make)


def _make() -> ConductKeys:
    compartment = open_new_compartment(uuid4())
    return ConductKeys.objects.create(compartment=compartment.compartment, key_id=compartment.key.key_id)


@contextmanager
def writing(case: ConductCase) -> Iterator[None]:
    """A transaction in which `write` can seal."""
    with access(Mode.WRITE, _entry(case, Action.CONDUCT_WRITE)), transaction.atomic():
        yield


def write(case: ConductCase, says: Says, words: str, *, by: User) -> None:
    """Inside `writing`."""
    row = ConductText(case=case, key_id=case.key_id, says=says, by=by)
    row.text = words
    row.save(force_insert=True)


def texts_of(case: ConductCase, action: Action) -> list[tuple[ConductText, str]]:
    """All texts with their words, the oldest first. Leaves the entry of the page."""
    with access(Mode.OPEN, _entry(case, action)):
        rows = ConductText.objects.filter(case=case).select_related("case", "by").order_by("at", "pk")
        return [(row, row.text) for row in rows]


def _entry(case: ConductCase, action: Action) -> Entry:
    return Entry(
        action=action,
        object_type=ObjectType.CONDUCT_CASE,
        object_id=case.pk,
        subjects=(case.pk,),
        keys=(conduct_keys().key_id, case.key_id),
    )


def whose_texts(user: User, compartments: Sequence[UUID]) -> Mapping[UUID, Owner]:
    """For the inventory of keys."""
    ours = ConductKeys.objects.filter(compartment__in=compartments).values_list("compartment", flat=True)
    return {compartment: Owner(kind=ObjectType.CONDUCT_CASE.label) for compartment in ours}
