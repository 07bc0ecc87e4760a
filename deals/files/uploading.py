"""Uploads: each chunk is sealed as it arrives, and nothing is known of a file until the last one is safe.

The key is a draft until the commit, so an upload that breaks off leaves neither a row nor a key, and what
it left on the disk opens for nobody. Memory stays flat: less than one chunk is held.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused, record
from deals.details.choice import Details
from deals.details.uploads import remove_details
from deals.errors import NotPossible
from deals.files import tasks
from deals.files.agreeing import require_agreement
from deals.files.lists import lists_in, may_hold_a_list
from deals.files.models import NAME_LENGTH, File, FileVersion, Upload, VersionEnd
from deals.files.scanning import refuse_unclean
from deals.files.sniffing import HEAD, sniff
from deals.rooms.access import get_folder, may
from deals.rooms.levels import Level
from deals.rooms.models import Folder, Room
from deals.rooms.naming import changing
from deals.rooms.titles import clean_title
from people.accounts.models import Kind, User
from people.notices.batches import begin_batch
from vault.crypto.chunks import FileBinding, FileKey
from vault.crypto.keywrap import KeyKind
from vault.disclosures.sharing import holds_destroyed, note_lists
from vault.files.store import (
    SealedFile,
    SealedWriter,
    Stored,
    file_path,
    open_sealed_file,
    remove_sealed_file,
)
from vault.keys.cache import Opened
from vault.keys.service import KeyDrafts, draft_keys, enter_keys
from vault.masking.grades import Grade

MOST_FILES = 100  # of one upload


@dataclass(slots=True)
class Arriving:
    """A file on its way in: `stored` once it is whole on the disk."""

    id: UUID
    name: str
    key: KeyDrafts
    writer: SealedWriter
    head: bytes = b""
    stored: Stored | None = None

    def take(self, data: bytes) -> None:
        """Seal the next of its bytes."""
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]
        self.writer.write(data)

    def discard(self) -> None:
        """Leave nothing of it on the disk."""
        self.writer.abort()
        remove_sealed_file(file_path(self.id))
        Upload.objects.filter(pk=self.id).delete()


def begin_arriving(room: Room, compartment: Opened, name: str) -> Arriving:
    """A version that is about to be written: known to nobody but the sweep of what was left unfinished."""
    version_id = uuid4()
    Upload.objects.create(id=version_id)
    key = draft_keys(KeyKind.FILE, [version_id], parent=compartment)
    [made] = key.opened.values()
    if not isinstance(made.key, FileKey):
        raise TypeError("a file is sealed under a file key")
    writer = SealedWriter(file_path(version_id), made.key, binding(version_id, room.pk))
    return Arriving(version_id, name, key, writer)


class SealingHandler(FileUploadHandler):
    """Takes the files of one multipart request. The plaintext goes nowhere but into the sealer."""

    chunk_size = 1024 * 1024

    def __init__(self, room: Room, compartment: Opened, *, limit: int) -> None:
        super().__init__()
        self._room, self._compartment, self._limit = room, compartment, limit
        self.arrived: list[Arriving] = []
        self.problem = ""

    def new_file(self, field_name: str, file_name: str, *args: object, **options: object) -> None:
        super().new_file(field_name, file_name, *args, **options)  # type: ignore[arg-type]
        if len(self.arrived) >= MOST_FILES:
            self._stop(_("At most %(count)d files at once.") % {"count": MOST_FILES})
        try:
            name = clean_title(file_name, longest=NAME_LENGTH)
        except NotPossible as problem:
            self._stop(str(problem))
        self.arrived.append(begin_arriving(self._room, self._compartment, name))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        file = self.arrived[-1]
        if start + len(raw_data) > self._limit:
            self._stop(too_large(self._limit))
        file.take(raw_data)

    def file_complete(self, file_size: int) -> None:
        self.arrived[-1].stored = self.arrived[-1].writer.finish()

    def discard(self) -> None:
        """Leave nothing on the disk of what was not kept."""
        for file in self.arrived:
            file.discard()
        self.arrived.clear()

    def opened(self, file: Arriving) -> SealedFile:
        """One of those that arrived whole, to be read."""
        [made] = file.key.opened.values()
        if not isinstance(made.key, FileKey):
            raise TypeError("a file is sealed under a file key")
        return open_sealed_file(file_path(file.id), made.key, binding(file.id, self._room.pk))

    def exchange(self, at: int, content: Iterable[bytes]) -> None:
        """Another content, under a key of its own, for a file that arrived; the first one is discarded."""
        fresh = begin_arriving(self._room, self._compartment, self.arrived[at].name)
        try:
            for piece in content:
                fresh.take(piece)
            fresh.stored = fresh.writer.finish()
        except BaseException:
            fresh.discard()
            raise
        self.arrived[at].discard()
        self.arrived[at] = fresh

    def _stop(self, problem: str) -> None:
        self.problem = problem
        raise StopUpload(connection_reset=True)


def too_large(limit: int) -> str:
    return _("A file has at most %(count)d MB.") % {"count": limit // 1024**2}


def binding(version_id: UUID, room_id: UUID) -> FileBinding:
    """What a version's ciphertext is bound to."""
    return FileBinding(version_id.bytes, room_id.bytes)


@contextmanager
def receiving(request: HttpRequest, room: Room) -> Iterator[SealingHandler]:
    """While it lasts, what the request sends is sealed for this room; whatever was not kept is discarded."""
    with changing(room) as context:
        compartment = context.keys[room.compartment_key_id]
        handler = SealingHandler(room, compartment, limit=settings.UPLOAD_MAX_BYTES)
        request.upload_handlers = [handler]
        try:
            yield handler
        finally:
            handler.discard()


def keep(
    *, actor: User, deal_id: UUID, folder_id: UUID, handler: SealingHandler, details: Details
) -> list[FileVersion]:
    """Make the arrived files known, all or none: new ones at the end of the folder, hidden from every group
    that has no right there; one with the name of a present file that the actor may change becomes its next
    version.

    To be called inside `receiving`. The gate is asked once more: an upload may take an hour, and its sender
    may have been shut out meanwhile. Raises Refused, NotPossible.
    """
    folder = get_folder(actor, deal_id, folder_id, Level.UPLOAD, Action.FILE_UPLOAD)
    require_agreement(folder, handler.arrived)
    refuse_unclean(folder, map(handler.opened, handler.arrived))  # before anything parses them
    if details == Details.REMOVED:
        remove_details(handler)
    lists = {arriving.id: _lists(arriving, handler) for arriving in handler.arrived}
    _refuse_the_destroyed(actor, folder, set().union(*lists.values()))
    with transaction.atomic():
        Folder.objects.select_for_update(no_key=True).get(pk=folder_id)  # numbers are given one by one
        present = list(File.objects.filter(folder=folder).select_related("room").order_by("position"))
        by_name: dict[str, list[File]] = defaultdict(list)
        for file in present:
            by_name[file.name.casefold()].append(file)
        position = present[-1].position if present else 0
        versions = []
        for arriving in handler.arrived:
            enter_keys(arriving.key)
            named = by_name[arriving.name.casefold()]
            # What the folder gives may be closed on a single file, as where a redacted copy stands in for it:
            # nobody puts a version onto what is closed to them, nor learns by its name that it is there.
            changed = next((file for file in named if may(actor, file, Level.UPLOAD)), None)
            if changed is None:
                position += 1
                changed = add_file(actor, folder, arriving.name, position=position)
                named.append(changed)
            versions.append(add_version(actor, changed, arriving, details))
            note_lists(actor=actor, file_id=arriving.id, exports=lists[arriving.id])
            log_upload(versions[-1])
        Upload.objects.filter(pk__in=[arriving.id for arriving in handler.arrived]).delete()
        if VersionEnd.objects.filter(version__file__in={version.file_id for version in versions}).exists():
            transaction.on_commit(tasks.end_soon)
    handler.arrived.clear()
    return versions


def _lists(arriving: Arriving, handler: SealingHandler) -> set[UUID]:
    """The exported lists of clients in a file that arrived whole."""
    if arriving.stored is None or not may_hold_a_list(sniff(arriving.head), arriving.stored.size):
        return set()
    return lists_in(handler.opened(arriving), arriving.name)


def _refuse_the_destroyed(actor: User, folder: Folder, exports: set[UUID]) -> None:
    """What was destroyed does not come back by way of a room. Raises NotPossible.

    Outside people are not told why: that somebody was destroyed is between the house and the client.
    """
    if not holds_destroyed(exports):
        return
    refused = Refused(
        ObjectType.FOLDER,
        folder.pk,
        Action.FILE_UPLOAD,
        deal=folder.room.deal_id,
        reason=Reason.LIST_WITHHELD,
    )
    record(refused)
    if actor.kind == Kind.STAFF:
        raise NotPossible(
            _(
                "An exported list among them may hold somebody whose data were destroyed. Nothing was kept:"
                " export a new list, which leaves them out, and upload that."
            )
        )
    raise NotPossible(_("A file among them cannot be taken in. Nothing was kept; ask whoever runs the room."))


def add_file(actor: User, folder: Folder, name: str, *, position: int, grade: Grade = Grade.L3) -> File:
    """A file without a version yet, in the caller's transaction, which holds the folder's lock."""
    file = File(
        room=folder.room,
        folder=folder,
        key_id=folder.room.key_id,
        position=position,
        grade=grade,
        created_by=actor,
    )
    file.name = name
    file.save()
    return file


def add_version(actor: User, file: File, arriving: Arriving, details: Details) -> FileVersion:
    """What arrived whole as the file's next version; likewise."""
    if arriving.stored is None:
        raise ValueError("only whole files are kept")
    last = FileVersion.objects.filter(file=file).aggregate(last=Max("number"))["last"]
    version = FileVersion(
        id=arriving.id,
        file=file,
        room=file.room,
        key_id=file.key_id,
        number=(last or 0) + 1,
        size=arriving.stored.size,
        media_type=sniff(arriving.head),
        file_key_id=arriving.key.ids()[arriving.id],
        details=details,
        uploaded_by=actor,
    )
    version.sha256 = arriving.stored.sha256.hex()
    version.save()
    return version


def log_upload(version: FileVersion) -> None:
    """And a while later whoever can open it is told."""
    begin_batch("room.files", version.room.deal_id, version.uploaded_at)
    record_change(
        Entry(
            action=Action.FILE_UPLOAD,
            object_type=ObjectType.FILE,
            object_id=version.file_id,
            deal=version.room.deal_id,
            fields=(f"version.{version.number}", Details(version.details).code),
        )
    )
