"""What waits for the officers: checkpoints outside that do not agree with the log, and sinks that get
none.
"""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.checkpoints import alarms
from compliance.proofs import health
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency


def due(user: User) -> Iterator[DueItem]:
    if not has(user, Permission.PURPOSE_MANAGE):
        return
    yield DueItem(
        label=_("Signed checkpoints outside that do not agree with the log"),
        count=len(alarms.standing()),
        url=reverse("compliance:checkpoints"),
        urgency=Urgency.NOW,
    )
    yield DueItem(
        label=_("Places outside that no signed checkpoint reaches"),
        count=len(health.late()),
        url=reverse("compliance:checkpoints"),
        urgency=Urgency.SOON,
    )
