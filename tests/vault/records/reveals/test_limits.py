"""The day's limit: counted once, in one place, and not to be outrun."""

import threading
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, Result
from audit.models import LogEntry
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, State
from people.approvals.services import NotDecidable
from people.roles.models import RoleCode
from tests.cast import client_of, hold
from tests.vault.records.approving import approve
from tests.vault.records.makers import acting, add
from vault.purposes.catalogue import Reason
from vault.records.labels import Group
from vault.records.models import Client, ClientBook
from vault.records.reading import reveal_group
from vault.records.reveals import limits
from vault.records.reveals.approvals import ask_for_more
from vault.records.reveals.models import RevealDay, RevealLimit
from vault.records.reveals.refusals import Lack, RevealRefused

pytestmark = pytest.mark.django_db


def reveal(actor: User, client: Client, *, group: Group = Group.CONTACT, purpose: str = "service") -> None:
    with acting(actor):
        reveal_group(actor=actor, client_id=client.pk, group=group, purpose=purpose, reason=Reason.CALL)


def spent(user: User) -> int:
    return limits.account_of(user).spent


@pytest.fixture
def two(people: SimpleNamespace) -> None:
    """Agents are shown two things a day."""
    RevealLimit.objects.create(role_id=RoleCode.AGENT, per_day=2)


def test_over_the_limit_is_refused_said_and_logged(
    people: SimpleNamespace, book: ClientBook, two: None
) -> None:
    clients = [add(book, {"name": f"客户{n}", "phone": f"+861380013800{n}"}) for n in range(3)]
    reveal(people.ming, clients[0])
    reveal(people.ming, clients[1])
    address = reverse("vault:client_reveal", args=[clients[2].pk, "contact"])
    data = {"CONTACT-purpose": "service", "CONTACT-reason": "call"}
    answer = client_of(people.ming).post(address, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "+8613800138002" not in page
    assert reverse("vault:reveal_more") in page
    entry = LogEntry.objects.get(object_id=clients[2].pk, action=Action.CLIENT_REVEAL)
    assert (entry.result, entry.reason, entry.keys) == (Result.REFUSED, Lack.LIMIT, [])
    assert spent(people.ming) == 2


def test_the_same_look_counts_once_and_another_purpose_anew(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    for _ in range(3):
        reveal(people.ming, client)
    assert spent(people.ming) == 1
    assert LogEntry.objects.filter(object_id=client.pk, action=Action.CLIENT_REVEAL).count() == 3
    reveal(people.ming, client, purpose="mandate")
    reveal(people.ming, client, group=Group.NOTES)
    assert spent(people.ming) == 3


def test_after_ten_minutes_it_is_another_look(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = add(book)
    reveal(people.ming, client)
    later = timezone.now() + timedelta(minutes=11)
    day = limits.today()
    monkeypatch.setattr(limits, "today", lambda: day)
    monkeypatch.setattr(timezone, "now", lambda: later)
    reveal(people.ming, client)
    assert spent(people.ming) == 2


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 16, 0, 0, tzinfo=UTC), date(2026, 3, 2)),
    ],
)
def test_the_day_turns_at_midnight_in_shanghai_wherever_the_person_is(
    monkeypatch: pytest.MonkeyPatch, moment: datetime, day: date
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)
    with timezone.override("America/New_York"):
        assert limits.today() == day


def test_a_new_day_begins_with_nothing_spent(
    people: SimpleNamespace, book: ClientBook, two: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = add(book)
    reveal(people.ming, client)
    tomorrow = limits.today() + timedelta(days=1)
    monkeypatch.setattr(limits, "today", lambda: tomorrow)
    assert spent(people.ming) == 0


def test_the_highest_limit_among_the_roles_counts(people: SimpleNamespace) -> None:
    assert limits.limit_of(people.ming) == limits.DECLARED[RoleCode.AGENT]
    hold(people.ming, RoleCode.DEAL_LEAD)
    assert limits.limit_of(people.ming) == limits.DECLARED[RoleCode.DEAL_LEAD]
    assert limits.limit_of(people.ada) == 0


def test_an_officer_adds_for_one_day(
    people: SimpleNamespace, book: ClientBook, two: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client_of(people.ming)
    answer = browser.post(reverse("vault:reveal_more"), {"more": "20", "reason": "the yearly mailing"})
    asked = ApprovalRequest.objects.get()
    assert answer["Location"] == reverse("people:approval", args=[asked.pk])
    with pytest.raises(NotDecidable):
        approve(people.lea, asked)
    assert approve(people.olivia, asked).state == State.CARRIED_OUT
    assert limits.account_of(people.ming).limit == 22
    with acting(people.ming):
        late = ask_for_more(actor=people.ming, more=50, reason="the yearly mailing")
    tomorrow = limits.today() + timedelta(days=1)
    monkeypatch.setattr("vault.records.reveals.approvals.today", lambda: tomorrow)
    with pytest.raises(NotDecidable):
        approve(people.olivia, late)


def test_what_is_spent_stays_spent(people: SimpleNamespace, book: ClientBook) -> None:
    reveal(people.ming, add(book))
    with pytest.raises(IntegrityError, match="reveal_day_only_grows"), transaction.atomic():
        RevealDay.objects.update(spent=0)
    with pytest.raises(IntegrityError, match="reveal_day_only_grows"), transaction.atomic():
        RevealDay.objects.all().delete()
    with pytest.raises(IntegrityError, match="reveal_day_once"), transaction.atomic():
        RevealDay.objects.create(person=people.ming, day=limits.today())
    with pytest.raises(IntegrityError, match="reveal_day_extra_sane"), transaction.atomic():
        RevealDay.objects.update(extra=10_001)


@pytest.mark.django_db(transaction=True)
def test_two_reveals_at_once_do_not_both_take_the_last_one(people: SimpleNamespace, book: ClientBook) -> None:
    at_once = threading.Barrier(2)
    RevealLimit.objects.create(role_id=RoleCode.AGENT, per_day=1)
    clients = [add(book, {"name": f"客户{n}", "phone": f"+861380013800{n}"}) for n in range(2)]
    outcomes: list[str] = []

    def look(client: Client) -> None:
        try:
            at_once.wait()
            reveal(User.objects.get(pk=people.ming.pk), client)
            outcomes.append("shown")
        except RevealRefused as refused:
            outcomes.append(refused.lack.value)
        finally:
            connection.close()
            connections["audit"].close()

    threads = [threading.Thread(target=look, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [Lack.LIMIT.value, "shown"]
    assert spent(people.ming) == 1
