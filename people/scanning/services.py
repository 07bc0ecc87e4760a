"""Whether a file that arrived may be kept: asked before anybody knows of it.

It fails closed. With a scanner set, only its word that it found nothing lets a file in; without one, which a
system check says where people work, all do. The refusal is in the log with the scanner's name of what it
found, never with anything of the file.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from audit.actions import Reason
from audit.entry import Entry
from audit.log import record_refusal
from people.scanning import clamd

_LONGEST = 58  # characters, which fit into a code of the log behind `virus.`
logger = logging.getLogger(__name__)


class Unclean(Exception):
    """The file is not taken in; `message` says why and what to do, for the page."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def require_clean(pieces: Iterable[bytes], entry: Entry) -> None:
    """Has the file that `pieces` make up scanned. `entry` is of what is refused if it does not pass.

    Not inside a transaction, since it may take minutes. Raises Unclean; LogUnavailable.
    """
    if not settings.CLAMD_ADDRESS:
        return
    try:
        found = clamd.scan(settings.CLAMD_ADDRESS, pieces, seconds=settings.CLAMD_SECONDS)
    except clamd.NotScanned as failed:
        logger.warning("the virus scanner at CLAMD_ADDRESS gave no answer that counts: an upload was refused")
        record_refusal(replace(entry, reason=str(Reason.NOT_SCANNED)))
        raise Unclean(_not_scanned(too_large=failed.too_large)) from None
    if found:
        name = code_of(found)
        record_refusal(replace(entry, reason=str(Reason.INFECTED), fields=(*entry.fields, f"virus.{name}")))
        raise Unclean(
            _(
                "The virus scanner found %(name)s in a file. Nothing was kept. Do not open the file; ask"
                " whoever gave it to you for a clean one."
            )
            % {"name": name}
        )


def code_of(found: str) -> str:
    """The name as a code of the log. In brackets behind it, clamd's own log has the file's digest, by which a
    guess of the content could be confirmed: it is cut off.
    """
    name = found.partition("(")[0].lower()
    return re.sub(r"[^a-z0-9._-]", "_", name)[:_LONGEST]


def _not_scanned(*, too_large: bool) -> str:
    if too_large:
        return _(
            "The file is too large, or packed too deep, for the virus scanner to look at all of it. Nothing"
            " was kept: send it in smaller parts, or ask the administrator."
        )
    return _(
        "The virus scanner could not look at the file. Nothing was kept: try again in a few minutes, and tell"
        " the administrator if it happens again."
    )
