"""Versions that hold somebody who was destroyed: withheld at once, replaced by a day, or destroyed then.

The file is a copy of data whose key is gone; while its own key lives, destroying the client has not destroyed
the data (PIPL 47). Why they get REPLACE_WITHIN, and why nothing but a freeze keeps them longer:
docs/decisions/2026-11-22-copies-in-rooms.md.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change, record_read
from deals.files.models import EndedAs, FileVersion, VersionEnd
from vault.files.store import file_path, remove_sealed_file
from vault.keys import store
from vault.keys.freezing import frozen_among

REPLACE_WITHIN = timedelta(days=7)


class RoomFrozen(Exception):
    """The room was frozen meanwhile: what is in it is kept until the freeze ends."""


def begin_ends(version_ids: Iterable[UUID]) -> None:
    """Set the day by which these versions go; those that have one keep it. In the caller's transaction."""
    now = timezone.now()
    for version in FileVersion.objects.filter(pk__in=list(version_ids)).select_related("room"):
        due = {"found_at": now, "due_at": now + REPLACE_WITHIN}
        _end, is_new = VersionEnd.objects.get_or_create(version=version, defaults=due)
        if is_new:
            record_change(end_entry(Action.FILE_ENDING, version))


def open_ends() -> QuerySet[VersionEnd]:
    """The ends that have not come."""
    return VersionEnd.objects.filter(ended_at__isnull=True)


def _is_replaced() -> Exists:
    """Whether there is a newer version, one that may stay."""
    newer = FileVersion.objects.filter(
        file=OuterRef("version__file"), number__gt=OuterRef("version__number"), end__isnull=True
    )
    return Exists(newer)


def waiting_ends() -> QuerySet[VersionEnd]:
    """The ends that wait for somebody to replace the version or give it up."""
    return open_ends().filter(~_is_replaced(), asked_by__isnull=True)


def _ripe() -> QuerySet[VersionEnd]:
    """The ends that have to come now."""
    return open_ends().filter(_is_replaced() | Q(asked_by__isnull=False) | Q(due_at__lte=timezone.now()))


def ripe_ends() -> list[UUID]:
    """The versions to be destroyed now, the longest due first; frozen rooms keep theirs."""
    rows = list(_ripe().order_by("due_at", "pk").values_list("pk", "version__room_id"))
    frozen = frozen_among({room for _version, room in rows}) if rows else {}
    return [version for version, room in rows if room not in frozen]


def end_version(version_id: UUID) -> None:
    """Destroy the version's own key, then its file. The worker's alone; safe twice, too early, when killed.

    The order is committed first, as the keyring demands. The file goes before the end is committed: a worker
    killed between leaves an end that has not come, and whoever is next goes through it again.

    Raises RoomFrozen.
    """
    version = FileVersion.objects.select_related("room").get(pk=version_id)
    # Of the version, so that the file's life tells of the deed alone.
    entry = end_entry(Action.DESTRUCTION_ORDER, version)
    order = record_read(replace(entry, object_type=ObjectType.FILE_VERSION, object_id=version_id))
    with transaction.atomic():
        end = _ripe().select_for_update(of=("self",), skip_locked=True).filter(pk=version_id).first()
        if end is None:
            return
        store.destroy(order, [version_id])
        # Asked behind the destruction, which has the lock that a freeze needs: none slips between.
        if frozen_among([version.room_id]):
            raise RoomFrozen
        remove_sealed_file(file_path(version_id))
        end.ended_at, end.ended_as = timezone.now(), _way(end)
        end.entry = record_change(end_entry(Action.FILE_DESTROY, version, reason=end.ended_as))
        end.save(update_fields=["ended_at", "ended_as", "entry"])


def _way(end: VersionEnd) -> EndedAs:
    if end.asked_by_id:
        return EndedAs.ASKED
    replaced = open_ends().filter(_is_replaced(), pk=end.pk).exists()
    return EndedAs.REPLACED if replaced else EndedAs.OVERDUE


def end_entry(action: Action, version: FileVersion, *, reason: str = "") -> Entry:
    """About the file, for its life; its subject is the version, the key's owner, whom an order must name."""
    return Entry(
        action=action,
        object_type=ObjectType.FILE,
        object_id=version.file_id,
        subjects=(version.pk,),
        deal=version.room.deal_id,
        fields=(f"version.{version.number}",),
        reason=reason,
    )
