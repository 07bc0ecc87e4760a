"""Invitations of outside people: one mail, one link, one acceptance."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from audit.actions import Action
from people.accounts.links import make_link
from people.accounts.models import Kind, LinkPurpose, User
from people.accounts.services import disable_person
from people.duties.models import NdaKind
from people.invitations import registry
from people.invitations.models import Invitation
from people.invitations.services import CannotInvite, invite, resend, revoke
from tests.cast import client_of
from tests.people.helpers import logged, mailed_path

pytestmark = pytest.mark.django_db

DEAL, GROUP = UUID(int=21), UUID(int=22)
PASSWORD = "violet harbour 93 lanterns"


@pytest.fixture
def send(people: SimpleNamespace, django_capture_on_commit_callbacks):
    def _send(email: str = "new@example.test", **changed: Any) -> Invitation:
        words = {
            "deal_id": DEAL,
            "group_id": GROUP,
            "display_name": "New",
            "code_name": "Willow",
            "language": "en",
        }
        with django_capture_on_commit_callbacks(execute=True):
            return invite(actor=people.lea, email=email, **words | changed)

    return _send


def _accept(path: str, password: str = PASSWORD) -> tuple[Client, Any]:
    client = Client()
    client.get(path)
    return client, client.post("/welcome/", {"password": password, "again": password})


def test_link_password_undertaking(people: SimpleNamespace, send) -> None:
    invitation = send()
    assert invitation.person.kind == Kind.OUTSIDE
    client, answer = _accept(mailed_path())
    assert answer["Location"] == reverse("people:nda", args=[DEAL])
    assert client.get(answer["Location"]).status_code == 200
    invitation.refresh_from_db()
    assert invitation.accepted_at is not None
    assert logged(Action.INVITATION_ACCEPT, invitation.pk) == 1


def test_the_mail_names_the_code_name_only(people: SimpleNamespace, send) -> None:
    send()
    body = mail.outbox[-1].subject + mail.outbox[-1].body
    assert "Willow" in body
    assert str(DEAL) not in body
    assert mail.outbox[-1].to == ["new@example.test"]


def test_a_link_is_used_once(people: SimpleNamespace, send) -> None:
    send()
    path = mailed_path()
    _accept(path)
    assert Client().get(path).status_code == 410


def test_a_revoked_invitation_and_a_disabled_account_let_nobody_in(people: SimpleNamespace, send) -> None:
    invitation = send()
    path = mailed_path()
    revoke(actor=people.lea, invitation=invitation)
    assert _accept(path)[1].status_code == 410
    other = send("other@example.test")
    disable_person(actor=people.ada, person=other.person)
    assert _accept(mailed_path())[1].status_code == 410


def test_a_new_link_ends_the_one_before(
    people: SimpleNamespace, send, django_capture_on_commit_callbacks
) -> None:
    invitation = send()
    first = mailed_path()
    with django_capture_on_commit_callbacks(execute=True):
        resend(actor=people.lea, invitation=invitation, code_name="Willow")
    assert Client().get(first).status_code == 410
    assert _accept(mailed_path())[1].status_code == 302
    with pytest.raises(CannotInvite):
        resend(actor=people.lea, invitation=invitation, code_name="Willow")


def test_who_has_an_account_proves_it_by_signing_in(people: SimpleNamespace, send) -> None:
    invitation = send(people.bo.email.upper())
    assert invitation.person == people.bo
    path = mailed_path()
    stranger = client_of(people.ben)
    stranger.get(path)
    assert stranger.get("/welcome/").status_code == 302
    assert "_auth_user_id" not in stranger.session
    bo = client_of(people.bo)
    bo.get(path)
    assert bo.get("/welcome/").status_code == 200
    assert bo.post("/welcome/")["Location"] == reverse("people:nda", args=[DEAL])
    people.bo.refresh_from_db()
    assert not people.bo.check_password(PASSWORD)


def test_a_password_sent_along_changes_no_existing_account(people: SimpleNamespace, send) -> None:
    send(people.bo.email)
    _client, answer = _accept(mailed_path())
    assert answer.status_code == 302
    people.bo.refresh_from_db()
    assert not people.bo.check_password(PASSWORD)


def test_the_layer_above_hears_of_it_and_says_where_to_go(
    people: SimpleNamespace, send, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[User, UUID, UUID]] = []
    monkeypatch.setattr(registry, "_accepted", [])
    monkeypatch.setattr(registry, "_landings", {})
    registry.on_accepted(lambda person, deal, group: heard.append((person, deal, group)))
    room = registry.Landing(address=lambda deal: f"/deals/{deal}/room/", title=str)
    registry.register_landing(registry.ROOM, room)
    invitation = send()
    _accept(mailed_path())
    assert heard == [(invitation.person, DEAL, GROUP)]
    assert registry.landing_of(registry.ROOM).address(DEAL) == f"/deals/{DEAL}/room/"


def test_whom_one_cannot_invite(people: SimpleNamespace, send) -> None:
    send(people.sam.email)
    disable_person(actor=people.ada, person=people.ben)
    for email in (people.ming.email, people.sam.email, people.ben.email):
        with pytest.raises(CannotInvite):
            send(email)
    with pytest.raises(CannotInvite):
        send("partner@example.test", nda_kind="friend")  # there is no such text
    assert not User.objects.filter(email="partner@example.test").exists()


def test_two_rooms_two_invitations(people: SimpleNamespace, send) -> None:
    send()
    first = mailed_path()
    send(deal_id=uuid4())
    assert Client().get(first).status_code == 302


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("invitation_live_once", {}),
        ("invitation_outside_undertaking", {"nda_kind": NdaKind.STAFF, "deal_id": uuid4()}),
        ("invitation_not_of_oneself", {"invited_by": "person", "deal_id": uuid4()}),
    ],
)
def test_what_the_database_refuses(people: SimpleNamespace, send, name: str, changed: dict[str, Any]) -> None:
    invitation = send()
    link, _address = make_link(purpose=LinkPurpose.INVITATION, person=invitation.person)
    row = {
        "deal_id": DEAL,
        "group_id": GROUP,
        "person": invitation.person,
        "nda_kind": NdaKind.BUYER,
        "invited_by": people.lea,
        "link": link,
        **changed,
    }
    if row["invited_by"] == "person":
        row["invited_by"] = invitation.person
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Invitation.objects.create(**row)
