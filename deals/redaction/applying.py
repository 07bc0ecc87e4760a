"""The worker makes the copy: every page drawn, painted over, and set into a new PDF, sealed as it grows.

Why every page and not the marked ones alone: docs/decisions/2026-11-22-redaction.md.
"""

from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from deals.details.choice import Details
from deals.files.models import File, FileVersion, Upload
from deals.files.uploading import Arriving, add_file, add_version, begin_arriving, log_upload
from deals.redaction.boxes import Box
from deals.redaction.entries import log
from deals.redaction.models import Redaction, State
from deals.redaction.naming import free_name
from deals.redaction.painting import picture_of
from deals.redaction.paper import Paper
from deals.redaction.pieces import Pieces, Stopped, TooLarge, is_wanted
from deals.redaction.rights import hide_copy
from deals.redaction.work import Work
from deals.rooms.models import Folder, Room
from deals.viewer.rendering import draw_sheet, read_outlines
from deals.viewer.sandbox import SCANNED
from vault.keys.service import enter_keys
from vault.masking.grades import Grade
from vault.sealed.context import AccessContext

DENSITY = SCANNED  # dots an inch: of a page drawn, and of what was scanned like this none is lost
WIDEST = 2500  # pixels: A3 on its side at 150 dots an inch
POINTS = 72  # to the inch
SIZES_AT_ONCE = 25  # pages


def make_copy(redaction: Redaction, pieces: Pieces, context: AccessContext) -> None:
    """Make the copy, in an access that opens the redaction, the file and the room's names.

    Raises Refused, CompartmentFrozen, Stopped, TooLarge, Unshowable.
    """
    room = redaction.version.file.room
    work = Work.read(redaction.marked)
    arriving = begin_arriving(room, context.keys[room.compartment_key_id], "")
    try:
        size = 0
        for piece in _paper(pieces, work.marks):
            size += len(piece)
            if size > settings.VIEW_MAX_BYTES:
                raise TooLarge
            arriving.take(piece)
        arriving.stored = arriving.writer.finish()
        pieces.check()
        _keep(redaction, arriving, work.name)
    except BaseException:
        arriving.discard()
        raise


def _paper(pieces: Pieces, marks: list[Box]) -> Iterator[bytes]:
    """The new PDF. `marks` are all that of the original but for its pixels goes into it."""
    paper = Paper()
    yield paper.begin()
    sizes: dict[int, float] = {}
    for page, _one in pieces.walk(1):
        if page not in sizes:
            outlines = read_outlines(pieces.file, pieces.media_type, page, SIZES_AT_ONCE)
            sizes = {number: outline.wide for number, outline in enumerate(outlines, page)}
        wide = sizes[page]
        dots = max(min(round(wide / POINTS * DENSITY), WIDEST), 1)
        image = draw_sheet(pieces.file, pieces.media_type, page, dots).image
        picture = picture_of(image, [mark for mark in marks if mark.page == page])
        yield from paper.page(picture, wide, wide * picture.tall / picture.wide)
    yield paper.end()


def _keep(redaction: Redaction, arriving: Arriving, wanted: str) -> None:
    """The copy becomes a file beside the original, hidden from every group but its maker's."""
    source = redaction.version.file
    with transaction.atomic():
        now: Redaction = Redaction.objects.select_for_update(of=("self",)).get(pk=redaction.pk)
        if not is_wanted(now, redaction):
            raise Stopped
        # Groups are made one by one with this: none is made that would find the copy open (withholding.py).
        Room.objects.select_for_update(no_key=True).get(pk=redaction.room_id)
        Folder.objects.select_for_update(no_key=True).get(pk=source.folder_id)  # names and numbers one by one
        present = list(File.objects.filter(folder=source.folder_id).order_by("position"))
        name = free_name(wanted, {file.name.casefold() for file in present})
        enter_keys(arriving.key)
        place = present[-1].position + 1
        copy = add_file(redaction.maker, source.folder, name, position=place, grade=Grade(source.grade))
        version = add_version(redaction.maker, copy, arriving, Details.REMOVED)
        FileVersion.objects.filter(pk=version.pk).update(page_count=redaction.pages)
        Upload.objects.filter(pk=arriving.id).delete()
        hide_copy(redaction, copy)
        ended = {"state": State.DONE, "copy": version, "ended_at": timezone.now(), "work": None}
        Redaction.objects.filter(pk=redaction.pk).update(**ended)
        log(redaction, Action.REDACTION_DONE, reason=now.reason)
        log_upload(version)
