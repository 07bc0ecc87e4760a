"""Titles and questions: the one plain text of this slice, which may name nobody."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.approvals.reasons import clean_reason
from vault.records.errors import NotPossible


def plain_text(text: str, limit: int) -> str:
    """Trimmed. Raises NotPossible: empty, too long, or holding a number or an address of somebody."""
    if len(text.strip()) > limit:
        raise NotPossible(_("At most %(count)d characters.") % {"count": limit})
    try:
        return clean_reason(" ".join(text.split()))
    except ValidationError as error:
        raise NotPossible(error.messages[0]) from None
