"""A file is taken into a room only when its first bytes are what the ending of its name says."""

from collections.abc import Iterable
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType, Reason
from audit.refusals import Refused, record
from deals.errors import NotPossible
from deals.files.kinds import Fault, fault_of, may_be_renamed
from deals.files.models import FileVersion
from deals.files.sniffing import MediaType
from deals.rooms.models import Folder

_REASONS = {Fault.DIFFERS: Reason.KIND_DIFFERS, Fault.PROGRAM: Reason.PROGRAM_SENT}
_SAID: dict[Fault, Promise] = {
    Fault.DIFFERS: gettext_lazy(
        "What is in “%(name)s” is not what the ending of its name says. Nothing was kept: open it in its"
        " program, save it under the right ending, and upload it again."
    ),
    Fault.PROGRAM: gettext_lazy(
        "“%(name)s” is a program or a script, which no data room takes. Nothing was kept: leave it out and"
        " upload the others again; source code goes into an archive."
    ),
}


class Named(Protocol):
    """A file on its way in: what it is called, and its first bytes."""

    name: str
    head: bytes


def require_agreement(folder: Folder, files: Iterable[Named]) -> None:
    """Raises NotPossible for the first file whose name and bytes differ, once the refusal is in the log."""
    for file in files:
        if fault := fault_of(file.name, file.head):
            refused = Refused(
                ObjectType.FOLDER,
                folder.pk,
                Action.FILE_UPLOAD,
                deal=folder.room.deal_id,
                reason=_REASONS[fault],
            )
            record(refused)
            raise NotPossible(_SAID[fault] % {"name": file.name})


def require_fitting_name(newest: FileVersion, *, old: str, new: str) -> None:
    """A new name is no way around. Raises NotPossible."""
    if not may_be_renamed(old, new, MediaType(newest.media_type)):
        raise NotPossible(
            _(
                "The ending of a name says what the file is, so it stays. The name is as it was: give one"
                " with the old ending, or upload the file anew."
            )
        )
