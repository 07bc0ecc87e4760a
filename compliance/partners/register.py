"""The register of what a firm was given (网络数据条例 12: three years): never typed, always read.

From the log's entries of the people who came for the firm, while they did, and from the exports that were
approved for it. Ids and counts alone; nothing of a client is opened for it. A house may not let the log's
months go before three years (compliance.logretention), so it reaches as far back as the law asks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from deals.pipeline.access import which_deals
from deals.pipeline.models import Deal
from people.accounts.models import User
from people.partners.access import OFFICER
from people.partners.models import Partner
from people.roles.access import has
from vault.disclosures.models import Export
from vault.records.models import Client

KEPT = timedelta(days=3 * 366)
SHOWN = 200
# Each entry counts for the firm that its person came for at that time: whoever changes firms takes nothing
# along.
_OF_FIRM = """
from people_partnerperson m
join people_user p on p.id = m.person_id
join log.entry e on e.actor = m.person_id and e.at >= m.since and (m.left_at is null or e.at < m.left_at)
where m.partner_id = %(partner)s and e.at >= %(since)s and e.result = 'done' and e.deal is not null
  and e.action in ('room.view', 'file.view', 'file.view_page', 'file.download')"""
_TAKEN = f"""
select e.deal, p.display_name,
  count(*) filter (where e.action = 'room.view'),
  count(*) filter (where e.action in ('file.view', 'file.view_page')),
  count(*) filter (where e.action = 'file.download'),
  count(distinct e.object_id) filter (where e.action in ('file.view', 'file.view_page', 'file.download')),
  min(e.at), max(e.at) {_OF_FIRM}
group by e.deal, p.id, p.display_name order by max(e.at) desc, p.display_name limit %(limit)s
"""
_DEALS = f"select distinct e.deal {_OF_FIRM}"


@dataclass(frozen=True, slots=True)
class Taken:
    """What one person of the firm saw and took in one deal's room; `code_name` is empty for a deal that
    whoever reads it does not work on."""

    deal: UUID
    code_name: str
    person: str
    rooms: int
    views: int
    downloads: int
    files: int
    first: datetime
    last: datetime


def which_named(user: User) -> QuerySet[Deal]:
    """The deals that the register names to this person: to officers all, to a lead those they work on."""
    return Deal.objects.all() if has(user, OFFICER) else which_deals(user)


def taken_by(partner: Partner, user: User) -> list[Taken]:
    """By deal and person, the latest first, as this person may read it. The caller has asked the gate."""
    rows = _rows(_TAKEN, partner.pk, limit=SHOWN)
    named = which_named(user).filter(pk__in={row[0] for row in rows})
    names = dict(named.values_list("pk", "code_name"))
    return [Taken(row[0], names.get(row[0], ""), *row[1:]) for row in rows]


def deals_given_to(partner_id: UUID) -> set[UUID]:
    """In the rooms of which deals anybody of the firm was, or whose clients went to it in an export."""
    rooms = {row[0] for row in _rows(_DEALS, partner_id)}
    exported = exports_to(partner_id).values_list("items__client_id", flat=True)
    books = _deals_of_clients({one for one in exported if one is not None})
    return rooms | books


def exports_to(partner_id: UUID) -> QuerySet[Export]:
    """Exports that were made for the firm, of the time that the register is kept for."""
    found = Export.objects.filter(
        outsider__partner=partner_id, built_at__gte=timezone.now() - KEPT, delivered__isnull=False
    )
    return found.select_related("requester").order_by("-built_at")


def _deals_of_clients(clients: set[UUID]) -> set[UUID]:
    found = Client.objects.filter(pk__in=clients, book__deal_id__isnull=False)
    return set(found.values_list("book__deal_id", flat=True).distinct())


def _rows(sql: str, partner_id: UUID, **more: int) -> list[tuple[Any, ...]]:
    named: dict[str, Any] = {"partner": partner_id, "since": timezone.now() - KEPT, **more}
    with connection.cursor() as cursor:
        cursor.execute(sql, named)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
