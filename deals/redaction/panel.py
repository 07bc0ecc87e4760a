"""What the page of a file says of redactions: copies made of it, or what it is a copy of."""

from typing import Any

from deals.files.models import File, FileVersion
from deals.redaction.access import copies_of, may_redact
from deals.redaction.left import left_on
from deals.redaction.models import Redaction
from deals.rooms.access import may
from deals.rooms.levels import Level
from people.accounts.models import Kind, User


def redaction_panel(user: User, file: File, version: FileVersion, *, acts: bool = True) -> dict[str, Any]:
    """For whoever is let to the file, in the access that opens the room's names. `acts` is false for who only
    looks: nothing to do is offered.

    Of which original it is a copy is said to those alone who may see that original: to anybody else the copy
    is a file like any other. Who made one, or began and left it, the page says to staff alone: no bidder
    is to learn from a file who the others are.
    """
    redacts = acts and may_redact(user, version)
    inside = user.kind == Kind.STAFF
    made = Redaction.objects.filter(copy__file=file).select_related("version__file", "maker").first()
    if made is not None and not may(user, made.version.file, Level.VIEW):
        made = None
    return {
        "redacts": redacts,
        "copies": list(copies_of(file.pk)) if inside else [],
        "copy_of": made,
        "left_drafts": left_on(file.pk, user) if redacts else [],
    }
