"""What retention adds to the client's page."""

from collections.abc import Mapping
from typing import Any

from compliance.retention.ending import asked_about
from people.accounts.models import User
from vault.records.models import Client


def asked_panel(user: User, client: Client) -> Mapping[str, Any] | None:
    """That an officer was asked whether the client is still needed; nothing otherwise."""
    asked = asked_about(client.pk)
    return {"asked": asked, "mine": asked.requester_id == user.pk} if asked else None
