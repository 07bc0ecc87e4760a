"""No retaliation: acts against a protected reporter wait for an officer, or are seen by one at once."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from audit.models import LogEntry
from audit.refusals import Refused
from compliance.speakup import protecting
from compliance.speakup.access import PROTECTED_ACT
from compliance.speakup.codes import Shielding, State
from compliance.speakup.models import SpeakUpCase
from compliance.speakup.shields import ShieldedAct
from people.accounts.models import User
from people.accounts.services import NotPossible as AccountStays
from people.accounts.services import disable_person
from people.approvals.access import to_decide
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.models import State as Asked
from people.approvals.services import decide, open_preview
from people.roles.services import NotGrantable, revoke_role
from people.today import due_for
from tests.cast import client_of
from tests.compliance.speakup import making
from tests.compliance.speakup.making import page
from tests.vault.intake.makers import owned
from tests.vault.records.makers import acting, book_of, let_in
from vault.intake.handover import hand_over
from vault.records.books import remove_member
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook

pytestmark = pytest.mark.django_db
Act = Callable[[], object]


def revoking(people: SimpleNamespace) -> Act:
    return lambda: revoke_role(actor=people.ada, grant=making.grant_of(people.lin))


def disabling(people: SimpleNamespace) -> Act:
    return lambda: disable_person(actor=people.ada, person=people.lin)


def left_book(people: SimpleNamespace) -> ClientBook:
    """Ming's book, which Lin is out of and has a client in."""
    book = book_of(people.ming)
    let_in(book, people.lin)
    let_in(book, people.lea)
    owned(book, {"name": "客户"}, by=people.lin)
    with acting(people.ming):
        remove_member(actor=people.ming, book_id=book.pk, user=people.lin)
    return book


def handing_over(people: SimpleNamespace) -> Act:
    book = left_book(people)
    return lambda: hand_over(actor=people.ming, leaver_id=people.lin.pk, book_id=book.pk, to=[people.lea])


ACTS = {"revoke": (revoking, "ada"), "disable": (disabling, "ada"), "hand over": (handing_over, "ming")}


def is_done(people: SimpleNamespace, act: str) -> bool:
    if act == "revoke":
        return not people.lin.grants.filter(state="active").exists()
    if act == "disable":
        return not User.objects.get(pk=people.lin.pk).is_active
    return Client.objects.filter(assigned=people.lea).exists()


def decided(request: ApprovalRequest, by: User, verdict: Verdict) -> ApprovalRequest:
    with acting(by):
        assert open_preview(actor=by, request=request) is not None
        return decide(actor=by, request=request, verdict=verdict, reason="looked into")


@pytest.mark.parametrize("name", ACTS)
def test_an_act_waits_until_an_officer_agrees(people: SimpleNamespace, name: str) -> None:
    build, who = ACTS[name]
    act, actor = build(people), getattr(people, who)
    case, _code = making.reported()
    making.protected(case, people.lin, people.olivia)
    for _ in range(2):  # asked for once, however often it is tried
        with acting(actor), pytest.raises((NotGrantable, AccountStays, NotPossible), match="waits"):
            act()
    assert not is_done(people, name)
    request = ApprovalRequest.objects.get(action=PROTECTED_ACT)
    assert request.requester == actor
    assert str(case.pk) not in str(request.params)
    assert request in to_decide(people.olivia)
    assert request not in to_decide(people.lea)
    done = decided(request, people.otto, Verdict.APPROVE)
    assert done.state == Asked.CARRIED_OUT
    assert is_done(people, name)


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_an_officer_refuses_is_not_done(people: SimpleNamespace, name: str) -> None:
    build, who = ACTS[name]
    act = build(people)
    case, _code = making.reported()
    making.protected(case, people.lin, people.olivia)
    with acting(getattr(people, who)), pytest.raises((NotGrantable, AccountStays, NotPossible)):
        act()
    refused = decided(ApprovalRequest.objects.get(action=PROTECTED_ACT), people.otto, Verdict.REFUSE)
    assert refused.state == Asked.REFUSED
    assert not is_done(people, name)


@pytest.mark.parametrize("name", ACTS)
def test_a_watched_act_goes_on_and_officers_see_it_in_the_same_transaction(
    people: SimpleNamespace, name: str
) -> None:
    build, who = ACTS[name]
    act, actor = build(people), getattr(people, who)
    case, _code = making.reported()
    making.protected(case, people.lin, people.olivia, Shielding.WATCH)
    with acting(actor):
        act()
    assert is_done(people, name)
    [seen] = ShieldedAct.objects.all()
    assert (seen.by, seen.protection.user) == (actor, people.lin)
    label = "Acts against protected reporters to look at"
    for officer in (people.olivia, people.otto):
        assert label in [str(item.label) for item in due_for(officer)]
    assert label not in [str(item.label) for item in due_for(actor)]
    # Nothing of the log says that somebody was protected: the act's own entries are all there is.
    about_lin = LogEntry.objects.filter(subjects__contains=[people.lin.pk])
    assert not about_lin.filter(action__startswith="speakup").exists()
    shown = client_of(people.olivia).get(page("_case", case.pk)).content.decode()
    assert page("_act_settle", seen.pk) in shown
    assert client_of(actor).post(page("_act_settle", seen.pk)).status_code == 404
    client_of(people.olivia).post(page("_act_settle", seen.pk))
    seen.refresh_from_db()
    assert seen.settled_by == people.olivia
    assert label not in [str(item.label) for item in due_for(people.otto)]


def test_a_rolled_back_act_leaves_no_finding(people: SimpleNamespace) -> None:
    from django.db import transaction

    case, _code = making.reported()
    making.protected(case, people.lin, people.olivia, Shielding.WATCH)

    def fails() -> None:
        with transaction.atomic(), acting(people.ada):
            disable_person(actor=people.ada, person=people.lin)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert not is_done(people, "disable")
    assert not ShieldedAct.objects.exists()


def test_attack_whom_the_report_accuses_agrees_to_the_act(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    making.protected(case, people.lin, people.olivia)
    making.accused(case, people.otto, people.olivia)
    with acting(people.ada), pytest.raises(NotGrantable):
        revoke_role(actor=people.ada, grant=making.grant_of(people.lin))
    request = ApprovalRequest.objects.get(action=PROTECTED_ACT)
    assert request not in to_decide(people.otto)
    assert client_of(people.otto).get(f"/approvals/{request.pk}/").status_code == 404
    assert request in to_decide(people.olivia)


def test_whoever_acts_learns_that_it_waits_and_not_why(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    making.protected(case, people.lin, people.olivia)
    with acting(people.ada), pytest.raises(AccountStays) as told:
        disable_person(actor=people.ada, person=people.lin)
    request = ApprovalRequest.objects.get(action=PROTECTED_ACT)
    shown = client_of(people.ada).get(f"/approvals/{request.pk}/").content.decode()
    for words in (str(told.value), shown, request.reason):
        for word in ("report", "protect", "whistle", case.short):
            assert word not in words.lower().replace("report a wrong", ""), word


def test_protection_takes_the_persons_word_and_ends(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    browser = client_of(people.olivia)
    asked: dict[str, Any] = {"user": str(people.lin.pk), "shielding": "wait"}
    browser.post(page("_protect", case.pk), asked)
    assert not case.protections.exists()
    browser.post(page("_protect", case.pk), asked | {"agreed": "on", "user": str(people.bo.pk)})
    assert not case.protections.exists()
    browser.post(page("_protect", case.pk), asked | {"agreed": "on"})
    running = case.protections.get()
    assert client_of(people.ming).post(page("_protection_end", running.pk)).status_code == 404
    browser.post(page("_protection_end", running.pk))
    with acting(people.ada):
        revoke_role(actor=people.ada, grant=making.grant_of(people.lin))
    with acting(people.olivia), pytest.raises(Refused):
        protecting.end_protection(actor=people.olivia, protection_id=running.pk)
    # The log says that somebody was protected, and not who.
    entries = LogEntry.objects.filter(object_id=case.pk, action__startswith="speakup.protect")
    assert {tuple(entry.subjects) for entry in entries} == {(case.pk,)}


def test_others_are_not_held_up(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    making.protected(case, people.lin, people.olivia)
    with acting(people.ada):
        disable_person(actor=people.ada, person=people.ming)
    assert not ApprovalRequest.objects.filter(action=PROTECTED_ACT).exists()
    assert SpeakUpCase.objects.get().state == State.NEW
