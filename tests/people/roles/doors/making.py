"""Roles that ask for networks and passkeys, for the tests."""

from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.test import Client

from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.roles.doors.here import Here, coming_from
from people.roles.doors.models import DoorChange
from people.roles.doors.networks import read_address
from people.roles.doors.services import change_door
from people.roles.models import Role
from tests.cast import client_of

INSIDE, OUTSIDE = "203.0.113.7", "198.51.100.7"
OFFICE = "203.0.113.0/24"


def asks(people: Any, role: str, networks: str = "", *, address: str = INSIDE, **more: Any) -> DoorChange:
    """As ada asks it from that address."""
    here = Here(person=people.ada.pk, address=read_address(address), by_passkey=False)
    given: dict[str, Any] = {"passkey": False, "grace_days": 0, "reason": "from the office only"} | more
    with acting_as(Origin(actor=people.ada.pk)), coming_from(here):
        return change_door(actor=people.ada, role=Role.objects.get(pk=role), networks=networks, **given)


def with_passkey(user: User) -> None:
    """The person has one; nothing is signed with it."""
    data = {"name": "key", "credential": {"id": f"key-of-{user.username}"}}
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def by_passkey(user: User) -> Client:
    """Signed in with a passkey."""
    client = client_of(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "webauthn", "at": 0}]
    session.save()
    return client
