"""Signing out ends the staff session of the browser."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from people.staffsessions.middleware import named_by
from people.staffsessions.models import Over
from people.staffsessions.services import end


def connect() -> None:
    user_logged_out.connect(_signed_out, dispatch_uid="people.staffsessions.signed_out")


def _signed_out(request: HttpRequest | None, **_: Any) -> None:
    """Before the session is emptied."""
    found = named_by(request) if request is not None else None
    if found is not None:
        end(session=found, over=Over.SESSION, by=found.person_id)
