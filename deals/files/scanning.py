"""The virus scanner's word on what arrived for a room, before anything of it is read or known."""

from collections.abc import Iterable

from audit.actions import Action, ObjectType
from audit.entry import Entry
from deals.errors import NotPossible
from deals.rooms.models import Folder
from people.scanning.services import Unclean, require_clean
from vault.files.store import SealedFile


def refuse_unclean(folder: Folder, files: Iterable[SealedFile]) -> None:
    """All pass or none is kept. Closes each. Raises NotPossible, LogUnavailable."""
    entry = Entry(
        action=Action.FILE_UPLOAD,
        object_type=ObjectType.FOLDER,
        object_id=folder.pk,
        deal=folder.room.deal_id,
    )
    for file in files:
        try:
            with file:
                require_clean(file, entry)
        except Unclean as refused:
            raise NotPossible(refused.message) from None
