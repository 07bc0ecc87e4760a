"""Comparing positions as they are stored with what the log says of them.

What a row says unsealed must be what the newest entry about it names (vault.relations.people.seals), and a
row that the log knows must be there as long as both of its ends are. Nothing is opened.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.models import LogEntry
from vault.records.models import Client, ClientBook, ClientKind
from vault.records.versions.verifying import BATCH, Verified
from vault.relations.people.models import Relation
from vault.relations.people.seals import PREFIX, row_code

_ACTIONS = (Action.RELATION_CREATE, Action.RELATION_END)


def verify_positions(book: ClientBook) -> Verified:
    """Compare every position in the companies of a book. `wrong` names rows: changed, put in, or taken away
    behind the log. What looks wrong is compared once more with the companies locked, as writers lock them."""
    result = Verified()
    after = UUID(int=0)
    companies = Client.objects.filter(book=book, kind=ClientKind.COMPANY).order_by("pk")
    while ids := list(companies.filter(pk__gt=after).values_list("pk", flat=True)[:BATCH]):
        after = ids[-1]
        found = _compare(ids)
        result.checked += found.checked
        result.unknown += found.unknown
        if found.wrong:
            with transaction.atomic():
                locked = Client.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
                list(locked.values_list("pk"))
                result.wrong += _compare(ids).wrong
    return result


@dataclass(slots=True)
class _Said:
    """What the newest entry about a row names; no digest: it is from before digests were logged."""

    digest: str
    ends: frozenset[UUID]


def _compare(companies: Collection[UUID]) -> Verified:
    rows = {row.pk: row for row in Relation.objects.filter(company__in=companies)}
    said = _said_of(companies)
    begins = LogEntry.objects.using("default").order_by("at").values_list("at", flat=True).first()
    result = Verified(checked=len(rows))
    for pk, row in rows.items():
        if pk in said and said[pk].digest:
            if said[pk].digest != row_code(row):
                result.wrong.append(pk)
        elif pk in said or begins is None or row.created_at < begins:
            result.unknown += 1
        else:
            result.wrong.append(pk)
    people = {one for entry in said.values() for one in entry.ends}
    living = set(Client.objects.filter(pk__in=people).values_list("pk", flat=True))
    result.wrong += [pk for pk, entry in said.items() if pk not in rows and entry.ends <= living]
    result.wrong.sort()
    return result


def _said_of(companies: Collection[UUID]) -> dict[UUID, _Said]:
    entries = LogEntry.objects.using("default").filter(subjects__overlap=list(companies), action__in=_ACTIONS)
    wanted = frozenset(companies)
    said = {}
    for pk, subjects, fields in entries.order_by("at", "id").values_list("object_id", "subjects", "fields"):
        if pk and wanted.intersection(subjects[1:]):  # the holder stands first, then the company
            digest = next((code for code in fields if code.startswith(PREFIX)), "")
            said[pk] = _Said(digest, frozenset(subjects))
    return said
