"""Accounts: credentials reach only their person, and a closed account is closed."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from audit.actions import Action
from people.accounts.models import Kind, OneTimeLink, User
from people.accounts.services import (
    NotPossible,
    choose_password,
    create_person,
    disable_person,
    edit_person,
    enable_person,
    first_links,
    resend_link,
)
from people.invitations.services import invite
from people.roles.models import RoleCode, RoleGrant
from people.roles.services import grant_role, revoke_role
from tests.cast import person, sign_in
from tests.people.helpers import logged

pytestmark = pytest.mark.django_db


def _new(people: SimpleNamespace, **changed: str) -> User:
    words = {"username": "nora", "display_name": "Nora", "email": "nora@example.test", "language": "en"}
    return create_person(actor=people.ada, kind=Kind.STAFF, **words | changed)


def test_the_link_goes_to_the_person_and_nowhere_else(
    people: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        nora = _new(people)
    assert [message.to for message in mail.outbox] == [["nora@example.test"]]
    assert not nora.has_usable_password()
    assert "nora" in mail.outbox[0].body
    assert logged(Action.PERSON_CREATE, nora.pk) == 1
    assert logged(Action.LINK_SEND, OneTimeLink.objects.get(person=nora).pk) == 1


def test_a_mail_that_is_rolled_back_is_not_sent(
    people: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ValidationError):
        _new(people, username="ADA")
    assert not mail.outbox


@pytest.mark.parametrize(
    "changed",
    [
        {"username": "Ming"},
        {"username": "no spaces"},
        {"username": ""},
        {"username": "x" * 61},
        {"email": "MING@example.test"},
        {"email": "no address"},
        {"display_name": ""},
    ],
)
def test_bad_fields_make_no_account(people: SimpleNamespace, changed: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        _new(people, **changed)
    assert not User.objects.filter(display_name="Nora").exists()


def test_the_address_of_an_account_in_use_is_its_persons(people: SimpleNamespace) -> None:
    """Otherwise an administrator would point an officer's links at a mailbox of their own."""
    words = {"display_name": "Olivia", "language": "en"}
    with pytest.raises(NotPossible):
        edit_person(actor=people.ada, person=people.olivia, email="ada@evil.test", **words)
    people.olivia.refresh_from_db()
    assert people.olivia.email == "olivia@example.test"


def test_nor_is_it_changed_between_the_request_and_the_first_sign_in(people: SimpleNamespace) -> None:
    nora = _new(people)
    edit_person(actor=people.ada, person=nora, email="n@example.test", display_name="Nora", language="en")
    grant_role(actor=people.ada, person=nora, role=RoleCode.AGENT, reason="new colleague")
    with pytest.raises(NotPossible):
        edit_person(
            actor=people.ada, person=nora, email="ada2@example.test", display_name="Nora", language="en"
        )


def test_nor_that_of_an_invited_person_who_has_not_come_yet(people: SimpleNamespace) -> None:
    """Otherwise an administrator would come into the room in the buyer's place."""
    invitation = invite(
        actor=people.lea,
        deal_id=uuid4(),
        group_id=uuid4(),
        email="buyer@example.test",
        display_name="Buyer",
        code_name="Willow",
    )
    with pytest.raises(NotPossible):
        edit_person(
            actor=people.ada,
            person=invitation.person,
            email="ada2@example.test",
            display_name="Buyer",
            language="en",
        )


def test_a_forgotten_password_is_replaced_through_a_link_to_its_person(
    people: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    client = Client()
    sign_in(client, people.olivia)
    with django_capture_on_commit_callbacks(execute=True):
        resend_link(actor=people.ada, person=people.olivia)
    assert [message.to for message in mail.outbox] == [[people.olivia.email]]
    assert client.get(reverse("people:me")).status_code == 200  # a link alone ends nothing
    choose_password(link=OneTimeLink.objects.get(person=people.olivia), password="another pass phrase")
    assert client.get(reverse("people:me")).status_code == 302


def test_no_link_to_oneself_or_for_a_closed_account(people: SimpleNamespace) -> None:
    disable_person(actor=people.ada, person=people.bo)
    people.bo.refresh_from_db()
    for somebody in (people.ada, people.bo):
        with pytest.raises(NotPossible):
            resend_link(actor=people.ada, person=somebody)


def test_a_new_link_ends_the_one_before(people: SimpleNamespace) -> None:
    nora = _new(people)
    resend_link(actor=people.ada, person=nora)
    links = OneTimeLink.objects.filter(person=nora)
    assert sorted(link.cancelled_at is None for link in links) == [False, True]


def test_editing_logs_the_fields_that_changed(people: SimpleNamespace) -> None:
    words = {"email": people.lin.email, "language": "en"}
    edit_person(actor=people.ada, person=people.lin, display_name="Lin", **words)
    assert logged(Action.PERSON_EDIT, people.lin.pk) == 0
    edit_person(actor=people.ada, person=people.lin, display_name="Lin Mei", **words)
    assert logged(Action.PERSON_EDIT, people.lin.pk) == 1


def test_nobody_disables_their_own_account(people: SimpleNamespace) -> None:
    with pytest.raises(NotPossible):
        disable_person(actor=people.ada, person=people.ada)


def test_enabling_does_not_bring_back_a_role_that_opens_data(people: SimpleNamespace) -> None:
    disable_person(actor=people.ada, person=people.lin)
    with pytest.raises(NotPossible):
        enable_person(actor=people.ada, person=people.lin)
    revoke_role(actor=people.ada, grant=RoleGrant.objects.get(user=people.lin))
    enable_person(actor=people.ada, person=people.lin)
    people.lin.refresh_from_db()
    assert people.lin.is_active
    assert people.lin.disabled_at is None


def test_first_links_only_while_there_is_nobody(people: SimpleNamespace) -> None:
    assert first_links() == {}


def test_first_links_for_each_empty_office(db: None) -> None:
    assert set(first_links()) == {RoleCode.ADMIN, RoleCode.COMPLIANCE_OFFICER}
    person("ada", role=RoleCode.ADMIN)
    assert set(first_links()) == {RoleCode.COMPLIANCE_OFFICER}
