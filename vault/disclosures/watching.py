"""Seeing an invented person of an export turn up: only a list that left the house can have brought it.

The person before whom it turned up notices nothing; the officers are told.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change, record_read
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.crypto.blind import IndexKey
from vault.disclosures.marking import canary_token, identifying, may_be_invented
from vault.disclosures.marks import mark_key
from vault.disclosures.models import CanarySighting, CanaryToken, MarkKeys, Place


def watch(actor: User, people: Iterable[Mapping[str, str]], place: Place) -> None:
    """Look for canary records among normalised values by field. Nothing is asked about who cannot be one."""
    watch_for(actor, suspects(people), place)


def suspects(people: Iterable[Mapping[str, str]]) -> set[str]:
    """What identifies those who can be canaries; told without a database."""
    return {name for values in people if may_be_invented(values) for name in identifying(values)}


def watch_for(actor: User, names: Collection[str], place: Place) -> None:
    """As `watch`, for what `suspects` found."""
    keys = MarkKeys.objects.first() if names else None
    if keys is None:
        return
    key = mark_key(keys)
    for export_id, numbers in known_canaries(key, names).items():
        _sighted(actor, export_id, len(numbers), place)


def known_canaries(key: IndexKey, names: Iterable[str]) -> dict[UUID, set[int]]:
    """Export → the numbers of its invented people among these (as `marking.identifying` names them)."""
    tokens = [canary_token(key, name) for name in names]
    found: dict[UUID, set[int]] = defaultdict(set)
    for at in range(0, len(tokens), 10_000):
        rows = CanaryToken.objects.filter(token__in=tokens[at : at + 10_000])
        for export_id, number in rows.values_list("export_id", "number"):
            found[export_id].add(number)
    return found


def handle_sighting(*, actor: User, sighting_id: UUID) -> None:
    """Note that an officer looked into it. A second time changes nothing. Raises Refused."""
    require(actor, Permission.DISCLOSURE_READ)
    open_ones = CanarySighting.objects.filter(pk=sighting_id, handled_at__isnull=True)
    sighting = open_ones.select_for_update().first()
    if sighting is None:
        return
    sighting.handled_at, sighting.handled_by = timezone.now(), actor
    sighting.save(update_fields=["handled_at", "handled_by"])
    record_change(
        Entry(action=Action.CANARY_HANDLE, object_type=ObjectType.EXPORT, object_id=sighting.export_id)
    )


def _sighted(actor: User, export_id: UUID, canaries: int, place: Place) -> None:
    # Committed by itself: that an import is rolled back does not make it unseen.
    record_read(
        Entry(
            action=Action.CANARY_SEEN,
            object_type=ObjectType.EXPORT,
            object_id=export_id,
            reason=place.value,
        )
    )
    waiting = CanarySighting.objects.filter(
        export_id=export_id, place=place, person_id=actor.pk, handled_at__isnull=True
    )
    if not waiting.exists():  # each time is in the log; one line on the day's page is enough
        CanarySighting.objects.create(export_id=export_id, place=place, person_id=actor.pk, canaries=canaries)
