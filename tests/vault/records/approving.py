"""Deciding on what the vault's people asked for, as the middleware would let them act."""

from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from tests.people import helpers
from tests.vault.records.makers import acting


def approve(decider: User, asked: ApprovalRequest) -> ApprovalRequest:
    """Opens the exact preview and approves."""
    with acting(decider):
        return helpers.approve(decider, asked)
