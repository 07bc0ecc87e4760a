"""Copies of the destroyed in deals' rooms: exported lists that somebody put there (vault.disclosures).

They are listed before the order, found again as each batch is destroyed and every few minutes after (an
upload may have been under way), and end as deals.files.ends says. When all of a run's copies
have ended, its certificate is completed (supplement.py).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery

from audit.entry import timestamp
from compliance.destruction.models import DestroyedRecord, DestructionRun, RoomCopy, RunState
from deals.files.ends import begin_ends
from deals.files.models import FileVersion, VersionEnd
from vault.disclosures.models import ExportItem, SharedList
from vault.disclosures.sharing import files_holding
from vault.keys.freezing import frozen_among


@dataclass(frozen=True, slots=True)
class Copy:
    """A version of a file in a deal's room; `end` once the person it holds was destroyed."""

    version: FileVersion
    end: VersionEnd | None
    frozen: bool

    @property
    def facts(self) -> list[str]:
        """Deal, file, version: ids and the code name."""
        deal = self.version.room.deal
        return [str(deal.pk), deal.code_name, str(self.version.file_id), str(self.version.pk)]


def copies_of(clients: Iterable[UUID]) -> list[Copy]:
    """The versions with lists of these clients that are not destroyed yet."""
    found = _copies(files_holding(clients))
    return [copy for copy in found if copy.end is None or copy.end.ended_at is None]


def copies_on(run: DestructionRun) -> list[Copy]:
    """The copies that a run will leave behind, or has left, destroyed meanwhile or not."""
    left = _copies(run.room_copies.values_list("version_id", flat=True))
    if run.state in (RunState.DONE, RunState.DROPPED):
        return left
    known = {copy.version.pk for copy in left}
    ahead = copies_of(run.items.values_list("client_id", flat=True))
    return left + [copy for copy in ahead if copy.version.pk not in known]


def _copies(version_ids: Iterable[UUID]) -> list[Copy]:
    versions = FileVersion.objects.filter(pk__in=list(version_ids)).select_related("room__deal")
    ends = VersionEnd.objects.in_bulk([version.pk for version in versions])
    frozen = frozen_among({version.room_id for version in versions}) if versions else {}
    found = [Copy(one, ends.get(one.pk), one.room_id in frozen) for one in versions]
    return sorted(found, key=lambda copy: copy.facts)


def note_copies(run: DestructionRun, clients: Collection[UUID]) -> None:
    """Give every copy of these clients its day, in the transaction that destroys them."""
    _note(run, [copy.version.pk for copy in copies_of(clients)])


def _note(run: DestructionRun, version_ids: Collection[UUID]) -> None:
    begin_ends(version_ids)
    RoomCopy.objects.bulk_create(
        [RoomCopy(run=run, version_id=one) for one in version_ids], ignore_conflicts=True
    )


def find_copies() -> None:
    """Note the copies of destroyed people that no batch has noted. Safe to run at any time."""
    over = VersionEnd.objects.filter(ended_at__isnull=False).values("pk")
    noted = set(RoomCopy.objects.values_list("run_id", "version_id"))
    files: dict[UUID, set[UUID]] = defaultdict(set)
    for file_id, export in SharedList.objects.exclude(file_id__in=over).values_list("file_id", "export_id"):
        files[export].add(file_id)
    missed: dict[UUID, set[UUID]] = defaultdict(set)
    for export, run_id in _destroyed_in(files):
        missed[run_id].update(one for one in files[export] if (run_id, one) not in noted)
    for run_id, version_ids in missed.items():
        present = [copy.version.pk for copy in _copies(version_ids)]
        if present:
            with transaction.atomic():
                _note(DestructionRun.objects.get(pk=run_id), present)


def _destroyed_in(exports: Collection[UUID]) -> Iterable[tuple[UUID, UUID]]:
    """Export and run, for each run that destroyed somebody of it."""
    stones = DestroyedRecord.objects.all()
    gone = ExportItem.objects.filter(export__in=exports, client_id__in=stones.values("client_id"))
    run = Subquery(stones.filter(client_id=OuterRef("client_id")).values("run_id"))
    return gone.annotate(run=run).values_list("export_id", "run").distinct()


def outstanding(run: DestructionRun) -> list[list[str | None]]:
    """For the certificate: deal, file, version and day of each copy that is still there."""
    return [
        [
            str(copy.version.room.deal_id),
            str(copy.version.file_id),
            str(copy.version.pk),
            timestamp(copy.end.due_at),
        ]
        for copy in copies_on(run)
        if copy.end and copy.end.ended_at is None
    ]
