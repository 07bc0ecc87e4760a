"""The one maker-checker: asked, opened, decided by another, carried out once as approved or not at all."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.actions import Action
from people.approvals import tasks
from people.approvals.models import ApprovalDecision, ApprovalRequest, PreviewOpening, State, Verdict
from people.approvals.registry import CannotCarryOut, register
from people.approvals.services import (
    NotDecidable,
    decide,
    expire_due,
    open_preview,
    request_approval,
    withdraw,
)
from tests.people.approvals.actions import Rename
from tests.people.helpers import approve, logged, refuse

pytestmark = pytest.mark.django_db


def test_asked_opened_approved_carried_out(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    done = approve(people.olivia, request)
    assert done.state == State.CARRIED_OUT
    assert rename.done == {str(request.pk): 1}
    for action in ("REQUEST", "OPEN", "APPROVE", "CARRY_OUT"):
        assert logged(Action[f"APPROVAL_{action}"], request.pk) == 1


def test_without_the_opened_preview_no_decision(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    open_preview(actor=people.otto, request=request)  # somebody else's opening does not count
    with pytest.raises(NotDecidable):
        decide(actor=people.olivia, request=request, verdict=Verdict.APPROVE, reason="looks right")
    assert not rename.done


def test_nobody_decides_on_their_own_request(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.olivia, rename)
    with pytest.raises(NotDecidable):
        approve(people.olivia, request)
    assert approve(people.otto, request).state == State.CARRIED_OUT


@pytest.mark.parametrize("name", ["ada", "ming", "lea", "bo", "aud"])
def test_only_those_with_the_permission_decide(
    people: SimpleNamespace, rename: Rename, ask, name: str
) -> None:
    request = ask(people.lin, rename)
    with pytest.raises(NotDecidable):
        approve(getattr(people, name), request)


def test_a_quorum_of_two_needs_two_people(people: SimpleNamespace, rename_by_two: Rename, ask) -> None:
    request = ask(people.ming, rename_by_two)
    assert approve(people.olivia, request).state == State.PENDING
    with pytest.raises(NotDecidable):
        approve(people.olivia, request)
    assert not rename_by_two.done
    assert approve(people.otto, request).state == State.CARRIED_OUT
    assert rename_by_two.done == {str(request.pk): 1}


def test_one_refusal_ends_it(people: SimpleNamespace, rename_by_two: Rename, ask) -> None:
    request = ask(people.ming, rename_by_two)
    approve(people.olivia, request)
    assert refuse(people.otto, request).state == State.REFUSED
    assert rename_by_two.ended == {str(request.pk): 1}
    assert not rename_by_two.done


def test_a_replayed_approval_does_nothing(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    approve(people.olivia, request)
    for decider in (people.olivia, people.otto):
        with pytest.raises(NotDecidable):
            decide(actor=decider, request=request, verdict=Verdict.APPROVE, reason="once more")
    assert rename.done == {str(request.pk): 1}


def test_what_has_changed_since_is_void_and_not_carried_out(
    people: SimpleNamespace, rename: Rename, ask
) -> None:
    request = ask(people.ming, rename)
    open_preview(actor=people.olivia, request=request)
    rename.reality = {"name": "b"}
    done = decide(actor=people.olivia, request=request, verdict=Verdict.APPROVE, reason="looks right")
    assert done.state == State.VOID
    assert not rename.done
    assert rename.ended == {str(request.pk): 1}
    assert logged(Action.APPROVAL_VOID, request.pk) == 1


def test_a_vanished_object_makes_it_void(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    rename.reality = {}
    assert open_preview(actor=people.olivia, request=request) is None
    request.refresh_from_db()
    assert request.state == State.VOID


def test_what_cannot_be_carried_out_any_more_is_void(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    rename.fails_with = CannotCarryOut()
    assert approve(people.olivia, request).state == State.VOID


def test_an_error_while_carrying_out_leaves_everything_as_it_was(
    people: SimpleNamespace, rename: Rename, ask
) -> None:
    request = ask(people.ming, rename)
    rename.fails_with = RuntimeError("the disk is full")
    with pytest.raises(RuntimeError):
        approve(people.olivia, request)
    request.refresh_from_db()
    assert request.state == State.PENDING
    assert not ApprovalDecision.objects.filter(request=request).exists()


def test_a_late_decision_is_refused_and_the_request_expires(people: SimpleNamespace, rename: Rename) -> None:
    rename.expires_after = timedelta(microseconds=1)
    request = request_approval(actor=people.ming, action=rename.code, params={}, reason="it is time")
    open_preview(actor=people.olivia, request=request)
    with pytest.raises(NotDecidable):
        decide(actor=people.olivia, request=request, verdict=Verdict.APPROVE, reason="late")
    tasks.expire_due()
    assert expire_due() == 0
    request.refresh_from_db()
    assert request.state == State.EXPIRED
    assert rename.ended == {str(request.pk): 1}


def test_only_the_requester_withdraws(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    with pytest.raises(NotDecidable):
        withdraw(actor=people.olivia, request=request)
    assert withdraw(actor=people.ming, request=request).state == State.WITHDRAWN
    with pytest.raises(NotDecidable):
        approve(people.olivia, request)


@pytest.mark.parametrize(
    "params",
    [
        {"name": "张三"},
        {"phone": "+86 138 0013 8000"},
        {"ids": ["a b"]},
        {"mail": "a@b.cn"},
        {"long": "x" * 65},
    ],
)
def test_parameters_hold_ids_and_codes_only(people: SimpleNamespace, rename: Rename, params: dict) -> None:
    with pytest.raises(ValueError, match="ids and codes"):
        request_approval(actor=people.ming, action=rename.code, params=params, reason="it is time")
    assert not ApprovalRequest.objects.filter(action=rename.code).exists()


@pytest.mark.parametrize(
    "reason",
    ["", "  \n", "x" * 501, "Mr Li, 13800138000", "ID １１０１０１１９９００３０７７", "ask li@example.cn"],
)
def test_reasons_are_given_and_name_nobody(people: SimpleNamespace, rename: Rename, ask, reason: str) -> None:
    with pytest.raises(ValidationError):
        request_approval(actor=people.ming, action=rename.code, params={}, reason=reason)
    request = ask(people.ming, rename)
    with pytest.raises(ValidationError):
        refuse(people.olivia, request, reason)


def test_a_reason_keeps_its_chinese_punctuation(people: SimpleNamespace, rename: Rename, ask) -> None:
    typed = "  未成交，期限届满（一年）。 "
    request = request_approval(actor=people.ming, action=rename.code, params={}, reason=typed)
    assert request.reason == typed.strip()


def test_an_opening_is_noted_once(people: SimpleNamespace, rename: Rename, ask) -> None:
    request = ask(people.ming, rename)
    for _ in range(3):
        assert open_preview(actor=people.olivia, request=request) is not None
    assert PreviewOpening.objects.filter(request=request).count() == 1


def test_two_actions_do_not_share_a_code(rename: Rename) -> None:
    class Other(Rename):
        pass

    with pytest.raises(ValueError, match=r"test\.rename"):
        register(Other())


def test_equal_facts_are_the_same_preview_in_any_language(rename: Rename) -> None:
    one = rename.preview({"thing": "7"})
    rename.reality = dict(reversed(list(rename.reality.items())))
    assert rename.preview({"thing": "7"}).digest == one.digest
    assert rename.preview({"thing": "8"}).digest != one.digest


def test_now_is_before_the_default_expiry(people: SimpleNamespace, rename: Rename, ask) -> None:
    assert ask(people.ming, rename).expires_at > timezone.now() + timedelta(days=6)
