"""How much a person is shown in a day. Counted here and nowhere else.

One lock for a person and a day makes two reveals queue, so that both cannot take what is left for one. The
day is the house's own (Asia/Shanghai): it turns at local midnight wherever the person sits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from people.accounts.models import User
from people.roles.access import grants_in_force
from people.roles.models import RoleCode, RolePermission
from people.roles.permissions import Permission
from vault.records.labels import Group
from vault.records.models import Client
from vault.records.reveals.models import Reveal, RevealDay, RevealLimit
from vault.records.reveals.refusals import Lack, RevealRefused

DECLARED: Mapping[str, int] = MappingProxyType({RoleCode.AGENT: 100, RoleCode.DEAL_LEAD: 150})
OTHERS = 50  # a role that reveals and was given no limit of its own

# Masks come back after a minute, so drawing up one contract takes several looks. For ten minutes the same
# group, person and purpose are one disclosure and count once; each look is an entry of the log all the same.
SAME_LOOK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Account:
    """What a person's day looks like: `limit` with what an officer added, and what is spent of it."""

    day: date
    limit: int
    spent: int

    @property
    def left(self) -> int:
        return max(0, self.limit - self.spent)


def today() -> date:
    return timezone.localdate(timezone=ZoneInfo(settings.TIME_ZONE))


def limits() -> dict[str, int]:
    """Role code → what it is shown in a day, for the roles that reveal at all."""
    reveal = RolePermission.objects.filter(permission=Permission.CLIENT_REVEAL)
    codes = reveal.order_by("role_id").values_list("role_id", flat=True)
    stored = dict(RevealLimit.objects.values_list("role_id", "per_day"))
    return {code: stored.get(code, DECLARED.get(code, OTHERS)) for code in codes}


def limit_of(user: User) -> int:
    """The highest limit among the person's roles."""
    held = set(grants_in_force().filter(user_id=user.pk).values_list("role_id", flat=True))
    return max((limit for code, limit in limits().items() if code in held), default=0)


def account_of(user: User) -> Account:
    """The person's account of today."""
    row = RevealDay.objects.filter(person=user, day=today()).first() or RevealDay(day=today())
    return Account(row.day, limit_of(user) + row.extra, row.spent)


@transaction.atomic
def count_reveals(*, actor: User, weights: Mapping[Client, int], group: Group, purpose: str) -> None:
    """Takes these weights from the person's day, for one group of each client; as many queries as for one.

    Raises RevealRefused, taking nothing, when too little is left.
    """
    day = locked_day(actor, today())
    same = Reveal.objects.filter(
        person=actor,
        client__in=weights,
        group=group.value,
        purpose=purpose,
        at__gt=timezone.now() - SAME_LOOK,
    )
    counted = set(same.values_list("client_id", flat=True))
    new = {client: weight for client, weight in weights.items() if client.pk not in counted}
    if not new:
        return
    if day.spent + sum(new.values()) > limit_of(actor) + day.extra:
        raise RevealRefused(Lack.LIMIT)
    day.spent += sum(new.values())
    day.save(update_fields=["spent"])
    Reveal.objects.bulk_create(
        Reveal(person=actor, client=client, group=group.value, purpose=purpose, weight=weight)
        for client, weight in new.items()
    )


def locked_day(user: User, day: date) -> RevealDay:
    """The row of the day, made if need be, locked until the transaction ends."""
    RevealDay.objects.get_or_create(person=user, day=day)
    return RevealDay.objects.select_for_update().get(person=user, day=day)
