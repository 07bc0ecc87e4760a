"""Changes of clients, as people make them."""

from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from tests.vault.records.approving import approve
from tests.vault.records.makers import acting
from vault.records.changing import update_client
from vault.records.models import Client
from vault.records.versions.models import ChangeProposal

OTHER_ACCOUNT = "6228480402564890018"


def change(client: Client, *, by: User | None = None, **values: str) -> Client:
    """By the book's lead, over the newest version."""
    client = Client.objects.select_related("book").get(pk=client.pk)
    actor = by or client.book.lead
    with acting(actor):
        return update_client(
            actor=actor, client_id=client.pk, version=client.version, reason="update", values=values
        )


def asked(client: Client) -> ApprovalRequest:
    """The request of the one change that waits."""
    request = ChangeProposal.objects.select_related("approval").get(client=client).approval
    assert request is not None
    return request


def change_by_two(client: Client, *, by: User, and_by: User, **values: str) -> ApprovalRequest:
    change(client, by=by, **values)
    return approve(and_by, asked(client))
