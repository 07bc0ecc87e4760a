"""A second person's word: for this person, client, group and purpose; until then, and once."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, Result
from audit.models import LogEntry
from people.approvals.models import ApprovalRequest, State
from people.approvals.registry import CannotCarryOut
from people.approvals.services import NotDecidable
from tests.cast import client_of
from tests.people.helpers import confirm_identity
from tests.vault.profiles import crypto_profile
from tests.vault.records.approving import approve
from tests.vault.records.makers import ZHANG, acting, add, let_in
from vault.masking.grades import Grade
from vault.purposes.catalogue import Reason
from vault.records.books import remove_member
from vault.records.grading.policy import set_rule
from vault.records.grading.rules import DECLARED
from vault.records.labels import Group
from vault.records.models import Client, ClientBook
from vault.records.reading import reveal_group
from vault.records.reveals.models import RevealPermit
from vault.records.reveals.permits import ask_permit
from vault.records.reveals.refusals import Lack, RevealRefused

__all__ = ["crypto_profile"]

pytestmark = pytest.mark.django_db

ACCOUNT = ZHANG["bank_account"]


@pytest.fixture
def client(book: ClientBook) -> Client:
    """A private client with a bank account: grade L4."""
    return add(book)


def asked(people: SimpleNamespace, client: Client, *, purpose: str = "mandate") -> ApprovalRequest:
    with acting(people.ming):
        return ask_permit(
            actor=people.ming,
            client_id=client.pk,
            group=Group.FINANCIAL,
            purpose=purpose,
            reason="to pay the deposit",
        )


def reveal(actor: object, client: Client, *, purpose: str = "mandate", confirmed: bool = True) -> str:
    with acting(actor):  # type: ignore[arg-type]
        _client, shown = reveal_group(
            actor=actor,  # type: ignore[arg-type]
            client_id=client.pk,
            group=Group.FINANCIAL,
            purpose=purpose,
            reason=Reason.CONTRACT,
            confirmed=confirmed,
        )
    return shown.values["bank_account"]


def test_agreed_to_it_is_shown_once(people: SimpleNamespace, client: Client) -> None:
    assert approve(people.olivia, asked(people, client)).state == State.CARRIED_OUT
    assert reveal(people.ming, client) == ACCOUNT
    with pytest.raises(RevealRefused, match=Lack.PERMIT):
        reveal(people.ming, client)
    refused = LogEntry.objects.filter(action=Action.CLIENT_REVEAL, result=Result.REFUSED, object_id=client.pk)
    assert [entry.reason for entry in refused] == [Lack.PERMIT]


def test_not_without_confirming_and_the_permit_is_kept(people: SimpleNamespace, client: Client) -> None:
    approve(people.olivia, asked(people, client))
    with pytest.raises(RevealRefused, match=Lack.STEP_UP):
        reveal(people.ming, client, confirmed=False)
    assert reveal(people.ming, client) == ACCOUNT


def test_not_by_another_not_of_another_not_for_another_purpose(
    people: SimpleNamespace, client: Client, book: ClientBook
) -> None:
    other = add(book, {"name": "李四", "bank_account": ACCOUNT})
    let_in(book, people.lin)
    approve(people.olivia, asked(people, client))
    for actor, one, purpose in (
        (people.lin, client, "mandate"),
        (people.ming, other, "mandate"),
        (people.ming, client, "complaint"),
    ):
        with pytest.raises(RevealRefused, match=Lack.PERMIT):
            reveal(actor, one, purpose=purpose)
    assert reveal(people.ming, client) == ACCOUNT


def test_not_after_its_time(people: SimpleNamespace, client: Client, superuser) -> None:
    approve(people.olivia, asked(people, client))
    with pytest.MonkeyPatch.context() as patch:
        later = timezone.now() + timedelta(hours=5)
        patch.setattr(timezone, "now", lambda: later)
        with pytest.raises(RevealRefused, match=Lack.PERMIT):
            reveal(people.ming, client)


@pytest.mark.parametrize("name", ["ming", "lin", "lea", "ada", "aud", "bo"])
def test_only_an_officer_agrees(people: SimpleNamespace, client: Client, name: str) -> None:
    request = asked(people, client)
    with pytest.raises(NotDecidable):
        approve(getattr(people, name), request)


def test_void_once_the_person_is_out_of_the_book(
    people: SimpleNamespace, client: Client, book: ClientBook
) -> None:
    let_in(book, people.lin)
    with acting(people.lin):
        request = ask_permit(
            actor=people.lin,
            client_id=client.pk,
            group=Group.FINANCIAL,
            purpose="mandate",
            reason="to pay the deposit",
        )
    with acting(people.ming):
        remove_member(actor=people.ming, book_id=book.pk, user=people.lin)
    with pytest.raises(NotDecidable):
        approve(people.olivia, request)


def test_a_pending_or_refused_request_opens_nothing(people: SimpleNamespace, client: Client) -> None:
    asked(people, client)
    with pytest.raises(RevealRefused, match=Lack.PERMIT):
        reveal(people.ming, client)


def test_a_permit_made_up_in_the_database(people: SimpleNamespace, client: Client) -> None:
    pending = asked(people, client)
    soon = timezone.now() + timedelta(hours=1)
    made_up = {"client": client, "group": Group.FINANCIAL.value, "purpose": "mandate", "valid_until": soon}
    for approval in (uuid4(), pending.pk):
        with pytest.raises(IntegrityError, match="permit_has_its_approval"), transaction.atomic():
            RevealPermit.objects.create(person=people.ming, approval_id=approval, **made_up)
    approve(people.olivia, pending)
    with pytest.raises(IntegrityError, match=r"permit_has_its_approval|unique"), transaction.atomic():
        RevealPermit.objects.create(person=people.lin, approval_id=pending.pk, **made_up)
    reveal(people.ming, client)
    permit = RevealPermit.objects.get()
    for change in ({"used_at": None}, {"valid_until": soon}, {"person": people.lin}):
        with pytest.raises(IntegrityError, match="permit_works_once"), transaction.atomic():
            RevealPermit.objects.filter(pk=permit.pk).update(**change)


def test_a_house_that_wants_the_password_for_l3_too_is_asked_for_it(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book, {"name": "李四", "email": "lisi@example.test"})
    browser, address = client_of(people.ming), reverse("vault:client_reveal", args=[client.pk, "contact"])
    data = {"CONTACT-purpose": "service", "CONTACT-reason": "call"}
    assert "lisi@example.test" in browser.post(address, data).content.decode()
    with acting(people.olivia):
        set_rule(actor=people.olivia, grade=Grade.L3, rule=replace(DECLARED[Grade.L3], step_up=True))
    asked = browser.post(address, data).content.decode()
    assert ("step_up_code" in asked, "lisi@example.test" in asked) == (True, False)
    confirm_identity(browser)
    assert "lisi@example.test" in browser.post(address, data).content.decode()


def test_through_the_pages(people: SimpleNamespace, client: Client) -> None:
    browser = client_of(people.ming)
    page = reverse("vault:client", args=[client.pk])
    assert "Ask a second person" in browser.get(page).content.decode()
    address = reverse("vault:client_reveal", args=[client.pk, "financial"])
    data = {"FINANCIAL-purpose": "mandate", "FINANCIAL-reason": "contract"}
    # A direct post: first without the step-up, then without the second person.
    assert "step_up_code" in browser.post(address, data).content.decode()
    confirm_identity(browser)
    answer = browser.post(address, data)
    assert (answer.status_code, ACCOUNT in answer.content.decode()) == (422, False)
    assert "a second person has not agreed" in answer.content.decode()
    sent = {"purpose": "mandate", "reason": "to pay the deposit"}
    ask = browser.post(reverse("vault:reveal_ask", args=[client.pk, "financial"]), sent)
    preview = client_of(people.olivia).get(ask["Location"]).content.decode()
    assert client.pk.hex[-8:] in preview
    assert not [value for value in (ACCOUNT, ZHANG["name"]) if value in preview]
    approve(people.olivia, ApprovalRequest.objects.get())
    shown = browser.post(address, data).content.decode()
    assert ACCOUNT in shown
    assert "opened-mark" in shown
    assert ACCOUNT not in browser.post(address, data).content.decode()


def test_a_client_that_is_not_private_needs_no_second_person(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book, visibility="semi_public")
    assert reveal(people.ming, client) == ACCOUNT


def test_asking_for_a_client_that_is_gone(people: SimpleNamespace, client: Client) -> None:
    request = asked(people, client)
    Client.objects.filter(pk=client.pk).update(state="stop_use")
    with pytest.raises((NotDecidable, CannotCarryOut)):
        approve(people.olivia, request)
