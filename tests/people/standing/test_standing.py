"""What was approved beforehand: used within its bounds, and in no other way."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, State
from people.approvals.registry import CannotCarryOut, register
from people.approvals.services import NotDecidable, request_approval
from people.standing.models import StandingApproval
from people.standing.services import NotStanding, ask, end
from tests.people.approvals.actions import Rename, RenameGravely
from tests.people.helpers import approve, logged
from tests.people.standing.conftest import RenameWithin

pytestmark = pytest.mark.django_db


def wanted(people: SimpleNamespace, within: Rename, **changed: Any) -> ApprovalRequest:
    bounds = {"limit": 3, "uses": 2, "until": timezone.now() + timedelta(days=7)}
    return ask(actor=people.ming, kind=within, reason="each morning", **bounds | changed)


def given(people: SimpleNamespace, within: Rename, **changed: Any) -> StandingApproval:
    assert approve(people.olivia, wanted(people, within, **changed)).state == State.CARRIED_OUT
    return StandingApproval.objects.get(ended_at=None)


def use(person: User, things: int = 3) -> ApprovalRequest:
    with acting_as(Origin(actor=person.pk)):
        return request_approval(
            actor=person, action=RenameWithin.code, params={"things": things}, reason="more today"
        )


def test_it_approves_as_often_as_agreed_and_names_both(people: SimpleNamespace, within: RenameWithin) -> None:
    standing = given(people, within)
    for used in (1, 2):
        done = use(people.ming)
        assert (done.state, done.standing) == (State.CARRIED_OUT, standing)
        standing.refresh_from_db()
        assert standing.used == used
        for action in (Action.APPROVAL_BEFOREHAND, Action.APPROVAL_CARRY_OUT):
            entry = LogEntry.objects.get(action=action, object_id=done.pk)
            assert (entry.actor, entry.on_behalf_of) == (people.ming.pk, people.olivia.pk)
    assert use(people.ming).state == State.PENDING
    assert sum(within.done.values()) == 2


@pytest.mark.parametrize("how", ["larger", "another", "ended", "over", "lost", "disabled"])
def test_outside_its_bounds_a_request_waits(
    people: SimpleNamespace, within: RenameWithin, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    standing = given(people, within)
    person, things = people.ming, 3
    if how == "larger":
        things = 4
    elif how == "another":
        person = people.lin
    elif how == "ended":
        end(actor=people.ming, standing=standing)
    elif how == "over":
        over = standing.valid_until + timedelta(seconds=1)
        monkeypatch.setattr(timezone, "now", lambda: over)
    elif how == "lost":
        people.olivia.grants.update(state="revoked", ended_at=timezone.now())
    else:
        User.objects.filter(pk=people.olivia.pk).update(is_active=False, disabled_at=timezone.now())
    assert use(person, things).state == State.PENDING
    assert not within.done


def test_nobody_gives_it_to_themselves_and_only_deciders_give_it(
    people: SimpleNamespace, within: RenameWithin
) -> None:
    request = wanted(people, within)
    for name in ("ming", "lin", "lea", "ada", "aud", "bo"):
        with pytest.raises(NotDecidable):
            approve(getattr(people, name), request)


@pytest.mark.parametrize(
    "changed",
    [
        {"limit": 0},
        {"limit": 6},
        {"uses": 0},
        {"uses": 32},
        {"until": timezone.now() - timedelta(days=1)},
        {"until": timezone.now() + timedelta(days=40)},
    ],
)
def test_bounds_have_bounds(people: SimpleNamespace, within: RenameWithin, changed: dict[str, Any]) -> None:
    with pytest.raises(NotStanding):
        wanted(people, within, **changed)


def test_what_is_decided_each_time_and_grave_acts_never(people: SimpleNamespace, rename: Rename) -> None:
    with pytest.raises(NotStanding):
        wanted(people, rename)

    class Grave(RenameGravely):
        code = "test.grave_beforehand"
        standing_limit = 1

    with pytest.raises(ValueError, match="grave"):
        register(Grave())


def test_a_new_one_takes_the_place_of_the_one_before(people: SimpleNamespace, within: RenameWithin) -> None:
    first = given(people, within)
    second = given(people, within, limit=5)
    first.refresh_from_db()
    assert first.ended_at is not None
    assert use(people.ming, 5).standing == second


def test_what_cannot_be_carried_out_is_void(people: SimpleNamespace, within: RenameWithin) -> None:
    given(people, within)
    within.fails_with = CannotCarryOut()
    request = use(people.ming)
    assert request.state == State.VOID
    assert logged(Action.APPROVAL_VOID, request.pk) == 1
    assert within.ended[str(request.pk)] == 1


def test_attack_a_request_is_not_approved_by_somebody_elses_or_twice(
    people: SimpleNamespace, within: RenameWithin
) -> None:
    standing = given(people, within)
    other, own = use(people.lin), use(people.ming, 5)
    now = timezone.now()
    for request in (other, own):  # nothing was counted for either
        with pytest.raises(IntegrityError, match="approval_by_standing"), transaction.atomic():
            _approve(request, state="approved", decided_at=now, standing=standing)
    with pytest.raises(IntegrityError, match="approval_has_quorum"), transaction.atomic():
        _approve(own, state="approved", decided_at=now)
    used = use(people.ming)
    with pytest.raises(IntegrityError, match="approval_content_is_final"), transaction.atomic():
        _approve(used, standing=None)
    with pytest.raises(IntegrityError, match="approval_content_is_final"), transaction.atomic():
        _approve(own, standing=standing)


def test_attack_the_row_is_exactly_what_was_approved(people: SimpleNamespace, within: RenameWithin) -> None:
    standing = given(people, within)
    row = {
        "holder": people.ming,
        "action": within.code,
        "limit": 3,
        "uses": 2,
        "given_by": people.olivia,
        "valid_until": standing.valid_until,
    }
    for changed in ({"limit": 4}, {"holder": people.lin}, {"given_by": people.otto}, {"uses": 3}, {}):
        with pytest.raises(IntegrityError, match="standing_as_approved"), transaction.atomic():
            StandingApproval.objects.create(approval=wanted(people, within), **row | changed)
    for changed in ({"limit": 9}, {"used": 2}, {"holder_id": people.lin.pk}):
        with pytest.raises(IntegrityError, match="standing_content_is_final"), transaction.atomic():
            StandingApproval.objects.filter(pk=standing.pk).update(**changed)
    with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
        StandingApproval.objects.filter(pk=standing.pk).delete()
    end(actor=people.olivia, standing=standing)
    with pytest.raises(IntegrityError, match="standing_content_is_final"), transaction.atomic():
        StandingApproval.objects.filter(pk=standing.pk).update(ended_at=None)


def _approve(request: ApprovalRequest, **changed: Any) -> None:
    ApprovalRequest.objects.filter(pk=request.pk).update(**changed)
