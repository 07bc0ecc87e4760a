"""Whether mandates bind on a day: asked by the gate of lawful uses, by retention and by the pages.

Kept nowhere: a signed mandate is in force from its first to its last day where the house is, whoever asks.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Least
from django.utils import timezone

from vault.purposes.engagements import Engagement
from vault.relations.mandates.models import Mandate, MandateKind, MandateState

SOON = timedelta(days=30)


class Standing(StrEnum):
    """How one mandate stands on a day."""

    DRAFT = "draft"
    AHEAD = "ahead"
    IN_FORCE = "in_force"
    ENDING = "ending"
    EXPIRED = "expired"
    TERMINATED = "terminated"


def house_day(moment: datetime | None = None) -> date:
    """The day where the house is, whatever zone the viewer has."""
    return timezone.localdate(moment, timezone=ZoneInfo(settings.TIME_ZONE))


def standing(mandate: Mandate, day: date) -> Standing:
    if mandate.state == MandateState.DRAFT:
        return Standing.DRAFT
    if mandate.state == MandateState.TERMINATED:
        return Standing.TERMINATED
    if mandate.ends_on < day:
        return Standing.EXPIRED
    if mandate.begins_on > day:
        return Standing.AHEAD
    return Standing.ENDING if mandate.ends_on <= day + SOON else Standing.IN_FORCE


def running(day: date) -> Q:
    return Q(state=MandateState.SIGNED, begins_on__lte=day, ends_on__gte=day)


def binding(day: date) -> Q:
    """In force, or signed and still to come."""
    return Q(state=MandateState.SIGNED, ends_on__gte=day)


def engagements(clients: Collection[UUID]) -> dict[UUID, Engagement]:
    """Of these clients, how those stand who ever signed one. One query, by the index mandate_of_client."""
    day = house_day()
    signed = Mandate.objects.filter(client_id__in=clients).exclude(state=MandateState.DRAFT)
    counted = signed.order_by().values_list("client_id")
    rows = counted.annotate(
        now=Count("pk", filter=running(day)), ahead=Count("pk", filter=binding(day) & ~running(day))
    )
    return {client: _engagement(now, ahead) for client, now, ahead in rows}


def _engagement(now: int, ahead: int) -> Engagement:
    if now:
        return Engagement.NOW
    return Engagement.AHEAD if ahead else Engagement.OVER


def has_mandate(client_id: UUID, kind: MandateKind | None = None) -> bool:
    """Whether a mandate of this client, of this kind where one is named, is in force today."""
    found = Mandate.objects.filter(running(house_day()), client_id=client_id)
    return bool((found.filter(kind=kind) if kind else found).exists())


def is_bound(client_id: UUID) -> bool:
    """Whether a mandate of this client is in force, or signed and still to come."""
    return bool(Mandate.objects.filter(binding(house_day()), client_id=client_id).exists())


def bound() -> Exists:
    """As `is_bound`, a condition for a query of clients."""
    return Exists(Mandate.objects.filter(binding(house_day()), client_id=OuterRef("pk")))


def ended_since(moment: datetime) -> Exists:
    """For a query of clients: a mandate of theirs was still in force on the day of `moment`, or is signed for
    a later one."""
    return Exists(_signed().filter(Q(last_day__gte=house_day(moment)), client_id=OuterRef("pk")))


def ends_of(clients: Collection[UUID]) -> dict[UUID, datetime]:
    """Client → the beginning of the day on which the last of its mandates ended or will end. One query."""
    rows = (
        _signed().filter(client_id__in=clients).order_by().values_list("client_id").annotate(Max("last_day"))
    )
    return {client: house_midnight(day) for client, day in rows}


def house_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))


def _signed() -> "QuerySet[Mandate]":
    """What was ever signed, with the last day of each."""
    signed: QuerySet[Mandate] = Mandate.objects.exclude(state=MandateState.DRAFT)
    # LEAST passes over nulls in PostgreSQL: what was not ended early ends on the day agreed.
    return signed.annotate(last_day=Least(F("ends_on"), F("terminated_on")))
