"""Protection, the public pool, and who gets a client out of it."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from tests.cast import client_of, send
from tests.vault.intake.makers import LI, owned
from tests.vault.records.makers import acting, add, add_many, book_of, let_in
from vault.intake import ownership, pool
from vault.intake.models import How, OwnershipChange, OwnershipRule
from vault.intake.ownership import assign_client, claim_client, release_client, set_rule
from vault.intake.tasks import fall_due
from vault.records.assigning import assign_clients
from vault.records.changing import update_client
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook, Level
from vault.records.saving import keeper

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(people: SimpleNamespace, book: ClientBook) -> ClientBook:
    """Ming's book, in which Lin and Lea work."""
    for user in (people.lin, people.lea):
        let_in(book, user)
    return book


def until(client: Client) -> int:
    """Days of protection left, rounded."""
    client.refresh_from_db(fields=["protected_until"])
    return round((client.protected_until - timezone.now()) / timedelta(days=1))


def age(client: Client, days: int) -> None:
    """As if the client had come in so many days ago."""
    then = timezone.now() - timedelta(days=days)
    Client.objects.filter(pk=client.pk).update(created_at=then, protected_until=then + timedelta(days=60))


def test_who_saves_a_client_owns_it_for_the_books_time(people: SimpleNamespace, book: ClientBook) -> None:
    assert until(owned(book, by=people.ming)) == 60
    with acting(people.ming):
        set_rule(actor=people.ming, book_id=book.pk, protect_days=30, longest_days=90, claims_a_day=1)
    assert until(owned(book, {"name": "王五"}, by=people.ming)) == 30


def test_the_page_sets_the_rule_that_the_next_client_is_kept_by(
    people: SimpleNamespace, book: ClientBook
) -> None:
    browser, page = client_of(people.ming), reverse("vault:book_ownership", args=[book.pk])
    refused = send(browser, page, protect_days=100, longest_days=90)
    assert refused.status_code == 422
    assert until(owned(book, by=people.ming)) == 60
    assert send(browser, page, protect_days=20).status_code == 302
    assert until(owned(book, {"name": "王五"}, by=people.ming)) == 20


def test_real_work_prolongs_up_to_the_limit(people: SimpleNamespace, shared: ClientBook) -> None:
    client = owned(shared, by=people.lin)
    age(client, 50)
    with acting(people.lin):
        keeper().worked_on(actor=people.lin, client_ids=[client.pk])
        assert until(client) == 60
        age(client, 150)
        keeper().worked_on(actor=people.lin, client_ids=[client.pk])
    assert until(client) == 30  # 180 days after it came in, however much work


def test_a_note_is_work_and_a_colleagues_work_is_not(people: SimpleNamespace, shared: ClientBook) -> None:
    client = owned(shared, by=people.lin)
    age(client, 50)
    for user, left in ((people.lea, 10), (people.lin, 60)):
        client.refresh_from_db(fields=["version"])
        with acting(user):
            update_client(
                actor=user,
                client_id=client.pk,
                version=client.version,
                reason="update",
                values={"notes": f"电话 {user.display_name}"},
            )
        assert until(client) == left


def test_without_work_it_falls_into_the_pool_at_night(people: SimpleNamespace, shared: ClientBook) -> None:
    client, kept = owned(shared, by=people.lin), owned(shared, {"name": "王五"}, by=people.lin)
    age(client, 61)
    fall_due()
    fall_due()
    client.refresh_from_db(fields=["assigned", "protected_until"])
    kept.refresh_from_db(fields=["assigned"])
    assert (client.assigned, client.protected_until, kept.assigned) == (None, None, people.lin)
    change = OwnershipChange.objects.get()
    assert (change.client, change.before, change.after, change.how) == (client, people.lin, None, How.EXPIRED)
    with acting(people.lea):
        assert [row.client.pk for row in pool.pool_page(actor=people.lea).rows] == [client.pk]


def test_a_thousand_fall_under_one_entry(people: SimpleNamespace, book: ClientBook) -> None:
    add_many(book, 1_001)  # one more than an entry names
    Client.objects.update(assigned=people.ming, protected_until=timezone.now())
    with acting(people.ming):
        assert pool.fall_due(actor=people.ming) == 1_001
    entries = LogEntry.objects.using("default").filter(action=Action.CLIENT_OWNER, object_id=book.pk)
    assert sorted(len(entry.subjects) for entry in entries) == [1, 1_000]


def test_the_pool_is_the_books_and_masked(people: SimpleNamespace, shared: ClientBook) -> None:
    client = add(shared)
    assert client.assigned is None
    page = client_of(people.lin).get(reverse("vault:pool")).content.decode()
    assert str(client.pk) in page
    assert "张三丰" not in page
    elsewhere = book_of(people.lea, name="别处")
    add(elsewhere, {"name": "王五"})
    with acting(people.lin):
        assert len(pool.pool_page(actor=people.lin).rows) == 1
        with pytest.raises(Refused):
            claim_client(actor=people.lin, client_id=Client.objects.get(book=elsewhere).pk)


def test_a_reader_of_the_book_takes_nobody(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lin, Level.READ)
    client = add(book)
    with acting(people.lin), pytest.raises(Refused):
        claim_client(actor=people.lin, client_id=client.pk)


@pytest.mark.django_db(transaction=True)
def test_two_agents_claim_one_client(people: SimpleNamespace, shared: ClientBook) -> None:
    client = add(shared)
    start, results = threading.Barrier(2), []

    def claim(user: object) -> None:
        try:
            with acting(user):  # type: ignore[arg-type]
                start.wait(10)
                claim_client(actor=user, client_id=client.pk)  # type: ignore[arg-type]
            results.append("got")
        except NotPossible:
            results.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=[user]) for user in (people.lin, people.lea)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == ["got", "late"]
    assert OwnershipChange.objects.count() == 1


def test_nobody_empties_the_pool_in_a_day(people: SimpleNamespace, shared: ClientBook) -> None:
    with acting(people.ming):
        set_rule(actor=people.ming, book_id=shared.pk, protect_days=30, longest_days=90, claims_a_day=2)
    clients = [add(shared, {"name": name}) for name in ("甲方", "乙方", "丙方")]
    with acting(people.lin):
        for client in clients[:2]:
            claim_client(actor=people.lin, client_id=client.pk)
        with pytest.raises(NotPossible):
            claim_client(actor=people.lin, client_id=clients[2].pk)
    with acting(people.lea):
        claim_client(actor=people.lea, client_id=clients[2].pk)


def test_who_let_it_fall_does_not_take_it_back_at_once(people: SimpleNamespace, shared: ClientBook) -> None:
    client = owned(shared, by=people.lin)
    age(client, 61)
    fall_due()
    with acting(people.lin):
        with pytest.raises(NotPossible):
            claim_client(actor=people.lin, client_id=client.pk)
        OwnershipChange.objects.update(at=timezone.now() - ownership.REST)
        claim_client(actor=people.lin, client_id=client.pk)
    assert until(client) == 60


def test_a_colleague_gives_nobody_elses_client_away(people: SimpleNamespace, shared: ClientBook) -> None:
    client = owned(shared, by=people.lin)
    with acting(people.lea):
        with pytest.raises(Refused):
            release_client(actor=people.lea, client_id=client.pk)
        with pytest.raises(Refused):
            assign_client(actor=people.lea, client_id=client.pk, to=people.lea)
    with acting(people.ming):
        assign_client(actor=people.ming, client_id=client.pk, to=people.lea)
        with pytest.raises(NotPossible):
            assign_client(actor=people.ming, client_id=client.pk, to=people.olivia)
    with acting(people.lea):
        release_client(actor=people.lea, client_id=client.pk)
    assert [change.how for change in OwnershipChange.objects.order_by("at")] == [How.ASSIGNED, How.RELEASED]


def test_many_given_from_the_list_are_kept_and_protected(people: SimpleNamespace, shared: ClientBook) -> None:
    clients = [owned(shared, {"name": name}, by=people.lin) for name in ("甲方", "乙方")]
    age(clients[0], 50)
    with acting(people.ming):
        assign_clients(actor=people.ming, client_ids=[client.pk for client in clients], to=people.lea)
    assert until(clients[0]) == 60
    assert set(OwnershipChange.objects.values_list("before", "after")) == {(people.lin.pk, people.lea.pk)}


def test_the_panel_offers_what_each_may_do(people: SimpleNamespace, shared: ClientBook) -> None:
    client = owned(shared, LI, by=people.lin)
    address = reverse("vault:client", args=[client.pk])
    acts = ("client_release", "client_assign", "client_claim")
    offers = {}
    for name in ("lin", "lea", "ming"):
        page = client_of(getattr(people, name)).get(address).content.decode()
        offers[name] = [act for act in acts if reverse(f"vault:{act}", args=[client.pk]) in page]
    assert offers == {"lin": ["client_release"], "lea": [], "ming": ["client_release", "client_assign"]}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"protect_days": 0}, "ownership_days_sane"),
        ({"longest_days": 10}, "ownership_longest_is_longer"),
        ({"claims_a_day": 0}, "ownership_claims_sane"),
    ],
)
def test_the_database_refuses_a_senseless_rule(book: ClientBook, change: dict[str, int], name: str) -> None:
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        OwnershipRule.objects.create(book=book, **change)


@pytest.mark.parametrize(
    ("how", "same", "name"),
    [("stolen", False, "ownership_how_known"), ("claimed", True, "ownership_changes_something")],
)
def test_the_database_refuses_a_change_that_is_none(
    people: SimpleNamespace, book: ClientBook, how: str, same: bool, name: str
) -> None:
    client = add(book)
    before = people.lin if same else None
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        OwnershipChange.objects.create(client=client, before=before, after=people.lin, how=how, by=people.lin)
