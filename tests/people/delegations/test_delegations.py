"""Deciding in somebody's place: what it gives, what it never gives, and what the database refuses."""

from collections.abc import Callable
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
from people.approvals.access import to_decide
from people.approvals.models import ApprovalDecision, ApprovalRequest, PreviewOpening, State, Verdict
from people.approvals.registry import actions
from people.approvals.services import NotDecidable, open_preview
from people.delegations.models import Delegation, DelegationState
from people.delegations.services import NotDelegable, delegate, end
from people.notices.models import Notice
from people.roles.models import RoleCode
from tests.cast import hold, person
from tests.people.approvals.actions import Rename
from tests.people.helpers import approve, refuse

pytestmark = pytest.mark.django_db
Ask = Callable[[User, Rename], ApprovalRequest]


def give(giver: User, to: User, *actions: Rename, days: float = 7) -> Delegation:
    now = timezone.now()
    return delegate(
        actor=giver,
        to=to,
        codes=[action.code for action in actions],
        starts_at=now,
        ends_at=now + timedelta(days=days),
        reason="away for a week",
    )


def test_a_delegate_decides_and_both_are_named(people: SimpleNamespace, rename: Rename, ask: Ask) -> None:
    request = ask(people.ming, rename)
    assert request not in to_decide(people.lea)
    given = give(people.olivia, people.lea, rename)
    assert given.state == DelegationState.ACTIVE
    assert request in to_decide(people.lea)
    with acting_as(Origin(actor=people.lea.pk)):
        done = approve(people.lea, request)
    assert done.state == State.CARRIED_OUT
    decision = ApprovalDecision.objects.get(request=request)
    assert (decision.decider, decision.decided_for) == (people.lea, people.olivia)
    for action in (Action.APPROVAL_APPROVE, Action.APPROVAL_CARRY_OUT):
        entry = LogEntry.objects.get(action=action, object_id=request.pk)
        assert (entry.actor, entry.on_behalf_of) == (people.lea.pk, people.olivia.pk)
    assert request not in to_decide(people.olivia)


def test_who_decides_in_somebodys_place_is_told_that_something_waits(
    people: SimpleNamespace, rename: Rename, ask: Ask
) -> None:
    give(people.olivia, people.lea, rename)
    ask(people.ming, rename)
    told = Notice.objects.filter(kind="approval.asked").values_list("person__username", flat=True)
    assert set(told) == {"olivia", "otto", "lea"}


def test_a_refusal_in_ones_place_ends_the_request(people: SimpleNamespace, rename: Rename, ask: Ask) -> None:
    request = ask(people.ming, rename)
    give(people.olivia, people.lea, rename)
    assert refuse(people.lea, request).state == State.REFUSED


def test_a_voice_counts_once(people: SimpleNamespace, rename_by_two: Rename, ask: Ask) -> None:
    request = ask(people.ming, rename_by_two)
    give(people.olivia, people.lea, rename_by_two)
    assert approve(people.lea, request).state == State.PENDING
    assert request not in to_decide(people.olivia)
    with pytest.raises(NotDecidable):
        approve(people.olivia, request)
    opening = PreviewOpening.objects.get(request=request, person=people.olivia)
    with pytest.raises(IntegrityError, match="decision_once_a_voice"), transaction.atomic():
        _decide(request, people.olivia, opening)
    assert approve(people.otto, request).state == State.CARRIED_OUT


def test_attack_ones_own_request_does_not_come_back_through_a_delegate(
    people: SimpleNamespace, rename: Rename, ask: Ask
) -> None:
    request = ask(people.olivia, rename)
    give(people.olivia, people.lea, rename)
    assert request not in to_decide(people.lea)
    with pytest.raises(NotDecidable):
        approve(people.lea, request)
    opening = PreviewOpening.objects.get(request=request, person=people.lea)
    with pytest.raises(IntegrityError, match="decision_not_by_requester"), transaction.atomic():
        _decide(request, people.lea, opening, decided_for=people.olivia)


def test_attack_a_delegate_does_not_decide_on_their_own_request(
    people: SimpleNamespace, rename: Rename, ask: Ask
) -> None:
    request = ask(people.lea, rename)
    give(people.olivia, people.lea, rename)
    assert request not in to_decide(people.lea)
    with pytest.raises(NotDecidable):
        approve(people.lea, request)


def test_attack_whom_a_request_concerns_decides_in_nobodys_place(
    people: SimpleNamespace, rename: Rename, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ask(people.ming, rename)
    monkeypatch.setattr(Rename, "concerned", lambda self, request: frozenset({people.lea.pk}))
    give(people.olivia, people.lea, rename)
    with pytest.raises(NotDecidable):
        approve(people.lea, request)


def test_attack_without_one_in_force_the_database_refuses(
    people: SimpleNamespace, rename: Rename, ask: Ask
) -> None:
    request = ask(people.ming, rename)
    digest = bytes(request.preview_digest)
    opening = PreviewOpening.objects.create(request=request, person=people.lea, digest=digest)
    given = give(people.olivia, people.lin, rename)  # somebody else's
    later = Delegation.objects.create(
        giver=people.otto,
        delegate=people.lea,
        actions=[rename.code],
        starts_at=timezone.now() + timedelta(days=1),
        ends_at=timezone.now() + timedelta(days=2),
        needs_officer=False,
        state=DelegationState.ACTIVE,
    )
    other = give(people.olivia, people.lea, rename)
    end(actor=people.olivia, delegation=other)
    for giver in (people.olivia, people.otto, people.lin):
        with pytest.raises(IntegrityError, match="decision_by_delegation"), transaction.atomic():
            _decide(request, people.lea, opening, decided_for=giver)
    assert (given.state, later.state) == ("active", "active")


@pytest.mark.parametrize("how", ["ended", "disabled", "lost", "disabled_delegate"])
def test_what_the_giver_loses_the_delegate_loses(
    people: SimpleNamespace, rename: Rename, ask: Ask, how: str
) -> None:
    request = ask(people.ming, rename)
    given = give(people.olivia, people.lea, rename)
    open_preview(actor=people.lea, request=request)
    if how == "ended":
        end(actor=people.lea, delegation=given)
    elif how == "disabled":
        User.objects.filter(pk=people.olivia.pk).update(is_active=False, disabled_at=timezone.now())
    elif how == "disabled_delegate":
        User.objects.filter(pk=people.lea.pk).update(is_active=False, disabled_at=timezone.now())
    else:
        people.olivia.grants.update(state="revoked", ended_at=timezone.now())
    assert request not in to_decide(people.lea)
    with pytest.raises(NotDecidable):
        approve(people.lea, request)


def test_who_may_be_named(people: SimpleNamespace, rename: Rename, rename_gravely: Rename) -> None:
    for nobody in (people.ada, people.bo, people.aud, people.olivia, person("noone")):
        with pytest.raises(NotDelegable):
            give(people.olivia, nobody, rename)
    with pytest.raises(NotDelegable, match="本人有权"):
        give(people.ming, people.lin, rename)
    with pytest.raises(NotDelegable, match="职责相同"):
        give(people.olivia, people.lea, rename_gravely)
    for days in (0, -1, 32):
        with pytest.raises(NotDelegable):
            give(people.olivia, people.lea, rename, days=days)
    assert not Delegation.objects.exists()


def test_what_is_not_delegable_stays_with_its_deciders(
    people: SimpleNamespace, rename: Rename, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Rename, "delegable", False)
    with pytest.raises(NotDelegable):
        give(people.olivia, people.lea, rename)


def test_a_grave_one_waits_for_an_officer_who_is_neither(
    people: SimpleNamespace, rename: Rename, rename_gravely: Rename, ask: Ask
) -> None:
    third = person("oscar", role=RoleCode.COMPLIANCE_OFFICER)
    hold(third, RoleCode.AGENT)
    given = give(people.olivia, third, rename_gravely)
    assert given.state == DelegationState.PENDING
    confirm = ApprovalRequest.objects.get(action="approval.delegate")
    for nobody in (people.olivia, third):
        with pytest.raises(NotDecidable):
            approve(nobody, confirm)
    assert approve(people.otto, confirm).state == State.CARRIED_OUT
    given.refresh_from_db()
    assert (given.state, given.confirmed_by) == (DelegationState.ACTIVE, people.otto)


def test_a_refused_one_and_one_ended_meanwhile_never_count(
    people: SimpleNamespace, rename: Rename, rename_gravely: Rename
) -> None:
    third = person("oscar", role=RoleCode.COMPLIANCE_OFFICER)
    given = give(people.olivia, third, rename_gravely)
    refuse(people.otto, ApprovalRequest.objects.get(action="approval.delegate"))
    given.refresh_from_db()
    assert given.state == DelegationState.REFUSED
    again = give(people.olivia, third, rename_gravely)
    waiting = ApprovalRequest.objects.get(action="approval.delegate", state=State.PENDING)
    end(actor=people.olivia, delegation=again)
    assert open_preview(actor=people.otto, request=waiting) is None
    waiting.refresh_from_db()
    assert waiting.state == State.VOID


def test_rows_that_the_database_refuses(people: SimpleNamespace) -> None:
    now = timezone.now()
    good = {
        "giver": people.olivia,
        "delegate": people.lea,
        "actions": ["test.rename"],
        "starts_at": now,
        "ends_at": now + timedelta(days=1),
        "needs_officer": False,
        "state": "active",
    }
    for name, changed in (
        ("delegation_to_another", {"delegate": people.olivia}),
        ("delegation_of_something", {"actions": []}),
        ("delegation_at_most_a_month", {"ends_at": now + timedelta(days=32)}),
        ("delegation_at_most_a_month", {"ends_at": now}),
        ("delegation_state_known", {"state": "some", "ended_at": now}),
        ("delegation_ended_has_time", {"state": "ended"}),
        ("delegation_ended_has_time", {"ended_at": now}),
        ("delegation_grave_is_confirmed", {"needs_officer": True}),
        ("delegation_confirmed_by_another", {"confirmed_by": people.lea}),
        ("delegation_confirmed_by_another", {"confirmed_by": people.olivia}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Delegation.objects.create(**good | changed)
    row = Delegation.objects.create(**good)
    with pytest.raises(IntegrityError, match="delegation_content_is_final"), transaction.atomic():
        Delegation.objects.filter(pk=row.pk).update(ends_at=now + timedelta(days=9))
    with pytest.raises(IntegrityError, match="delegation_state_moves_on"), transaction.atomic():
        Delegation.objects.filter(pk=row.pk).update(state="pending")
    with pytest.raises(IntegrityError, match="is_final"), transaction.atomic():
        Delegation.objects.filter(pk=row.pk).delete()
    end(actor=people.olivia, delegation=row)
    with pytest.raises(IntegrityError, match="delegation_state_moves_on"), transaction.atomic():
        Delegation.objects.filter(pk=row.pk).update(state="active", ended_at=None)


def _decide(
    request: ApprovalRequest, decider: User, opening: PreviewOpening, **more: Any
) -> ApprovalDecision:
    return ApprovalDecision.objects.create(
        request=request,
        decider=decider,
        verdict=Verdict.APPROVE,
        reason="yes",
        preview_opened_at=opening.at,
        **more,
    )


def test_what_others_may_decide_on_and_what_may_be_approved_beforehand() -> None:
    """Whoever adds one thinks about what its preview shows, and what is carried out without a look."""
    assert {one.code for one in actions() if one.delegable} == {
        "deal.stage",
        "export.clients",
        "reveal.more",
        "watch.loosen",
    }
    assert {one.code: one.standing_limit for one in actions() if one.standing_limit} == {"reveal.more": 50}
