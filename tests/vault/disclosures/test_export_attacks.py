"""Who may not decide, change or take an export, and tries."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from audit.refusals import Refused
from people.approvals.models import ApprovalRequest, State
from tests.vault.disclosures.makers import approve, ask, fill, may_not_decide, quorum, ready
from tests.vault.records.makers import acting, add, let_in
from vault.disclosures import tasks
from vault.disclosures.models import Export, ExportItem, ExportState
from vault.disclosures.services import take_export
from vault.records.labels import Field
from vault.records.models import Client, ClientBook

pytestmark = pytest.mark.django_db


def test_attack_the_requester_decides_on_their_own(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lea)
    add(book)
    export = ask(people.lea, people.lin)  # Lea may decide on exports: not on hers
    request = ApprovalRequest.objects.get(pk=export.approval_id)
    may_not_decide(people.lea, request)


@pytest.mark.parametrize("name", ["lin", "ada", "aud", "bo"])
def test_attack_somebody_without_the_office_decides(
    people: SimpleNamespace, book: ClientBook, name: str
) -> None:
    add(book)
    request = ApprovalRequest.objects.get(pk=ask(people.ming, people.lin).approval_id)
    person = getattr(people, name)
    may_not_decide(person, request)


def test_attack_the_task_is_called_without_an_approval(people: SimpleNamespace, book: ClientBook) -> None:
    add(book)
    export = ask(people.ming, people.lin)
    tasks.build(str(export.pk))
    tasks.tend()
    export.refresh_from_db()
    assert (export.state, export.file_id) == (ExportState.ASKED, None)


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"state": "approved"}, "export_needs_its_approval"),
        ({"state": "ready"}, "export_state_moves_on|export_ready_has_a_file"),
        ({"purpose": "mandate"}, "export_content_is_final"),
        ({"fields": ["bank_account"]}, "export_content_is_final"),
        ({"masked": False}, "export_content_is_final"),
        ({"approval_id": UUID(int=7)}, "export_content_is_final"),
    ],
)
def test_attack_an_export_is_changed_by_sql(
    people: SimpleNamespace, book: ClientBook, changed: dict[str, object], constraint: str
) -> None:
    add(book)
    export = ask(people.ming, people.lin, masked=True)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(**changed)


def test_attack_the_approval_of_one_list_is_used_for_another(
    people: SimpleNamespace, book: ClientBook
) -> None:
    first, second = add(book), add(book, {"name": "李四", "phone": "+8613900139000"})
    approved, other = (
        ask(people.ming, people.lin, ids=[first.pk]),
        ask(people.ming, people.lin, ids=[second.pk]),
    )
    with pytest.raises(IntegrityError, match="export_list_is_final"), transaction.atomic():
        ExportItem.objects.create(export=approved, client_id=second.pk)
    approve(approved, people.lea)
    with pytest.raises(IntegrityError, match="export_content_is_final"), transaction.atomic():
        Export.objects.filter(pk=other.pk).update(approval_id=approved.approval_id, state="approved")


def test_attack_a_list_is_split_into_two_small_requests(people: SimpleNamespace, book: ClientBook) -> None:
    """Each alone stays under the mark; the second is void once the first is counted."""
    ids = fill(book, 40)
    people_only = list(Client.objects.filter(pk__in=ids, kind="person").values_list("pk", flat=True))
    accounts = (Field.NAME, Field.BANK_ACCOUNT)
    first = ask(people.ming, people.lin, fields=accounts, ids=people_only[:15], purpose="legal_duty")
    second = ask(people.ming, people.lea, fields=accounts, ids=people_only[15:30], purpose="mandate")
    assert quorum(first) == quorum(second) == 1
    assert approve(first, people.lea).state == State.CARRIED_OUT
    assert approve(second, people.olivia).state == State.VOID
    second.refresh_from_db()
    assert second.state == ExportState.REFUSED


def test_attack_others_download(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lin)
    add(book)
    export = ready(people, people.lin)
    for name in ("lin", "lea", "olivia", "ada", "aud", "bo"):
        person = getattr(people, name)
        with acting(person), pytest.raises(Refused):
            take_export(actor=person, export_id=export.pk)
