"""Undertakings in rooms that are about to expire: a deal's lead is told of each person's, and lead and
people of a company's, 30 days, 7 days and 1 day before."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from deals.pipeline.models import Deal
from deals.seals.access import demanding_groups, in_force
from deals.seals.telling import people_of
from people.duties.ending import ending, step_of
from people.notices.services import notify


def tell_ending() -> int:
    """Returns how many are about to end. Safe to run twice: each step is told once."""
    return _of_people() + _of_companies()


def _of_people() -> int:
    near = [(signature, step) for signature, step in ending() if signature.deal_id]
    deals = Deal.objects.select_related("lead").in_bulk({signature.deal_id for signature, _ in near})
    for signature, step in near:
        deal = deals.get(signature.deal_id)
        if deal is not None:
            with transaction.atomic():
                key = f"{signature.pk}.{step}"
                notify("nda.ending_soon", [deal.lead], deal_id=deal.pk, key=key)
    return len(near)


def _of_companies() -> int:
    """Those that none outlasts, of groups whose company has to be bound."""
    later = in_force().filter(group=OuterRef("group"), access_expires_at__gt=OuterRef("access_expires_at"))
    found = in_force().filter(~Exists(later), group__in=demanding_groups().values("pk"))
    told, now = 0, timezone.now()
    for one in found.select_related("group__room__deal__lead").order_by("pk"):
        assert one.accepted_at is not None  # in force
        assert one.access_expires_at is not None
        step = step_of(one.accepted_at, one.access_expires_at, now)
        if step is None:
            continue
        told += 1
        deal = one.group.room.deal
        with transaction.atomic():
            people = [*people_of(one.group), deal.lead]
            notify("seal.ending", people, deal_id=deal.pk, key=f"{one.pk}.{step}")
    return told
