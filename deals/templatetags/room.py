"""How the parts of a room are shown."""

from django import template

from deals.files.sniffing import MediaType

register = template.Library()

_ICONS = {MediaType.PDF: "file-text", MediaType.ZIP: "file-zip", MediaType.OTHER: "file"}


@register.filter
def tree_depth(number: str) -> int:
    """How deep the folder with this index number lies: 0 for "3", 2 for "3.1.2"."""
    return number.count(".")


@register.filter
def type_icon(media_type: str) -> str:
    """The icon of a file type; pictures share one."""
    return _ICONS.get(MediaType(media_type), "photo")
