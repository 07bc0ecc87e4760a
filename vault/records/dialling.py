"""A telephone number in plaintext, as a page shows it."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from vault.formats import phone


def dialled(value: str) -> SafeString:
    """In groups, which the style sheet holds apart: who copies the number copies it without spaces."""
    groups = format_html_join("", "<span>{}</span>", ((group,) for group in phone.dialled(value)))
    return format_html('<span class="dialled">{}</span>', groups)
