"""From a stored version to a stamped page: gate and log entry first, and no way around the stamp."""

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.origin import current_origin
from deals.files.models import FileVersion
from deals.files.reading import content_keys, open_content
from deals.files.services import note_page_count
from deals.files.sniffing import MediaType
from deals.pipeline.models import Deal
from deals.rooms.naming import names_open
from deals.rooms.sight import current_sight
from deals.viewer.rendering import Unshowable, count_pages, draw_page
from deals.viewer.stamping import Mark, NotStamped, stamp
from people.accounts.models import User
from vault.crypto.errors import CryptoError
from vault.sealed.context import AccessContext

__all__ = ["NotStamped", "Unshowable", "counted", "page_image"]


def page_image(version: FileVersion, number: int, viewer: User) -> bytes:
    """Page `number` as JPEG, stamped with the viewer. The caller has asked the gate.

    Raises Unshowable, NotStamped; LogUnavailable before a byte was opened.
    """
    room = version.file.room
    with names_open(
        room,
        Action.FILE_VIEW_PAGE,
        ObjectType.FILE,
        version.file_id,
        fields=(f"version.{version.number}", f"page.{number}"),
        keys=content_keys(version),
    ) as context:
        try:
            with open_content(version, context) as content:
                sheet = draw_page(content, MediaType(version.media_type), number)
        except (CryptoError, OSError) as problem:
            raise Unshowable from problem
    return stamp(sheet.image, mark_of(viewer, room.deal))


def mark_of(viewer: User, deal: Deal) -> Mark:
    """What is burnt into a page now: who looks. In a preview also that it is one, and not the person shown,
    who has not had the page."""
    return Mark(
        name=viewer.display_name,
        person_id=viewer.pk,
        code_name=deal.code_name,
        at=timezone.localtime(),
        network=current_origin().network,
        note=_("preview as somebody else") if current_sight() else "",
    )


def counted(version: FileVersion, context: AccessContext) -> int:
    """How many pages the version has; 0 when it cannot be shown. In an access that names its key."""
    if version.page_count is None:
        try:
            with open_content(version, context) as content:
                count = count_pages(content, MediaType(version.media_type))
        except (Unshowable, CryptoError, OSError):
            count = 0
        note_page_count(version, count)
    return version.page_count or 0
