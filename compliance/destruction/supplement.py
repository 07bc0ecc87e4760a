"""What completes a certificate: when the copies in rooms are gone, and when no copy of a key opens anything.

A certificate is final. Its supplement is canonical JSON as well, bound to it by its digest, and says anew
where copies of keys may lie: a backup of the keyring from between holds the keys of files in rooms. A copy
found later gets a further one.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q

from audit.actions import Action, ObjectType
from audit.entry import Entry, canonical, timestamp
from audit.log import record_change
from compliance.destruction.certificate import key_copies
from compliance.destruction.models import CertificateSupplement, DestructionRun, RoomCopy, RunState
from deals.files.models import VersionEnd
from vault.custody.copies.reach import known

VERSION = 2


def complete_certificates() -> None:
    """Issue the supplements that are due. Safe to run twice."""
    waiting = RoomCopy.objects.filter(supplement__isnull=True, run__state=RunState.DONE)
    for run_id in set(waiting.values_list("run_id", flat=True)):
        _complete(run_id)
    for run_id, destroyed in _past_undoing():
        _complete_keys(run_id, destroyed)


def says_past_undoing(supplement: CertificateSupplement) -> bool:
    """Whether it says that no known copy of a key opens anything any more."""
    places = json.loads(supplement.content)["copies"]
    return any(one["place"] == "physical" and one["dies_at"] is not None for one in places)


@transaction.atomic
def _complete(run_id: UUID) -> None:
    run = _locked(run_id)
    if run is None:
        return
    open_rows = list(run.room_copies.filter(supplement__isnull=True))
    ends = VersionEnd.objects.filter(pk__in=[row.version_id for row in open_rows], ended_at__isnull=False)
    ended = list(ends.select_related("version__room").order_by("version_id"))
    if not ended or len(ended) < len(open_rows):
        return
    supplement = _issue(run, ended, max(end.ended_at for end in ended if end.ended_at))
    run.room_copies.filter(pk__in=[row.pk for row in open_rows]).update(supplement=supplement)


@transaction.atomic
def _complete_keys(run_id: UUID, destroyed: datetime) -> None:
    """Asked again under the lock: another worker may have issued it meanwhile."""
    run = _locked(run_id)
    if run is not None and (run_id, destroyed) in _past_undoing():
        _issue(run, [], destroyed)


def _past_undoing() -> list[tuple[UUID, datetime]]:
    """The runs whose last copy has come to nothing without a supplement that says so, each with the time when
    its last key died.

    A run with copies in rooms waits for their end. Only what came to nothing since a run's last supplement
    can make a difference to it, so the runs of long ago are not asked about again.
    """
    now = known()
    if now.changed_at is None:
        return []
    missing = RoomCopy.objects.filter(run=OuterRef("pk"), supplement__isnull=True)
    runs = DestructionRun.objects.filter(~Exists(missing), state=RunState.DONE).annotate(
        last_batch=Max("batches__done_at"), told=Max("supplements__issued_at")
    )
    found = []
    for run in runs.filter(Q(told=None) | Q(told__lt=now.changed_at)).prefetch_related("supplements"):
        supplements = list(run.supplements.all())
        destroyed = max([run.last_batch, *map(_last_key, supplements)])
        over = now.before(destroyed).over_at
        if over and not any(one.issued_at >= over and says_past_undoing(one) for one in supplements):
            found.append((run.pk, destroyed))
    return found


def _last_key(supplement: CertificateSupplement) -> datetime:
    """When the last key died that it tells of."""
    places = json.loads(supplement.content)["copies"]
    return max(datetime.fromisoformat(one["dies_at"]) for one in places if one["place"] == "keyring")


def _locked(run_id: UUID) -> DestructionRun | None:
    return DestructionRun.objects.select_for_update(skip_locked=True).filter(pk=run_id).first()


def _issue(run: DestructionRun, ended: Sequence[VersionEnd], destroyed: datetime) -> CertificateSupplement:
    """The next supplement of a run; `ended`: the copies in rooms that it tells of."""
    number = run.supplements.count() + 1
    content = canonical(_content(run, number, ended, destroyed))
    entry = record_change(
        Entry(action=Action.DESTRUCTION_CERTIFY, object_type=ObjectType.CERTIFICATE, object_id=run.pk)
    )
    return CertificateSupplement.objects.create(
        run=run,
        number=number,
        content=content.decode(),
        digest=hashlib.sha256(content).digest(),
        entry=entry,
    )


def _content(
    run: DestructionRun, number: int, ended: Sequence[VersionEnd], destroyed: datetime
) -> dict[str, object]:
    """Bound to the certificate by its digest."""
    return {
        "v": VERSION,
        "run": str(run.pk),
        "certificate": bytes(run.certificate.digest).hex(),
        "number": number,
        "destroyed": len(ended),
        "copies": key_copies(destroyed),
        "room_copies": [
            [
                str(end.version.room.deal_id),
                str(end.version.file_id),
                str(end.version_id),
                end.version.file_key_id,
                end.ended_as,
                timestamp(end.ended_at) if end.ended_at else None,
                str(end.entry),
            ]
            for end in ended
        ],
    }
