"""Grants that end soon: told to whoever holds them, and to whoever could give them anew, a week before."""

from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.accounts.models import User
from people.roles.access import grants_in_force, has
from people.roles.models import RoleGrant
from people.roles.permissions import Permission
from people.today import DueItem, Urgency

REMINDED = timedelta(days=7)


def ending_soon() -> QuerySet[RoleGrant]:
    """Grants in force whose end is near."""
    return grants_in_force().filter(valid_until__lte=timezone.now() + REMINDED)


def due(user: User) -> list[DueItem]:
    """One query; two for an administrator."""
    own = ending_soon().filter(user_id=user.pk).count()
    found = [DueItem(label=_("Roles of yours that end soon"), count=own, url=reverse("people:me"))]
    if has(user, Permission.ROLE_MANAGE):
        others = ending_soon().exclude(user_id=user.pk).count()
        address = reverse("people:people") + "?ends=soon"
        found.append(
            DueItem(label=_("Roles that end soon"), count=others, url=address, urgency=Urgency.LATER)
        )
    return found
