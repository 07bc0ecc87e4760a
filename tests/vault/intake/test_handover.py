"""When an agent leaves: the manager of the book hands over, nobody else."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from people.accounts.models import User
from people.accounts.services import disable_person
from people.accounts.system import SYSTEM_ID
from people.today import due_for
from tests.cast import client_of
from tests.vault.intake.makers import owned, taken
from tests.vault.records.makers import acting, book_of, let_in
from vault.intake import followers
from vault.intake.handover import hand_over, leavers, left_by
from vault.intake.models import How, OwnershipChange
from vault.intake.ownership import assign_client, claim_client
from vault.intake.services import unfinished
from vault.purposes.catalogue import Reason
from vault.records.books import remove_member
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook
from vault.relations.followups.access import own_followups
from vault.relations.followups.models import FollowUp
from vault.relations.followups.services import Task, set_followup
from vault.relations.followups.tasks import settle_left

pytestmark = pytest.mark.django_db


@pytest.fixture
def left(people: SimpleNamespace, book: ClientBook) -> ClientBook:
    """Ming's book, in which Lin had five clients before her account was disabled; Lea works on."""
    for user in (people.lin, people.lea):
        let_in(book, user)
    for number in range(4):
        owned(book, {"name": f"客户{number}"}, by=people.lin)
    owned(book, {"name": "深圳市华瑞科技有限公司"}, by=people.lin)
    Client.objects.filter(pk=Client.objects.latest("id").pk).update(kind="company")
    with acting(people.ada):
        disable_person(actor=people.ada, person=people.lin)
    return book


def owners(book: ClientBook) -> dict[str, int]:
    names = [client.assigned.display_name if client.assigned else "" for client in book.clients.all()]
    return {name: names.count(name) for name in set(names)}


def book_clients(book: ClientBook) -> list[Client]:
    return list(book.clients.select_related("book").order_by("pk"))


def follow_up(client: Client, user: User) -> FollowUp:
    """Due now; of somebody whose account is closed, as they had set it before."""
    return FollowUp.objects.create(
        client=client,
        key_id=client.key_id,
        by=user,
        assigned=user,
        due_at=timezone.now(),
        purpose=client.purpose,
        reason=Reason.CALL,
    )


def test_who_left_stands_on_the_managers_day(people: SimpleNamespace, left: ClientBook) -> None:
    address = reverse("vault:handover", args=[people.lin.pk])
    assert address in [item.url for item in due_for(people.ming)]
    for other in (people.lea, people.ada, people.olivia):
        assert address not in [item.url for item in due_for(other)]
    _, [one], _ = left_by(actor=people.ming, leaver_id=people.lin.pk)
    assert (one.persons, one.companies, one.workers) == (4, 1, [people.lea, people.ming])


def test_in_equal_shares_in_one_go(people: SimpleNamespace, left: ClientBook) -> None:
    with acting(people.ming):
        count = hand_over(
            actor=people.ming, leaver_id=people.lin.pk, book_id=left.pk, to=[people.lea, people.ming]
        )
    assert (count.clients, count.others) == (5, 0)
    assert owners(left) == {"Lea": 3, "Ming": 2}
    assert set(OwnershipChange.objects.values_list("how", flat=True)) == {How.HANDED_OVER}
    assert not leavers(people.ming).exists()


def test_one_kind_first_and_the_rest_to_the_pool(people: SimpleNamespace, left: ClientBook) -> None:
    browser = client_of(people.ming)
    address, book = reverse("vault:handover", args=[people.lin.pk]), str(left.pk)
    answer = browser.post(
        address, {"book": book, f"{book}-kind": "company", f"{book}-to": [str(people.lea.pk)]}
    )
    assert answer["Location"] == address
    assert owners(left) == {"Lea": 1, "Lin": 4}
    assert browser.post(address, {"book": book})["Location"] == reverse("vault:clients")
    assert owners(left) == {"Lea": 1, "": 4}
    assert browser.get(address).status_code == 404


def test_half_a_handover_is_none(people: SimpleNamespace, left: ClientBook) -> None:
    with acting(people.ming), pytest.raises(NotPossible):
        hand_over(actor=people.ming, leaver_id=people.lin.pk, book_id=left.pk, to=[people.lea, people.olivia])
    assert owners(left) == {"Lin": 5}


@pytest.mark.parametrize("name", ["ada", "olivia", "lea"])
def test_nobody_but_the_manager_hands_over(people: SimpleNamespace, left: ClientBook, name: str) -> None:
    user = getattr(people, name)
    assert client_of(user).get(reverse("vault:handover", args=[people.lin.pk])).status_code == 404
    with acting(user), pytest.raises(Refused):
        hand_over(actor=user, leaver_id=people.lin.pk, book_id=left.pk, to=[people.lea])


def test_a_manager_of_another_book_sees_nothing_of_it(people: SimpleNamespace, left: ClientBook) -> None:
    book_of(people.lea, name="另一本")
    assert client_of(people.lea).get(reverse("vault:handover", args=[people.lin.pk])).status_code == 404


def test_taken_out_of_the_book_is_left_too(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lin)
    owned(book, by=people.lin)
    assert not leavers(people.ming).exists()
    with acting(people.ming):
        remove_member(actor=people.ming, book_id=book.pk, user=people.lin)
    assert leavers(people.ming).get() == people.lin


def test_a_leavers_follow_ups_go_with_the_clients(people: SimpleNamespace, left: ClientBook) -> None:
    """What was due stands on the day of whoever has the client now, and in the log; others' stay theirs."""
    first, second = book_clients(left)[:2]
    follow_up(first, people.lin)
    shown = follow_up(second, people.lin)
    FollowUp.objects.filter(pk=shown.pk).update(shown_at=timezone.now())
    done = follow_up(first, people.lin)
    FollowUp.objects.filter(pk=done.pk).update(state="done", ended_at=timezone.now())
    with acting(people.lea):
        others = set_followup(actor=people.lea, client_id=first.pk, task=Task(due_at=timezone.now()))
    with acting(people.ming):
        hand_over(actor=people.ming, leaver_id=people.lin.pk, book_id=left.pk, to=[people.ming])
    mine = own_followups(people.ming)
    assert {row.client for row in mine} == {first, second}
    assert not mine.filter(shown_at__isnull=False).exists()
    assert own_followups(people.lea).get() == others
    done.refresh_from_db()
    assert done.assigned == people.lin
    assert reverse("vault:followups") in [item.url for item in due_for(people.ming)]
    entry = LogEntry.objects.using("default").filter(action=Action.FOLLOWUP_HAND_OVER).get()
    assert (entry.object_id, set(entry.subjects)) == (people.ming.pk, {first.pk, second.pk})


def test_a_leavers_follow_ups_on_colleagues_clients_become_the_colleagues(
    people: SimpleNamespace, left: ClientBook
) -> None:
    """Nobody hands over a client whose owner stays. What waits in the pool, or is another leaver's, stays."""
    theirs, pooled, leavers_own = book_clients(left)[:3]
    Client.objects.filter(pk=theirs.pk).update(assigned=people.lea)
    Client.objects.filter(pk=pooled.pk).update(assigned=None)
    moved = follow_up(theirs, people.lin)
    FollowUp.objects.filter(pk=moved.pk).update(shown_at=timezone.now())
    stays = [
        follow_up(pooled, people.lin),
        follow_up(leavers_own, people.lin),
        follow_up(theirs, people.ming),
    ]
    before = [row.assigned_id for row in stays]
    settle_left()
    settle_left()
    moved.refresh_from_db()
    assert (moved.assigned, moved.shown_at) == (people.lea, None)
    assert moved in own_followups(people.lea)
    for row in stays:
        row.refresh_from_db()
    assert [row.assigned_id for row in stays] == before
    entry = LogEntry.objects.using("default").filter(action=Action.FOLLOWUP_HAND_OVER).get()
    assert (entry.actor, entry.object_id, entry.subjects) == (SYSTEM_ID, people.lea.pk, [theirs.pk])


def test_half_a_handover_moves_no_follow_up(
    people: SimpleNamespace, left: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = follow_up(book_clients(left)[0], people.lin)

    def failing(*_: object, **__: object) -> None:
        raise NotPossible("late")

    monkeypatch.setitem(followers._followers, "zz_last", failing)
    with acting(people.ming), pytest.raises(NotPossible):
        hand_over(actor=people.ming, leaver_id=people.lin.pk, book_id=left.pk, to=[people.lea])
    row.refresh_from_db()
    assert row.assigned == people.lin
    assert owners(left) == {"Lin": 5}


def test_follow_ups_wait_in_the_pool_for_whoever_takes_the_client(
    people: SimpleNamespace, left: ClientBook
) -> None:
    client = book_clients(left)[0]
    row = follow_up(client, people.lin)
    with acting(people.ming):
        hand_over(actor=people.ming, leaver_id=people.lin.pk, book_id=left.pk, to=[])
    with acting(people.lea):
        claim_client(actor=people.lea, client_id=client.pk)
    assert own_followups(people.lea).get() == row


def test_a_colleague_who_works_on_keeps_their_follow_ups(people: SimpleNamespace, book: ClientBook) -> None:
    """Giving one client to a colleague is no leaving: what its owner planned stays in their list."""
    for user in (people.lin, people.lea):
        let_in(book, user)
    client = owned(book, by=people.lin)
    row = follow_up(client, people.lin)
    with acting(people.ming):
        assign_client(actor=people.ming, client_id=client.pk, to=people.lea)
    assert own_followups(people.lin).get() == row


def test_the_page_counts_what_else_is_open(people: SimpleNamespace, book: ClientBook) -> None:
    """And a client from a chat is completed by whoever has it then."""
    for user in (people.lin, people.lea):
        let_in(book, user)
    client = taken(book, by=people.lin).client
    assert client is not None
    row = follow_up(client, people.lin)
    FollowUp.objects.filter(pk=row.pk).update(shown_at=timezone.now())
    follow_up(client, people.lin)
    with acting(people.ada):
        disable_person(actor=people.ada, person=people.lin)
    _, _, loads = left_by(actor=people.ming, leaver_id=people.lin.pk)
    with override("en"):
        counts = {str(label): count for label, count in loads}
    assert counts["Open follow-ups"] == 2
    assert counts["Calls to note"] == 1
    assert counts["Clients from chats to complete"] == 1
    with acting(people.ming):
        hand_over(actor=people.ming, leaver_id=people.lin.pk, book_id=book.pk, to=[people.lea])
    assert unfinished(people.lea).get() == client
