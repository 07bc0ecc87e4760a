"""Which pages a preview shows. Whatever does not say so is refused in one."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
_MARK = "shown_in_previews"


def previewable(view: View) -> View:
    """Marks a view of a deal's room that only shows, asks the room's gate, and takes `deal_id` from its
    address. The decorators above it carry the mark on."""
    setattr(view, _MARK, True)
    return view


def is_previewable(view: Callable[..., object]) -> bool:
    return hasattr(view, _MARK)
