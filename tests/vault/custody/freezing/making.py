"""Freezes for the tests."""

from people.accounts.models import User
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import decide, open_preview
from tests.vault.records.makers import acting
from vault.custody.freezing.codes import FreezeReason
from vault.custody.freezing.services import ask_to_thaw, freeze
from vault.records.models import ClientBook


def frozen(book: ClientBook, by: User) -> None:
    with acting(by):
        freeze(actor=by, compartment=book.pk, reason=FreezeReason.LEAK)


def asked(book: ClientBook, by: User) -> ApprovalRequest:
    with acting(by):
        return ask_to_thaw(actor=by, compartment=book.pk, reason="The cause is mended")


def approved(request: ApprovalRequest, by: User) -> ApprovalRequest:
    with acting(by):
        open_preview(actor=by, request=request)
        return decide(actor=by, request=request, verdict=Verdict.APPROVE, reason="Looked into")
