"""What waits for the officers: months that may leave, and bundles that are not as they were."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.logretention import leaving
from compliance.logretention.models import LogMonth
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency


def due(user: User) -> Iterator[DueItem]:
    if not has(user, Permission.RETENTION_MANAGE):
        return
    bundled = Q(entries=0) | Q(bundle__isnull=False) & ~Q(leaves="")
    ready = LogMonth.objects.filter(bundled, kept={}, trouble="", ordered__isnull=True)
    amiss = LogMonth.objects.exclude(trouble="")
    asked = leaving.waiting()
    url = reverse("compliance:log_retention")
    yield DueItem(
        label=_("Months of the log whose bundle is missing or that did not leave"),
        count=amiss.count(),
        url=url,
        urgency=Urgency.NOW,
    )
    yield DueItem(
        label=_("Months of the log that are due to leave the database"),
        count=sum(row.code not in asked for row in ready),
        url=url,
        urgency=Urgency.LATER,
    )
