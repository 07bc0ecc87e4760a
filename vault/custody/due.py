"""What waits for an officer: keys that are old, a recovery copy that is missing, stale or never rehearsed."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency
from vault.custody.ages import EPOCH
from vault.custody.models import KeyRotation, RotationState
from vault.custody.recovery_state import recovery_state
from vault.keys import inventory


def keys_due(user: User) -> Iterator[DueItem]:
    """Each line leads to the key page."""
    if not has(user, Permission.KEY_ROTATE):
        return
    url = reverse("vault:keys")
    versions = inventory.root_versions()
    if not versions:
        return
    if KeyRotation.objects.filter(state=RotationState.STOPPED).exists():
        yield DueItem(
            label=_("The rotation of the keys stopped: keys do not open"),
            count=1,
            url=url,
            urgency=Urgency.NOW,
        )
    elif timezone.now() - versions[0].created_at > EPOCH:
        yield DueItem(label=_("The root key is older than 90 days: rotate the keys"), count=1, url=url)
    yield DueItem(
        label=_("Keys near the end of their seals: have them replaced (reencrypt)"),
        count=inventory.nearly_used_up(),
        url=f"{url}?state=used_up",
        urgency=Urgency.NOW,
    )
    recovery = recovery_state(versions[0])
    if recovery.problem:
        yield DueItem(label=recovery.problem, count=1, url=url, urgency=Urgency.NOW)
