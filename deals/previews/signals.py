"""Signing out ends the preview of the session."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from deals.previews.middleware import preview_of
from deals.previews.models import Over
from deals.previews.services import end


def connect() -> None:
    user_logged_out.connect(_signed_out, dispatch_uid="deals.previews.signed_out")


def _signed_out(request: HttpRequest | None, **_: Any) -> None:
    """Before the session is emptied."""
    preview = preview_of(request) if request is not None else None
    if preview is not None:
        end(preview=preview, over=Over.SESSION)
