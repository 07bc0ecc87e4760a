"""The pages of delegations, and of how long deciders look."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from people.approvals.models import ApprovalDecision, ApprovalRequest, PreviewOpening, State
from people.approvals.pace import due, lengths, paces
from people.delegations.models import Delegation
from tests.cast import client_of
from tests.people.approvals.actions import Rename
from tests.people.delegations.test_delegations import Ask, give
from tests.people.helpers import approve, confirm_identity

pytestmark = pytest.mark.django_db


def test_given_on_the_page_and_ended_there(people: SimpleNamespace, rename: Rename) -> None:
    olivia = client_of(people.olivia)
    assert olivia.get("/approvals/delegations/new/").status_code == 302  # confirms who she is first
    confirm_identity(olivia)
    page = olivia.get("/approvals/delegations/new/")
    assert people.lea in page.context["form"].fields["to"].queryset
    today = timezone.localdate()
    assert f'value="{today.isoformat()}"' in page.content.decode()  # or the browser shows an empty field
    typed = {
        "to": str(people.lea.pk),
        "codes": [rename.code],
        "first": today.isoformat(),
        "last": (today + timedelta(days=3)).isoformat(),
        "reason": "away for three days",
    }
    assert olivia.post("/approvals/delegations/new/", typed).status_code == 302
    given = Delegation.objects.get()
    assert (given.giver, given.delegate, given.actions) == (people.olivia, people.lea, [rename.code])
    lea = client_of(people.lea)
    assert "Rename" in lea.get("/approvals/delegations/").content.decode()
    assert lea.post(reverse("people:delegation_end", args=[given.pk])).status_code == 302
    given.refresh_from_db()
    assert given.state == "ended"


@pytest.mark.parametrize(
    "changed",
    [
        {"to": "00000000-0000-4000-8000-000000000009"},
        {"codes": ["role.grant"]},
        {"codes": []},
        {"last": "2020-01-01"},
        {"first": "yesterday"},
        {"reason": "call 138 0000 0000"},
        {"last": "2099-01-01"},
    ],
)
def test_bad_input_gives_nothing(people: SimpleNamespace, rename: Rename, changed: dict[str, object]) -> None:
    olivia = client_of(people.olivia)
    confirm_identity(olivia)
    today = timezone.localdate().isoformat()
    typed = {
        "to": str(people.lea.pk),
        "codes": [rename.code],
        "first": today,
        "last": today,
        "reason": "away",
    }
    answer = olivia.post("/approvals/delegations/new/", typed | changed)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Delegation.objects.exists()


def test_attack_mass_assignment_chooses_no_giver_and_no_state(
    people: SimpleNamespace, rename: Rename
) -> None:
    olivia = client_of(people.olivia)
    confirm_identity(olivia)
    today = timezone.localdate().isoformat()
    typed = {
        "to": str(people.lea.pk),
        "codes": [rename.code],
        "first": today,
        "last": today,
        "reason": "away",
    }
    olivia.post(
        "/approvals/delegations/new/",
        typed | {"giver": str(people.otto.pk), "state": "active", "confirmed_by": str(people.otto.pk)},
    )
    given = Delegation.objects.get()
    assert (given.giver, given.confirmed_by) == (people.olivia, None)


def test_attack_others_neither_see_nor_end_one(people: SimpleNamespace, rename: Rename) -> None:
    given = give(people.olivia, people.lea, rename)
    for name in ("ming", "ada", "bo", "aud"):
        browser = client_of(getattr(people, name))
        assert browser.post(reverse("people:delegation_end", args=[given.pk])).status_code == 404
        assert "Lea" not in browser.get("/approvals/delegations/").content.decode()
    given.refresh_from_db()
    assert given.state == "active"


def test_the_delegates_page_says_in_whose_place(people: SimpleNamespace, rename: Rename, ask: Ask) -> None:
    request = ask(people.ming, rename)
    give(people.olivia, people.lea, rename)
    lea = client_of(people.lea)
    address = reverse("people:approval", args=[request.pk])
    assert "You decide in the place of Olivia." in lea.get(address).content.decode()
    lea.post(reverse("people:approval_decide", args=[request.pk]), {"verdict": "approve", "reason": "right"})
    request.refresh_from_db()
    assert request.state == State.CARRIED_OUT
    assert "for Olivia" in " ".join(lea.get(address).content.decode().split())


def _decided(people: SimpleNamespace, request: ApprovalRequest, seconds: int) -> None:
    """Otto's approval, `seconds` after he opened the preview."""
    opened = timezone.now() - timedelta(seconds=seconds)
    PreviewOpening.objects.create(
        request=request, person=people.otto, digest=bytes(request.preview_digest), at=opened
    )
    approve(people.otto, request)


def test_hasty_decisions_are_counted_and_due(
    people: SimpleNamespace, rename: Rename, rename_gravely: Rename, ask: Ask
) -> None:
    assert paces() == []
    for seconds in (3, 8, 90):
        _decided(people, ask(people.ming, rename_gravely), seconds)
    _decided(people, ask(people.ming, rename), 2)
    assert sorted(one.seconds for one in ApprovalDecision.objects.all()) == [2, 3, 8, 90]
    [pace] = paces()
    assert (pace.name, pace.decisions, pace.shortest, pace.hasty) == ("Otto", 4, 2, 2)
    assert 3 <= pace.median <= 8
    found = [(one.decisions, one.hasty) for one in lengths()]
    assert found == [(2, 1), (1, 1), (0, 0), (0, 0), (1, 0), (0, 0)]
    assert [item.count for item in due(people.olivia)] == [2]
    assert [item.count for item in due(people.otto)] == [0]  # one's own are for the others
    assert list(due(people.ming)) == []
    page = client_of(people.olivia).get("/approvals/pace/").content.decode()
    assert "Otto" in page
    for name in ("ming", "ada", "lea", "aud", "bo"):
        assert client_of(getattr(people, name)).get("/approvals/pace/").status_code == 404
