"""Who a client is and where money goes takes two people, whatever way the change comes."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from psycopg2.errors import CheckViolation
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from people.approvals.access import get_request, requested, to_decide
from people.approvals.models import ApprovalDecision, ApprovalRequest, PreviewOpening, State, Verdict
from people.approvals.services import NotDecidable, decide, expire_due, open_preview, withdraw
from tests.cast import client_of
from tests.people.helpers import confirm_identity
from tests.vault.records.approving import approve
from tests.vault.records.makers import ZHANG, acting, add, let_in
from tests.vault.records.versions.making import OTHER_ACCOUNT, asked, change, change_by_two
from vault.access import Mode, access
from vault.records.changing import update_client
from vault.records.destruction import purge_records
from vault.records.entries import client_entry
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook, ClientVersion, Level
from vault.records.search import search
from vault.records.versions.approval import ChangeByTwo
from vault.records.versions.models import ChangeProposal
from vault.records.versions.restoring import restore_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(people: SimpleNamespace, book: ClientBook) -> Client:
    """In Ming's book, in which Lea works, too; Lin is not in it."""
    let_in(book, people.lea)
    return add(book)


def to_company(client: Client, **values: str) -> None:
    lead = client.book.lead
    with acting(lead):
        update_client(
            actor=lead,
            client_id=client.pk,
            version=client.version,
            reason="update",
            values=values,
            open_values={"kind": "company"},
        )


def now(client: Client, field: str) -> str:
    with acting(client.book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
        return str(getattr(Client.objects.get(pk=client.pk), field))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "李四"),
        ("id_number", "110101199003074477"),
        ("birth_date", "1990-03-07"),
        ("bank_account", OTHER_ACCOUNT),
        ("bank_account", ""),
    ],
)
def test_nothing_is_other_until_a_second_person_agrees(
    people: SimpleNamespace, client: Client, field: str, value: str
) -> None:
    change(client, **{field: value})
    assert now(client, field) == ZHANG[field]
    assert Client.objects.get(pk=client.pk).version == 1
    assert approve(people.lea, asked(client)).state == State.CARRIED_OUT
    assert now(client, field) == value
    version = ClientVersion.objects.get()
    assert (version.fields, version.changed_by, version.agreed_by) == ([field], people.ming, people.lea)
    assert not ChangeProposal.objects.exists()


def test_what_needs_no_second_person_counts_at_once(client: Client) -> None:
    change(client, phone="+8613700137000", bank_account=OTHER_ACCOUNT)
    assert now(client, "phone") == "+8613700137000"
    assert now(client, "bank_account") == ZHANG["bank_account"]
    assert ClientVersion.objects.get().fields == ["phone"]


def test_a_first_entry_counts_at_once_but_only_once(people: SimpleNamespace, book: ClientBook) -> None:
    """Emptying waits; and what was emptied so is no empty field to be filled by one person."""
    let_in(book, people.lea)
    client = add(book, {"name": "李四", "phone": "+8613800138000"})
    change(client, bank_account=ZHANG["bank_account"])
    assert now(client, "bank_account") == ZHANG["bank_account"]
    change_by_two(client, by=people.ming, and_by=people.lea, bank_account="")
    assert now(client, "bank_account") == ""
    change(client, bank_account=OTHER_ACCOUNT)
    assert now(client, "bank_account") == ""
    assert ChangeProposal.objects.count() == 1


def test_search_finds_the_new_value_only_after_it_was_agreed_to(
    people: SimpleNamespace, client: Client
) -> None:
    change(client, name="欧阳锋")
    with acting(people.ming):
        assert search(actor=people.ming, text="欧阳锋").rows == []
    approve(people.lea, asked(client))
    with acting(people.ming):
        assert len(search(actor=people.ming, text="欧阳锋").rows) == 1


def test_the_proposer_approving_their_own_change_is_refused(people: SimpleNamespace, client: Client) -> None:
    change(client, bank_account=OTHER_ACCOUNT)
    with pytest.raises(NotDecidable):
        approve(people.ming, asked(client))
    assert now(client, "bank_account") == ZHANG["bank_account"]


def test_an_agent_outside_the_book_neither_sees_nor_decides(people: SimpleNamespace, client: Client) -> None:
    change(client, bank_account=OTHER_ACCOUNT)
    request = asked(client)
    assert not to_decide(people.lin).exists()
    with pytest.raises(Refused), acting(people.lin):
        get_request(people.lin, request.pk)
    with pytest.raises(NotDecidable):
        approve(people.lin, request)


def test_who_only_looks_things_up_does_not_decide(people: SimpleNamespace, client: Client) -> None:
    let_in(client.book, people.lin, Level.READ)
    change(client, bank_account=OTHER_ACCOUNT)
    with pytest.raises(NotDecidable):
        approve(people.lin, asked(client))


def test_an_officer_decides_where_the_book_has_nobody_else(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    change(client, bank_account=OTHER_ACCOUNT)
    assert [request.pk for request in to_decide(people.olivia)] == [asked(client).pk]
    approve(people.olivia, asked(client))
    assert now(client, "bank_account") == OTHER_ACCOUNT


def test_a_change_approved_twice_is_carried_out_once(people: SimpleNamespace, client: Client) -> None:
    request = change_by_two(client, by=people.ming, and_by=people.lea, bank_account=OTHER_ACCOUNT)
    with pytest.raises(NotDecidable), acting(people.olivia):
        decide(actor=people.olivia, request=request, verdict=Verdict.APPROVE, reason="once more")
    assert ClientVersion.objects.count() == 1


def test_a_change_is_not_approved_after_it_expired_and_its_values_are_gone(
    people: SimpleNamespace, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ChangeByTwo, "expires_after", timedelta(microseconds=1))
    change(client, bank_account=OTHER_ACCOUNT)
    request = asked(client)
    with pytest.raises(NotDecidable):
        approve(people.lea, request)
    with acting(people.ada):  # beat acts for the house; who does not matter
        assert expire_due() == 1
    assert not ChangeProposal.objects.exists()
    assert now(client, "bank_account") == ZHANG["bank_account"]


def test_a_change_is_void_after_a_newer_change_of_the_same_field(
    people: SimpleNamespace, client: Client
) -> None:
    change(client, id_number="110101199003074477")
    request = asked(client)
    with acting(people.lea):
        open_preview(actor=people.lea, request=request)
    # Two changes of one field never wait together; this is the row that one around the service would leave.
    ClientVersion.of(client, number=1, fields=["id_number"], reason="update", changed_by=people.ming).save()
    with acting(people.lea):
        decided = decide(actor=people.lea, request=request, verdict=Verdict.APPROVE, reason="known to me")
    assert decided.state == State.VOID
    assert now(client, "id_number") == ZHANG["id_number"]
    assert not ChangeProposal.objects.exists()


def test_a_newer_change_of_other_fields_does_not_stop_it(people: SimpleNamespace, client: Client) -> None:
    change(client, bank_account=OTHER_ACCOUNT)
    change(client, phone="+8613700137000")
    assert approve(people.lea, asked(client)).state == State.CARRIED_OUT
    assert (now(client, "phone"), now(client, "bank_account")) == ("+8613700137000", OTHER_ACCOUNT)


def test_restoring_is_no_way_around_the_second_person(people: SimpleNamespace, client: Client) -> None:
    change(client, phone="+8613700137000")
    change_by_two(client, by=people.ming, and_by=people.lea, bank_account=OTHER_ACCOUNT)
    with acting(people.lea):
        restore_version(
            actor=people.lea, client_id=client.pk, number=1, version=3, fields=["phone", "bank_account"]
        )
    assert now(client, "phone") == ZHANG["phone"]  # this counts at once
    assert now(client, "bank_account") == OTHER_ACCOUNT
    approve(people.ming, asked(client))
    assert now(client, "bank_account") == ZHANG["bank_account"]
    newest = ClientVersion.objects.order_by("number").last()
    assert newest is not None
    assert (newest.number, newest.reason, newest.agreed_by) == (4, "restore", people.ming)


def test_the_edit_form_does_not_change_identity_by_one_person(
    people: SimpleNamespace, client: Client
) -> None:
    browser = client_of(people.ming)
    sent = {"version": 1, "kind": "person", "source": "other", "grade": client.grade, "reason": "update"}
    sent |= {"name": "李四", "bank_account": OTHER_ACCOUNT}
    answer = browser.post(reverse("vault:client_edit", args=[client.pk]), sent)
    assert answer.status_code == 302
    assert (now(client, "name"), now(client, "bank_account")) == (ZHANG["name"], ZHANG["bank_account"])
    page = browser.get(reverse("vault:client", args=[client.pk])).content.decode()
    assert "Waits for a second person" in page
    assert "李四" not in page
    assert OTHER_ACCOUNT not in page


def test_a_second_change_of_a_waiting_field_is_refused(client: Client) -> None:
    change(client, bank_account=OTHER_ACCOUNT)
    with pytest.raises(NotPossible):
        change(client, bank_account="6217000010001234567")
    assert ChangeProposal.objects.count() == 1


def test_the_decider_sees_masks_and_confirms_who_they_are(people: SimpleNamespace, client: Client) -> None:
    change(client, bank_account=OTHER_ACCOUNT, birth_date="1950-01-01")
    browser = client_of(people.lea)
    address = reverse("people:approval", args=[asked(client).pk])
    page = browser.get(address).content.decode()
    assert "****0128" in page
    assert "****0018" in page
    assert "changed, same mask" in page
    assert OTHER_ACCOUNT not in page
    assert "1950" not in page
    looked = LogEntry.objects.filter(action=Action.CLIENT_VIEW, actor=people.lea.pk).first()
    assert looked is not None
    assert set(looked.fields) == {"birth_date", "bank_account"}
    sent = {"reason": "known to me", "verdict": "approve"}
    decision = reverse("people:approval_decide", args=[asked(client).pk])
    browser.post(decision, sent)
    assert now(client, "bank_account") == ZHANG["bank_account"]
    confirm_identity(browser)
    browser.post(decision, sent)
    assert now(client, "bank_account") == OTHER_ACCOUNT


def test_withdrawn_and_destroyed_proposals_leave_no_row(people: SimpleNamespace, client: Client) -> None:
    change(client, bank_account=OTHER_ACCOUNT)
    with acting(people.ming):
        withdraw(actor=people.ming, request=asked(client))
    assert not ChangeProposal.objects.exists()
    change(client, bank_account=OTHER_ACCOUNT)
    with transaction.atomic():
        purge_records([client.pk])
    assert not ChangeProposal.objects.exists()
    assert not to_decide(people.lea).exists()
    assert requested(people.ming).filter(state=State.PENDING).count() == 1  # void as soon as it is opened


@pytest.mark.django_db(transaction=True)
def test_sql_as_the_web_login_does_not_make_the_proposer_the_decider(
    people: SimpleNamespace, client: Client, web: Connection
) -> None:
    change(client, bank_account=OTHER_ACCOUNT)
    request = asked(client)
    with acting(people.ming):
        open_preview(actor=people.ming, request=request)
    opened = PreviewOpening.objects.get(request=request, person=people.ming)
    with web.cursor() as cursor, pytest.raises(CheckViolation) as refused:
        cursor.execute(
            "insert into people_approvaldecision"
            " (request_id, decider_id, verdict, reason, preview_opened_at, decided_at)"
            " values (%s, %s, 'approve', 'x', %s, now())",
            [str(request.pk), str(people.ming.pk), opened.at],
        )
    assert refused.value.diag.constraint_name
    assert not ApprovalDecision.objects.exists()


def test_sql_makes_no_version_without_the_second_person(people: SimpleNamespace, client: Client) -> None:
    about = {"number": 1, "fields": ["bank_account"], "reason": "update", "changed_by": people.ming}
    refused = {
        "client_version_needs_a_second_person": {},
        "client_version_has_its_approval": {"agreed_by": people.lea},
    }
    for rule, more in refused.items():
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            ClientVersion.of(client, **about, **more).save()
    change(client, phone="+8613700137000")
    with pytest.raises(IntegrityError, match="client_version_by_two_people"), transaction.atomic():
        ClientVersion.objects.update(agreed_by=F("changed_by"))


def test_sql_changes_no_proposal_that_somebody_looked_at(client: Client) -> None:
    change(client, bank_account=OTHER_ACCOUNT)
    for written in (
        {"fields": ["name"]},
        {"proposed_at": timezone.now() + timedelta(days=1)},
        {"version": 9},
    ):
        with pytest.raises(IntegrityError, match="proposal_is_final"), transaction.atomic():
            ChangeProposal.objects.update(**written)
    with pytest.raises(IntegrityError, match="proposal_of_something"), transaction.atomic():
        ChangeProposal(
            client=client,
            book=client.book,
            key_id=client.key_id,
            version=1,
            fields=[],
            reason="update",
            proposed_by=client.book.lead,
        ).save()
    assert ApprovalRequest.objects.count() == 1


def test_nobody_calls_a_person_a_company(people: SimpleNamespace, client: Client) -> None:
    """A company counts less toward the thresholds of the 2017 interpretation."""
    for values in ({}, {"name": "杭州云帆科技有限公司"}):
        with pytest.raises(NotPossible, match="不能改为企业"):
            to_company(client, **values)
    client.refresh_from_db()
    assert client.kind == "person"
    assert not ChangeProposal.objects.exists()


def test_a_company_that_came_in_as_a_person_may_become_one(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book, {"name": "杭州云帆科技有限公司"})
    to_company(client)
    client.refresh_from_db()
    assert client.kind == "company"
