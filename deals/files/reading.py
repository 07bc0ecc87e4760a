"""Opening the content of a version: under a log entry that names its key, and watched while it streams."""

from collections.abc import Iterator
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.origin import Origin, acting_as, current_origin
from audit.refusals import Refused, record
from deals.files.lists import leave_to_take, withheld
from deals.files.models import File, FileVersion
from deals.files.uploading import binding
from deals.rooms.access import asks_for_more, may
from deals.rooms.levels import Level
from deals.rooms.naming import names_open
from people.accounts.models import User
from people.factors.strength import is_strong_here
from people.locks.standing import shuts
from vault.crypto.chunks import FileKey
from vault.files.store import SealedFile, file_path, open_sealed_file
from vault.keys.freezing import frozen_among
from vault.sealed.context import AccessContext

ASK_AGAIN = 4 * 1024**2  # bytes between two questions to the gate


class CutOff(ConnectionError):
    """The person lost the right, or the room was frozen, meanwhile: the answer ends unfinished."""


def content_keys(version: FileVersion) -> tuple[int, ...]:
    """What an entry names, beside the room's keys, to open the version's content."""
    return (version.file_key_id,)


def open_content(version: FileVersion, context: AccessContext) -> SealedFile:
    """The content, in an access that names its key. Raises vault.crypto.errors.SealBroken."""
    key = context.keys[version.file_key_id].key
    if not isinstance(key, FileKey):
        raise TypeError("a file is sealed under a file key")
    return open_sealed_file(file_path(version.pk), key, binding(version.pk, version.room_id))


def open_original(version: FileVersion, taker: User) -> tuple[str, SealedFile]:
    """The name and content for a download, once the entry is committed. The caller has asked the gate.

    Raises Withheld, Refused: it holds clients' data that may not be given, or an officer has to look before
    more are.
    """
    leave_to_take(version, taker)
    with names_open(
        version.file.room,
        Action.FILE_DOWNLOAD,
        ObjectType.FILE,
        version.file_id,
        fields=(f"version.{version.number}",),
        keys=content_keys(version),
    ) as context:
        return version.file.name, open_content(version, context)


def watched(file: SealedFile, version: FileVersion, user_id: UUID, span: tuple[int, int]) -> Iterator[bytes]:
    """The bytes from `span[0]` to before `span[1]`. The gate is asked again every few megabytes, of the
    database and not of the user object that the request began with, whether the room is frozen, whether a
    list in it is withheld, and whether its grade asks for more than the session that it began in has proved:
    a person shut out meanwhile gets no further byte. Whether the person, the room or the deal is locked is
    asked before each piece. Raises CutOff."""
    return _pieces(file, version, user_id, span, current_origin(), strong=is_strong_here())


def _pieces(
    file: SealedFile,
    version: FileVersion,
    user_id: UUID,
    span: tuple[int, int],
    origin: Origin,
    *,
    strong: bool,
) -> Iterator[bytes]:
    since_asked, deal_id = 0, version.file.room.deal_id
    with file:
        for piece in file.open_range(*span):
            if since_asked >= ASK_AGAIN or (since_asked and shuts(user_id, deal_id)):
                since_asked = 0
                _ask(version, user_id, origin, strong=strong)
            since_asked += len(piece)
            yield piece


def _ask(version: FileVersion, user_id: UUID, origin: Origin, *, strong: bool) -> None:
    person = User.objects.get(pk=user_id)
    now = File.objects.get(pk=version.file_id)
    allowed = may(person, version.file, Level.ORIGINAL) and not withheld(version, person)
    allowed = allowed and not asks_for_more(person, now, strong=strong)
    if allowed and not frozen_among([version.room_id]):
        return
    # The answer streams after the request has ended, so its origin has to be set once more.
    with acting_as(origin):
        deal_id = version.file.room.deal_id
        record(Refused(ObjectType.FILE, version.file_id, Action.FILE_DOWNLOAD, deal=deal_id))
    raise CutOff
