"""What this app brings to registries and signals, once all apps are loaded."""

from audit.sentences import register_attempts, register_codes
from people.accounts import signals
from people.accounts.models import LinkPurpose
from people.approvals.registry import register
from people.factors import resetting
from people.rail import add_entries
from people.roles.approval import GrantRole
from people.roles.permissions import Permission
from people.today import register as register_due


def connect() -> None:
    signals.connect()
    register_codes(dict(LinkPurpose.choices))
    register_attempts({permission.value: permission.label for permission in Permission})
    register(GrantRole())
    register_due(resetting.due)
    add_entries()
