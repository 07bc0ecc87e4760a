"""What a seat takes in: entries of the log of its period, areas and deals. What lies outside of that is not
there for an auditor: no page, cursor, filter, file or proof begins anywhere else than here.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import ObjectType
from audit.models import LogEntry
from audit.sentences import short
from compliance.outside.codes import actions_of
from compliance.outside.models import OutsideAudit
from compliance.speakup.access import kept_apart
from deals.pipeline.models import Deal
from deals.rooms.models import Room
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from vault.masking.masks import mask

# Objects of these kinds say that somebody reported, or was reported or accused, whatever was done to them.
_HIDDEN = (ObjectType.SPEAKUP_CASE, ObjectType.CONDUCT_CASE)


def begins(audit: OutsideAudit) -> datetime:
    return midnight(audit.period_from)


def ends(audit: OutsideAudit) -> datetime:
    """The moment behind the period's last day."""
    return midnight(audit.period_to + timedelta(days=1))


def entries_of(audit: OutsideAudit) -> QuerySet[LogEntry]:
    """Every entry that the seat takes in; a few queries, however many there are."""
    found = LogEntry.objects.filter(
        at__gte=begins(audit), at__lt=ends(audit), action__in=actions_of(audit.areas)
    )
    found = found.exclude(object_type__in=_HIDDEN)
    if apart := kept_apart():
        found = found.exclude(object_id__in=apart)
    return found.filter(deal__in=audit.deals) if audit.deals else found


def placed(found: QuerySet[LogEntry], size: int) -> "QuerySet[Any]":
    """Those among the first `size` leaves of the log's tree, in its order, with their number as `place`."""
    place = RawSQL(
        '(select l.index from log.leaf l where l.entry = "log"."entry"."id" and l.at = "log"."entry"."at")',
        (),
        output_field=BigIntegerField(null=True),
    )
    rows: QuerySet[Any] = found.annotate(place=place)
    return rows.filter(place__lt=size).order_by("place")


def masked_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Id → what an auditor may see of its name: of people the mask and the end of the id, of deals and rooms
    the code name. Clients and books have none here."""
    wanted = list(ids)
    people = User.objects.filter(pk__in=wanted).values_list("pk", "display_name")
    named = {pk: f"{mask('name', name)} {short(pk)}" for pk, name in people}
    named |= Deal.objects.filter(pk__in=wanted).values_list("pk", "code_name")
    named |= Room.objects.filter(pk__in=wanted).values_list("pk", "deal__code_name")
    if SYSTEM_ID in named:
        named[SYSTEM_ID] = _("Sealroom")
    return named


def masked_person(person: User | None) -> str:
    return "" if person is None else masked_names([person.pk])[person.pk]


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
