"""Exported lists of clients among the files of a room: found as they arrive, counted as they are taken."""

from pathlib import PurePath
from uuid import UUID

from audit.actions import Action, ObjectType, Reason
from audit.refusals import Refused
from deals.files.models import FileVersion
from deals.files.sniffing import MediaType
from people.accounts.models import User
from vault.disclosures.counting import OfficerNeeded
from vault.disclosures.sharing import count_taken, exports_in
from vault.files.store import SealedFile
from vault.files.streams import as_stream
from vault.records.importing.problems import SheetError

SHEET_LIMIT = 20 * 1024**2  # bytes; an export of the most people that there can be in one is far smaller


def may_hold_a_list(kind: MediaType, size: int) -> bool:
    """Whether a file can be a sheet at all."""
    return kind in (MediaType.ZIP, MediaType.OTHER) and size <= SHEET_LIMIT


def lists_in(content: SealedFile, name: str) -> set[UUID]:
    """The exports whose people are in a file that may be a sheet."""
    with as_stream(content) as sheet:
        try:
            return exports_in(sheet, f"sheet{PurePath(name).suffix.lower()}")
        except SheetError:
            return set()


def leave_to_take(version: FileVersion, taker: User) -> None:
    """Count what of clients is in the version as given to `taker`. Raises Refused past the marks."""
    try:
        count_taken(taker=taker, file_id=version.pk)
    except OfficerNeeded:
        raise Refused(
            ObjectType.FILE,
            version.file_id,
            Action.FILE_DOWNLOAD,
            deal=version.room.deal_id,
            reason=Reason.OFFICER_NEEDED,
        ) from None
