"""What this app brings to registries and signals, once all apps are loaded."""

from people.accounts import signals
from people.approvals.registry import register
from people.rail import add_entries
from people.roles.approval import GrantRole


def connect() -> None:
    signals.connect()
    register(GrantRole())
    add_entries()
