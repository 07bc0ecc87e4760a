"""A file as a seat takes it along, alone or in an evidence ZIP: the one way on which the mark is put on."""

from collections.abc import Iterator

from audit.actions import Action, ObjectType
from compliance.outside.evidence import OutsideFile
from compliance.outside.files import name_of, open_file
from compliance.outside.stamping import DRAWN, stamped, stamped_name
from deals.viewer.stamping import Mark
from vault.files.store import SealedFile


def taken_along(file: OutsideFile, place: int, mark: Mark) -> tuple[str, Iterator[bytes]]:
    """Its name and its pieces, after the entry of the taking. Tables are as they were made: what the product
    wrote into them says whom they are for.

    Raises KeyWithheld, LogUnavailable; the first piece raises NotPossible where the file cannot be marked.
    """
    opened = open_file(Action.OUTSIDE_FILE, ObjectType.OUTSIDE_AUDIT, file.audit_id, file.pk, file.key_id)
    name = name_of(file, place)
    if file.extension not in DRAWN:
        return name, _pieces(opened)
    return stamped_name(name, file.extension), stamped(b"".join(_pieces(opened)), file.extension, mark)


def _pieces(opened: SealedFile) -> Iterator[bytes]:
    with opened:
        yield from opened
