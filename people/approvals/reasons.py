"""Reasons are read by others and kept: they say why, never who. A coarse guard against client data in
them."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 500
# Six digits in a row (spaces and dashes between them too) are a number of something; @ is an address.
_NUMBER = re.compile(r"\d(?:[\s-]?\d){5,}")


def clean_reason(text: str) -> str:
    """The reason, trimmed. Raises ValidationError when empty, too long, or holding a number or an address."""
    reason = unicodedata.normalize("NFC", text).replace("\x00", "").strip()
    if not reason:
        raise ValidationError(_("Give a reason."), code="required")
    if len(reason) > LONGEST:
        raise ValidationError(
            _("Keep the reason under %(count)d characters.") % {"count": LONGEST}, code="long"
        )
    # Full-width digits are digits to the guard; what is kept is what was typed, Chinese punctuation included.
    guarded = unicodedata.normalize("NFKC", reason)
    if "@" in guarded or _NUMBER.search(guarded):
        raise ValidationError(_("No client data in a reason: leave out numbers and addresses."), code="data")
    return reason
