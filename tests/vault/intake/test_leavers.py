"""Whoever cannot work in a book any more is a leaver, in books entrusted for a deal as in our own."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from audit.actions import Action
from audit.models import LogEntry
from people.accounts.models import User
from people.accounts.services import disable_person
from people.accounts.system import SYSTEM_ID
from people.roles.models import GrantState, RoleCode, RoleGrant
from people.today import due_for
from tests.cast import client_of, person
from tests.vault.intake.makers import owned
from tests.vault.intake.test_handover import follow_up
from tests.vault.records.makers import acting, add, book_of, let_in
from vault.intake.handover import leavers
from vault.intake.models import OwnershipChange
from vault.records.assigning import assign_clients
from vault.records.models import Client, ClientBook
from vault.relations.followups.access import own_followups
from vault.relations.followups.models import FollowUp
from vault.relations.followups.tasks import settle_left

pytestmark = pytest.mark.django_db


@pytest.fixture
def entrusted(people: SimpleNamespace) -> ClientBook:
    """A deal's book that Ming manages and in which Lin and Lea work."""
    book = book_of(people.ming, name="移交名单", deal=uuid4())
    for user in (people.lin, people.lea):
        let_in(book, user)
    return book


def disable(people: SimpleNamespace, user: User) -> None:
    with acting(people.ada):
        disable_person(actor=people.ada, person=user)


def assigned_in(book: ClientBook, user: User, name: str) -> Client:
    client = add(book, {"name": name})
    with acting(book.lead):
        assign_clients(actor=book.lead, client_ids=[client.pk], to=user)
    return client


def give(by: User, leaver: User, book: ClientBook, *to: User) -> int:
    data = {"book": str(book.pk), f"{book.pk}-to": [str(user.pk) for user in to]}
    return client_of(by).post(reverse("vault:handover", args=[leaver.pk]), data).status_code


def stands_on_the_day(of: User, leaver: User) -> bool:
    with translation.override("en"):
        shown = {item.label: item.url for item in due_for(of)}
    return shown.get("People whose work is to be handed over") == reverse("vault:handover", args=[leaver.pk])


def test_what_a_leaver_has_in_an_entrusted_book_is_handed_over(
    people: SimpleNamespace, entrusted: ClientBook
) -> None:
    """Clients, follow-ups about them, and those about clients of nobody: with neither protection nor pool."""
    first, second = (assigned_in(entrusted, people.lin, name) for name in ("甲", "乙"))
    nobodys = add(entrusted, {"name": "丙"})
    planned = {follow_up(client, people.lin) for client in (first, nobodys)}
    leas = follow_up(second, people.lea)
    disable(people, people.lin)
    assert stands_on_the_day(people.ming, people.lin)
    assert not stands_on_the_day(people.lea, people.lin)

    page = client_of(people.ming).get(reverse("vault:handover", args=[people.lin.pk]))
    [(left, _form)] = page.context["parts"]
    assert (left.book, left.persons, left.others) == (entrusted, 2, 1)
    assert "public pool" not in page.content.decode()
    assert give(people.ming, people.lin, entrusted) == 422  # no pool takes them: somebody has to
    assert give(people.ming, people.lin, entrusted, people.lin) == 422
    assert give(people.ming, people.lin, entrusted, people.lea) == 302

    given = Client.objects.filter(book=entrusted, assigned=people.lea)
    assert set(given) == {first, second}
    assert not given.filter(protected_until__isnull=False).exists()
    assert not OwnershipChange.objects.filter(client__book=entrusted).exists()
    assert set(own_followups(people.lea)) == {*planned, leas}
    log = LogEntry.objects.using("default")
    assert set(log.get(action=Action.CLIENT_OWNER, object_id=people.lea.pk).subjects) == {first.pk, second.pk}
    moved = log.filter(action=Action.FOLLOWUP_HAND_OVER, object_id=people.lea.pk)
    assert {subject for entry in moved for subject in entry.subjects} == {first.pk, nobodys.pk}
    assert not stands_on_the_day(people.ming, people.lin)


@pytest.mark.parametrize(
    ("role", "more"),
    [
        (RoleCode.AGENT, {"state": GrantState.REVOKED, "ended_at": timezone.now()}),
        (RoleCode.AGENT, {"valid_until": timezone.now() - timedelta(days=1)}),
        (RoleCode.COMPLIANCE_OFFICER, {}),  # in force, but it lets nobody change clients
    ],
    ids=["revoked", "expired", "another"],
)
def test_whose_role_has_ended_is_a_leaver_though_the_account_is_open(
    people: SimpleNamespace, book: ClientBook, role: RoleCode, more: dict[str, object]
) -> None:
    pim = person("pim")
    long_ago = timezone.now() - timedelta(days=9)
    values = {"state": GrantState.ACTIVE, "created_at": long_ago} | more
    RoleGrant.objects.create(user=pim, role_id=role, granted_by_id=SYSTEM_ID, **values)
    for user in (pim, people.lin, people.lea):
        let_in(book, user)
    theirs, lins = owned(book, {"name": "甲"}, by=people.lea), owned(book, {"name": "乙"}, by=people.lin)
    Client.objects.filter(pk=theirs.pk).update(assigned=pim)
    planned, other = follow_up(theirs, pim), follow_up(lins, pim)
    assert stands_on_the_day(people.ming, pim)
    page = client_of(people.ming).get(reverse("vault:handover", args=[pim.pk]))
    assert "no role in force" in page.content.decode()
    assert give(people.ming, people.lin, book, pim) == 422  # nor is anything given to such a person
    assert give(people.ming, pim, book, people.lea) == 302
    theirs.refresh_from_db()
    assert theirs.assigned == people.lea
    assert own_followups(people.lea).get() == planned
    settle_left()
    assert own_followups(people.lin).get() == other


def test_a_leaver_with_follow_ups_alone_is_listed(people: SimpleNamespace, entrusted: ClientBook) -> None:
    """Follow-ups about clients of nobody, in equal shares, those about one client to one person."""
    for name in "甲乙":
        client = add(entrusted, {"name": name})
        for _ in range(2):
            follow_up(client, people.lin)
    disable(people, people.lin)
    settle_left()  # nobody owns these clients: the hourly look leaves them
    assert stands_on_the_day(people.ming, people.lin)
    assert give(people.lea, people.lin, entrusted, people.lea) == 404  # Lea does not manage the book
    assert give(people.ming, people.lin, entrusted, people.lea, people.ming) == 302
    for user in (people.lea, people.ming):
        assert own_followups(user).values("client").distinct().count() == 1
        assert own_followups(user).count() == 2
    assert not leavers(people.ming).exists()
    assert client_of(people.ming).get(reverse("vault:handover", args=[people.lin.pk])).status_code == 404


def test_follow_ups_of_two_leavers_and_in_the_pool(people: SimpleNamespace, book: ClientBook) -> None:
    """In our own book: about another leaver's client they are listed; in the pool they wait for whoever takes
    the client; about a client whose owner works they go to the owner by themselves."""
    for user in (people.lin, people.lea):
        let_in(book, user)
    leas, mings = owned(book, {"name": "甲"}, by=people.lea), owned(book, {"name": "乙"}, by=people.ming)
    pooled = add(book, {"name": "丙"})
    rows = [follow_up(client, people.lin) for client in (leas, pooled, mings)]
    disable(people, people.lin)
    assert not leavers(people.ming).exists()  # all three have somebody, or the pool
    disable(people, people.lea)
    assert list(leavers(people.ming)) == [people.lea, people.lin]
    assert give(people.ming, people.lin, book) == 422
    assert give(people.ming, people.lin, book, people.ming) == 302
    assert [FollowUp.objects.get(pk=row.pk).assigned for row in rows] == [people.ming, people.lin, people.lin]
    assert leavers(people.ming).get() == people.lea
