"""All clients that fit the list's filters go to a colleague, not only those of one page."""

from types import SimpleNamespace
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from people.accounts.models import User
from people.roles.models import RoleGrant
from tests.cast import client_of
from tests.vault.records.makers import acting, add, add_many, book_of, let_in
from vault.records import assigning, listing
from vault.records.assigning import assign_matching
from vault.records.models import Client, ClientBook, ClientState, Level

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch) -> ClientBook:
    """Five clients of nobody in Ming's book, in which Lea works: two pages of the list, here of three."""
    monkeypatch.setattr(listing, "PAGE", 3)
    add_many(book, 5)
    let_in(book, people.lea)
    return book


def chosen(by: User, **filters: str) -> dict[str, str]:
    """What the form of the list sends once all that fit were chosen, without any script."""
    browser = client_of(by)
    offered = browser.get(reverse("vault:clients"), filters).content.decode()
    view = urlencode(filters | {"all": "1"})
    assert f'href="?{view.replace("&", "&amp;")}"' in offered
    page = browser.get(reverse("vault:clients"), filters | {"all": "1"})
    return {"all": "1", "fitted": str(page.context["chosen"].count), "back": view}


def send(by: User, data: dict[str, str], to: User | None) -> tuple[str, str]:
    """The words of the answer, and where it goes back to."""
    whom = str(to.pk) if to else "nobody"
    answer = client_of(by).post(reverse("vault:clients_assign"), data | {"to": whom}, follow=True)
    return answer.content.decode(), answer.redirect_chain[0][0]


def entries(to: User) -> list[LogEntry]:
    found = LogEntry.objects.using("default").filter(action=Action.CLIENT_ASSIGN, object_id=to.pk)
    return list(found.order_by("at"))


def test_all_that_fit_go_at_once_and_the_count_shown_is_the_count_changed(
    people: SimpleNamespace, many: ClientBook
) -> None:
    another = add(book_of(people.ming, name="另一本"), {"name": "甲"})
    owned = many.clients.earliest("pk")
    Client.objects.filter(pk=owned.pk).update(assigned=people.ming)
    data = chosen(people.ming, book=str(many.pk), assigned="none")
    assert data["fitted"] == "4"
    words, back = send(people.ming, data, people.lea)
    assert "4 clients assigned." in words
    assert "When you chose" not in words
    assert back == f"{reverse('vault:clients')}?book={many.pk}&assigned=none"
    assert Client.objects.filter(assigned=people.lea).count() == 4
    for client, whose in ((another, None), (owned, people.ming)):
        client.refresh_from_db()
        assert client.assigned == whose


def test_each_thousand_is_a_step_with_its_entry_and_costs_the_same(
    people: SimpleNamespace, many: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = []
    for step, to in ((2, people.lea), (3, people.ming), (5, people.lea)):
        monkeypatch.setattr(assigning, "MAX_SUBJECTS", step)
        with acting(people.ming), CaptureQueriesContext(connection) as queries:
            assert assign_matching(actor=people.ming, filters={}, to=to).changed == 5
        costs.append(len(queries))
    assert sorted(len(entry.subjects) for entry in entries(people.lea)) == [1, 2, 2, 5]
    everybody = set(many.clients.values_list("pk", flat=True))
    assert {one for entry in entries(people.ming) for one in entry.subjects} == everybody
    assert costs[0] - costs[1] == costs[1] - costs[2]  # three steps, two, one: whatever lies in each


def test_a_list_that_changed_meanwhile_is_told(people: SimpleNamespace, many: ClientBook) -> None:
    data = chosen(people.ming)
    add(many, {"name": "新来的"})
    gone = many.clients.earliest("pk")
    Client.objects.filter(pk=gone.pk).update(state=ClientState.STOP_USE)
    words, _ = send(people.ming, data, people.lea)
    assert "5 clients assigned. 1 was left as it is" in words
    assert "When you chose, 5 fitted the list; now 6 did." in words


def test_attack_clients_of_a_book_that_one_does_not_manage(people: SimpleNamespace, many: ClientBook) -> None:
    """Ming may change them and sees them in the list, but does not give them away."""
    lins = book_of(people.lin, name="丁")
    theirs = add(lins, {"name": "王五"})
    for user in (people.ming, people.lea):
        let_in(lins, user)
    data = chosen(people.ming)
    assert data["fitted"] == "5"
    send(people.ming, data, people.lea)
    theirs.refresh_from_db()
    assert theirs.assigned is None
    seen = client_of(people.ming).get(reverse("vault:clients"), {"book": str(lins.pk), "all": "1"})
    assert "others assign them" in seen.content.decode()
    page = client_of(people.lea).get(reverse("vault:clients"), {"all": "1"})
    assert page.context["chosen"] is None
    words, _ = send(people.lea, {"all": "1", "back": ""}, people.ming)
    assert "others assign them" in words
    assert Client.objects.filter(assigned=people.lea).count() == 5


def test_only_who_works_in_every_book_concerned(people: SimpleNamespace, many: ClientBook) -> None:
    other = book_of(people.ming, name="另一本")
    add(other, {"name": "甲"})
    words, _ = send(people.ming, chosen(people.ming), people.lea)  # Lea is not in the other book
    assert "does not work in the book of every chosen client" in words
    let_in(other, people.lea, Level.READ)
    send(people.ming, chosen(people.ming), people.lea)
    let_in(other, people.lea)
    RoleGrant.objects.filter(user=people.lea).delete()
    send(people.ming, chosen(people.ming), people.lea)  # a member, but no role in force
    page = client_of(people.ming).get(reverse("vault:clients"))
    assert page.context["colleagues"] == [people.ming]
    assert not Client.objects.filter(assigned=people.lea).exists()
    assert not entries(people.lea)


def test_more_than_the_limit_is_said_and_nothing_changes(
    people: SimpleNamespace, many: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "MAX_ASSIGN", 4)
    page = client_of(people.ming).get(reverse("vault:clients"), {"all": "1"}).content.decode()
    assert "More than 4 clients fit." in page
    assert 'name="all"' not in page
    assert "disabled" not in page[page.index("<tbody>") : page.index("</tbody>")]
    words, _ = send(people.ming, {"all": "1", "back": ""}, people.lea)
    assert "More than 4 clients fit." in words
    assert not Client.objects.exclude(assigned=None).exists()


@pytest.mark.parametrize("filters", ["book={}", "grade=99", "assigned=everybody", "kind=x&state=active"])
def test_attack_a_filter_that_is_none_of_ours_chooses_nobody(
    people: SimpleNamespace, many: ClientBook, filters: str
) -> None:
    """The list shows all under such a filter; were it taken for no filter here, all would change hands."""
    words, _ = send(people.ming, {"all": "1", "back": filters.format(uuid4())}, people.lea)
    assert "The filters are not valid any more" in words
    assert not Client.objects.exclude(assigned=None).exists()
