"""What mandates ask of their agent: which end soon, and what becomes of the data of those that ended."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency
from vault.records.models import ClientState
from vault.relations.mandates.access import which_mandates
from vault.relations.mandates.models import Mandate, MandateState
from vault.relations.mandates.standing import SOON, binding, house_day, running


def own_mandates(user: User) -> "QuerySet[Mandate]":
    """Of the clients that are this person's; of nobody's, to who drew it up and who leads the book."""
    nobodys = Q(client__assigned__isnull=True) & (Q(by=user) | Q(client__book__lead=user))
    mine = Q(client__assigned=user) | nobodys
    return which_mandates(user, Permission.CLIENT_EDIT).filter(mine, client__state=ClientState.ACTIVE)


def ending(user: User) -> "QuerySet[Mandate]":
    """In force, ended within 30 days, and followed by none of the same kind."""
    day = house_day()
    after = Mandate.objects.filter(
        client=OuterRef("client"),
        kind=OuterRef("kind"),
        state=MandateState.SIGNED,
        ends_on__gt=OuterRef("ends_on"),
    )
    return own_mandates(user).filter(running(day), ~Exists(after), ends_on__lte=day + SOON)


def ended(user: User) -> "QuerySet[Mandate]":
    """The last mandate of each client that has none in force or to come, while nobody said what follows."""
    last = Coalesce("terminated_on", "ends_on")
    others = Mandate.objects.filter(client=OuterRef("client")).annotate(last_day=last)
    signed = others.exclude(state=MandateState.DRAFT)
    later = Q(last_day__gt=OuterRef("last_day")) | Q(last_day=OuterRef("last_day"), pk__gt=OuterRef("pk"))
    found = own_mandates(user).annotate(last_day=last).filter(kept="").exclude(state=MandateState.DRAFT)
    return found.filter(~Exists(signed.filter(binding(house_day()) | later)), ~binding(house_day()))


def drafts(user: User) -> "QuerySet[Mandate]":
    return own_mandates(user).filter(state=MandateState.DRAFT)


def in_force(user: User) -> "QuerySet[Mandate]":
    return own_mandates(user).filter(running(house_day()))


def due(user: User) -> Iterator[DueItem]:
    """Two queries."""
    if not has(user, Permission.CLIENT_EDIT):
        return
    url = reverse("vault:mandates")
    yield DueItem(
        label=_("Mandates ended: what becomes of the data?"),
        count=ended(user).count(),
        url=f"{url}?view=ended",
        urgency=Urgency.NOW,
    )
    yield DueItem(
        label=_("Mandates ending within 30 days"), count=ending(user).count(), url=f"{url}?view=ending"
    )
