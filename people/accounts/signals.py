"""What allauth announces and the log must hold beside sign-ins (which audit.signals records)."""

from typing import Any

from allauth.account.signals import authentication_step_completed, password_changed

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from people.accounts.models import User


def connect() -> None:
    password_changed.connect(_password_changed, dispatch_uid="people.password_changed")
    authentication_step_completed.connect(_stepped_up, dispatch_uid="people.stepped_up")


def _password_changed(user: User, **_: Any) -> None:
    record_read(_about(user, Action.PASSWORD_CHANGE))


def _stepped_up(user: User, *, reauthenticated: bool = False, **_: Any) -> None:
    """A sign-in is a step too, but only a repeated proof of identity opens grave acts."""
    if reauthenticated:
        record_read(_about(user, Action.SESSION_STEP_UP))


def _about(user: User, action: Action) -> Entry:
    return Entry(action=action, object_type=ObjectType.PERSON, object_id=user.pk, subjects=(user.pk,))
