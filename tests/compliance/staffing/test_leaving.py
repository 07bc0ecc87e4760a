"""Somebody leaves: what they hold goes to others, what was open to them ends, at one moment and once."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from compliance.anomalies.models import Leaving
from compliance.audits.followup import CorrectiveAction
from deals.files.reading import CutOff
from deals.pipeline.access import which_deals
from deals.pipeline.models import Deal, DealMember
from deals.pipeline.stages import Stage, request_stage
from people.accounts.links import find_link, make_link
from people.accounts.models import LinkPurpose, User
from people.approvals.models import ApprovalRequest
from people.delegations.models import Delegation, DelegationState
from people.delegations.services import delegate
from people.locks.standing import LockedMeanwhile, until_locked
from people.roles.models import RoleCode, RoleGrant
from people.staffing.carrying import carry_out
from people.staffing.codes import State
from people.staffing.errors import NotNow
from people.staffing.heirs import held_by, name_heir, unnamed
from people.staffing.planning import call_off
from people.staffsessions.models import StaffSession
from tests.cast import client_of, hold, person
from tests.compliance.audits.making import by_hand, found, running, to_do
from tests.compliance.staffing.making import DAY, all_to, leaving, left, settled, the_hour_comes
from tests.deals.scene import stored
from tests.vault.records.makers import add, book_of
from vault.records.models import BookMember, Client, ClientBook

MEGABYTE = 1024**2


def test_everything_goes_to_who_was_named_and_nothing_stays_open(world: SimpleNamespace) -> None:
    hold(world.lin, RoleCode.DEAL_LEAD)
    world.deal.lead = world.ming
    hold(world.ming, RoleCode.DEAL_LEAD)
    world.deal.save()
    change = left(world, world.ming, world.lin)
    assert change.state == State.DONE
    assert Deal.objects.get().lead == world.lin
    assert ClientBook.objects.get().lead == world.lin
    assert Client.objects.get().assigned == world.lin
    gone = User.objects.get(pk=world.ming.pk)
    assert not gone.is_active
    assert gone.session_mark == world.ming.session_mark + 1
    assert not RoleGrant.objects.filter(user=gone, state__in=["pending", "active"]).exists()
    assert not DealMember.objects.filter(user=gone).exists()
    assert not BookMember.objects.filter(user=gone).exists()
    assert held_by(change) == []
    assert list(which_deals(world.lin)) == [world.deal]


def test_leaving_is_refused_while_something_would_be_without_an_owner(world: SimpleNamespace) -> None:
    change = leaving(world.olivia, world.lea, world.otto)
    [deal] = unnamed(change)
    with pytest.raises(NotNow, match="1 things would be without an owner"):
        settled(world.olivia, change)
    assert the_hour_comes() == 0
    assert User.objects.get(pk=world.lea.pk).is_active
    hold(world.lin, RoleCode.DEAL_LEAD)
    with acting_as(Origin(actor=world.olivia.pk)):
        with pytest.raises(NotNow, match="could not work with this"):
            name_heir(actor=world.olivia, change=change, code="deals", thing=deal.thing.id, to=world.ming)
        name_heir(actor=world.olivia, change=change, code="deals", thing=deal.thing.id, to=world.lin)
    settled(world.olivia, change)
    assert the_hour_comes() == 1
    assert Deal.objects.get().lead == world.lin


def test_a_named_one_who_cannot_any_more_is_nobody(world: SimpleNamespace) -> None:
    hold(world.lin, RoleCode.DEAL_LEAD)
    change = leaving(world.olivia, world.lea, world.otto)
    all_to(world.olivia, change, world.lin)
    assert unnamed(change) == []
    RoleGrant.objects.filter(user=world.lin, role="deal_lead").update(
        state="revoked", ended_at=timezone.now()
    )
    assert len(unnamed(change)) == 1


def test_at_once_everything_goes_to_the_lead(world: SimpleNamespace) -> None:
    hold(world.lin, RoleCode.DEAL_LEAD)
    browser = client_of(world.lea)
    assert browser.get(reverse("compliance:today")).status_code == 200
    change = leaving(world.olivia, world.lea, world.lin, at=None)
    assert change.state == State.DONE
    assert Deal.objects.get().lead == world.lin
    assert browser.get(reverse("compliance:today")).status_code == 302


def test_what_nobody_can_take_is_told_and_stops_nothing(world: SimpleNamespace) -> None:
    change = leaving(world.olivia, world.lea, world.otto, at=None)  # nobody else leads deals
    assert change.state == State.DONE
    assert LogEntry.objects.using("default").filter(action=Action.STAFFING_UNOWNED).count() == 1
    assert not User.objects.get(pk=world.lea.pk).is_active


def test_sessions_links_delegations_and_staff_sessions_end(world: SimpleNamespace) -> None:
    adam = person("adam", role=RoleCode.ADMIN)
    with acting_as(Origin(actor=world.otto.pk)):
        given = delegate(
            actor=world.otto,
            to=world.olivia,
            codes=["deal.stage"],
            starts_at=timezone.now(),
            ends_at=timezone.now() + timedelta(days=2),
            reason="on leave",
        )
        _link, address = make_link(purpose=LinkPurpose.SET_PASSWORD, person=world.otto)
    browser = client_of(world.otto)
    assert browser.get(reverse("compliance:today")).status_code == 200
    leaving(world.olivia, world.otto, world.lea, at=None)
    assert browser.get(reverse("compliance:today")).status_code == 302
    assert find_link(address.rstrip("/").rsplit("/", 1)[1]) is None
    assert Delegation.objects.get(pk=given.pk).state == DelegationState.ENDED
    leaving(world.olivia, world.ada, adam, at=None)
    assert not StaffSession.objects.filter(person=world.ada, ended_at__isnull=True).exists()


def test_a_running_download_stops_at_the_next_piece(world: SimpleNamespace) -> None:
    version = stored(world, world.one, "a.bin", bytes(3 * MEGABYTE))
    address = reverse("deals:original", args=[world.deal.pk, version.pk])
    ranged = client_of(world.ming).get(address, headers={"range": f"bytes=0-{3 * MEGABYTE - 1}"})
    assert ranged.status_code == 206
    stream = iter(ranged.streaming_content)
    next(stream)
    leaving(world.olivia, world.ming, world.lin, at=None)
    with pytest.raises(CutOff):
        next(stream)


def test_lines_of_a_file_stop_at_the_next_stride(world: SimpleNamespace) -> None:
    lines: Iterator[int] = until_locked(iter(range(9)), world.otto.pk, stride=2)
    assert next(lines) == 0
    leaving(world.olivia, world.otto, world.lea, at=None)
    assert next(lines) == 1
    with pytest.raises(LockedMeanwhile):
        next(lines)


def test_their_requests_are_taken_back(world: SimpleNamespace) -> None:
    hold(world.lin, RoleCode.DEAL_LEAD)
    with acting_as(Origin(actor=world.lea.pk)):
        asked = request_stage(
            actor=world.lea, deal_id=world.deal.pk, stage=Stage.NEGOTIATION, reason="agreed"
        )
    left(world, world.lea, world.lin)
    assert ApprovalRequest.objects.get(pk=asked.pk).state == "withdrawn"


def test_their_corrective_actions_go_on(world: SimpleNamespace) -> None:
    action = to_do(found(by_hand(running(world))), world.ming)
    left(world, world.ming, world.lin)
    assert CorrectiveAction.objects.get(pk=action.pk).owner == world.lin


def test_what_came_in_between_goes_to_the_lead(world: SimpleNamespace) -> None:
    change = leaving(world.olivia, world.ming, world.lin)
    all_to(world.olivia, change, world.lin)
    settled(world.olivia, change)
    late = book_of(world.ming, name="late")
    add(late)
    assert the_hour_comes() == 1
    assert ClientBook.objects.get(pk=late.pk).lead == world.lin


def test_clients_of_an_own_book_without_a_successor_fall_into_the_pool(world: SimpleNamespace) -> None:
    BookMember.objects.filter(user=world.lin).delete()
    change = leaving(world.olivia, world.ming, world.otto)
    [book] = [one for one in unnamed(change) if one.code == "books"]
    with acting_as(Origin(actor=world.olivia.pk)):
        name_heir(actor=world.olivia, change=change, code="books", thing=book.thing.id, to=world.lea)
    settled(world.olivia, change)
    assert the_hour_comes() == 1
    assert Client.objects.get().assigned is None


def test_the_watch_looks_from_the_note_on(world: SimpleNamespace) -> None:
    leaving(world.olivia, world.ming, world.lin)
    assert Leaving.objects.filter(person=world.ming, ended_at__isnull=True).count() == 1
    assert LogEntry.objects.using("default").filter(action=Action.WATCH_LEAVING).count() == 1


def test_run_twice_and_called_off_it_happens_once_or_not_at_all(world: SimpleNamespace) -> None:
    change = leaving(world.olivia, world.ming, world.lin)
    all_to(world.olivia, change, world.lin)
    settled(world.olivia, change)
    assert [the_hour_comes(0), the_hour_comes(), the_hour_comes()] == [0, 1, 0]
    assert LogEntry.objects.using("default").filter(action=Action.STAFFING_DONE).count() == 1
    other = leaving(world.olivia, world.lin, world.lea)
    all_to(world.olivia, other, world.lea)
    settled(world.olivia, other)
    with acting_as(Origin(actor=world.olivia.pk)):
        call_off(actor=world.olivia, change=other)
    assert the_hour_comes() == 0
    assert User.objects.get(pk=world.lin.pk).is_active


def test_killed_in_the_middle_nothing_has_happened(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = leaving(world.olivia, world.ming, world.lin)
    all_to(world.olivia, change, world.lin)
    settled(world.olivia, change)

    class Killed(BaseException):
        pass

    def kill(*, actor: User, person: User) -> None:
        raise Killed

    monkeypatch.setattr("people.staffing.carrying.end_everything", kill)
    with pytest.raises(Killed):
        the_hour_comes()
    assert ClientBook.objects.get().lead == world.ming
    assert User.objects.get(pk=world.ming.pk).is_active
    monkeypatch.undo()
    assert the_hour_comes() == 1


def test_the_log_tells_it_as_one_case(world: SimpleNamespace) -> None:
    change = left(world, world.ming, world.lin)
    told = LogEntry.objects.using("default").filter(request=change.pk)
    assert {
        Action.BOOK_LEAD,
        Action.CLIENT_OWNER,
        Action.BOOK_MEMBER_REMOVE,
        Action.DEAL_MEMBER_REMOVE,
        Action.ROLE_REVOKE,
        Action.STAFFING_DONE,
    } <= set(told.values_list("action", flat=True))
    assert set(told.values_list("on_behalf_of", flat=True)) == {world.olivia.pk}


def test_the_last_officer_and_the_last_administrator_stay(world: SimpleNamespace) -> None:
    with pytest.raises(NotNow, match="last administrator"):
        leaving(world.olivia, world.ada, world.lea)
    leaving(world.olivia, world.otto, world.lea, at=None)
    with pytest.raises(NotNow, match="last compliance officer"):
        leaving(world.ada, world.olivia, world.lea)


def test_who_is_the_last_by_the_hour_stays(world: SimpleNamespace) -> None:
    change = leaving(world.olivia, world.otto, world.lea)
    settled(world.olivia, change)
    other = leaving(world.ada, world.olivia, world.lea, at=None)
    assert other.state == State.DONE
    assert the_hour_comes() == 0
    assert User.objects.get(pk=world.otto.pk).is_active
    later = timezone.now() + 2 * DAY
    with acting_as(Origin(actor=world.ada.pk)), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        with pytest.raises(NotNow):
            carry_out(change_id=change.pk)


@pytest.mark.parametrize(
    ("name", "lead", "words"),
    [
        ("olivia", "lea", "for themselves"),
        ("bo", "lea", "Only a colleague"),
        ("ming", "bo", "colleague who stays"),
        ("ming", "ming", "colleague who stays"),
    ],
)
def test_what_cannot_be_planned(world: SimpleNamespace, name: str, lead: str, words: str) -> None:
    with pytest.raises(NotNow, match=words):
        leaving(world.olivia, getattr(world, name), getattr(world, lead))


def test_one_plan_a_person_and_in_the_future(world: SimpleNamespace) -> None:
    leaving(world.olivia, world.ming, world.lin)
    with pytest.raises(NotNow, match="planned for this person already"):
        leaving(world.olivia, world.ming, world.lea)
    with pytest.raises(NotNow, match="future"):
        leaving(world.olivia, world.lin, world.lea, at=timezone.now() - DAY)
