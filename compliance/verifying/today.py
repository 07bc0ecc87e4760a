"""What waits for the officers: rows that are not as the log says, and nights without a comparison."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.verifying.comparing import overdue
from compliance.verifying.findings import waiting
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency
from vault.records.models import ClientBook


def due(user: User) -> Iterator[DueItem]:
    if has(user, Permission.PURPOSE_MANAGE):
        yield DueItem(
            label=_("Client books whose records are not as the log says"),
            # The books are asked for because the log outlives what was rolled back around it.
            count=ClientBook.objects.filter(pk__in={one.book_id for one in waiting()}).count(),
            url=reverse("compliance:findings"),
            urgency=Urgency.NOW,
        )
        yield DueItem(
            label=_("Client books not compared with the log for two days"),
            count=overdue().count(),
            url=reverse("compliance:findings"),
            urgency=Urgency.NOW,
        )
