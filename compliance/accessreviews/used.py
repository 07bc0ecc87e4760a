"""When each access was used last, from the log: what was not used in a quarter is the first to question."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce
from django.utils import timezone

from audit.models import LogEntry
from compliance.accessreviews.codes import LOOKED_BACK, Kind
from compliance.accessreviews.kinds import Access
from vault.records.models import Client

LastUse = Callable[[Access], date | None]


def last_uses(now: datetime) -> LastUse:
    """Three queries over the entries of LOOKED_BACK. A role counts as used by anything its person did, a deal
    and its groups by anything in the deal, a book by anything about it or one of its clients."""
    recent = LogEntry.objects.filter(at__gte=now - LOOKED_BACK, actor__isnull=False).order_by()
    acted = dict(recent.values("actor").annotate(last=Max("at")).values_list("actor", "last"))
    in_deals = _by_place(recent.filter(deal__isnull=False), "deal")
    book_of_client = Client.objects.filter(pk=OuterRef("object_id")).values("book_id")
    placed = recent.filter(object_id__isnull=False).annotate(
        place=Coalesce(Subquery(book_of_client), "object_id", output_field=UUIDField())
    )
    in_books = _by_place(placed, "place")

    def last_use(access: Access) -> date | None:
        moment: datetime | None
        match access.kind:
            case Kind.ROLE:
                moment = acted.get(access.person)
            case Kind.BOOK:
                moment = in_books.get((access.person, access.thing))
            case Kind.DEAL | Kind.GUEST:
                assert access.deal is not None
                moment = in_deals.get((access.person, access.deal))
        return timezone.localdate(moment) if moment is not None else None

    return last_use


def _by_place(entries: QuerySet[LogEntry], place: str) -> dict[tuple[UUID, UUID], datetime]:
    rows = entries.values("actor", place).annotate(last=Max("at"))
    return {(row["actor"], row[place]): row["last"] for row in rows}
