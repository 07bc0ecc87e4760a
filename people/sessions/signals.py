"""What the library keeps of a session is made coarse before it is stored, and goes when the session goes."""

from ipaddress import ip_address, ip_network
from typing import Any

from allauth.account.signals import password_changed
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import pre_save
from django.http import HttpRequest

from people.accounts.models import User
from people.accounts.sessions import end_sessions


def connect() -> None:
    pre_save.connect(_coarse, sender=UserSession, dispatch_uid="people.sessions.coarse")
    user_logged_out.connect(_signed_out, dispatch_uid="people.sessions.signed_out")
    password_changed.connect(_password_changed, dispatch_uid="people.sessions.password_changed")


def _coarse(instance: UserSession, **_: Any) -> None:
    """The network and not the address; nothing of what the browser says but its kind, which is in `data`."""
    address = ip_address(str(instance.ip))
    prefix = 24 if address.version == 4 else 48
    instance.ip = str(ip_network((address, prefix), strict=False).network_address)
    instance.user_agent = ""


def _signed_out(request: HttpRequest | None, **_: Any) -> None:
    """Before the session is emptied."""
    if request is not None and request.session.session_key:
        UserSession.objects.filter(session_key=request.session.session_key).delete()


def _password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    """Django lets go of the other sessions by itself; here they leave the store and the list, too."""
    end_sessions(user, but=request.session.session_key)
