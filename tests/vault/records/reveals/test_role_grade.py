"""A role that ends at a level: its holder sees masks above it, on a page, by a permit, in an export."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse

from audit.actions import Action, Result
from audit.models import LogEntry
from audit.refusals import Refused
from compliance.reach.books import reach_of
from compliance.reach.reasons import Why
from people.accounts.models import User
from people.roles import limits
from people.roles.access import forget
from people.roles.permissions import Permission
from tests.cast import client_of, person, signed
from tests.people.helpers import approve
from tests.people.roles.making import ask, composed, give
from tests.vault.records.makers import acting, add, book_of, let_in
from vault.disclosures.selection import ABOVE_GRADE, Use, select
from vault.purposes.catalogue import Reason
from vault.purposes.codes import Act
from vault.purposes.codes import Recipient as ThirdParty
from vault.records.access import let_into, which_books, which_clients
from vault.records.labels import Field, Group
from vault.records.models import BookMember, ClientBook
from vault.records.reading import reveal_group
from vault.records.reveals.permits import ask_permit
from vault.records.reveals.refusals import Lack, RevealRefused

pytestmark = pytest.mark.django_db
READS = (
    Permission.CLIENT_VIEW,
    Permission.CLIENT_SEARCH,
    Permission.CLIENT_REVEAL,
    Permission.CLIENT_EXPORT,
    Permission.BOOK_CREATE,
)


@pytest.fixture
def nora(people: SimpleNamespace, book: ClientBook) -> User:
    """She reads ming's book, up to level 3."""
    made = person("nora")
    signed(made)
    let_in(book, made)
    give(people, composed(people, READS, up_to_grade=3), made)
    return made


def reveal(actor: User, client_id: object, group: Group, **more: object) -> None:
    told = {"purpose": "service", "reason": Reason.CALL, "confirmed": True}
    with acting(actor):
        reveal_group(actor=actor, client_id=client_id, group=group, **told | more)  # type: ignore[arg-type]


def test_plaintext_ends_at_the_level(people: SimpleNamespace, book: ClientBook, nora: User) -> None:
    client = add(book, {"name": "张伟", "phone": "+8613800138000", "bank_account": "6222020200112233445"})
    reveal(nora, client.pk, Group.CONTACT)
    with pytest.raises(RevealRefused) as refused:
        reveal(nora, client.pk, Group.FINANCIAL, purpose="mandate")
    assert refused.value.lack is Lack.GRADE
    found = LogEntry.objects.filter(action=Action.CLIENT_REVEAL, result=Result.REFUSED, reason=Lack.GRADE)
    assert found.filter(actor=nora.pk).exists()
    with acting(nora), pytest.raises(Refused):
        ask_permit(actor=nora, client_id=client.pk, group=Group.FINANCIAL, purpose="mandate", reason="x")


def test_the_page_says_why(people: SimpleNamespace, book: ClientBook, nora: User) -> None:
    client = add(book, {"name": "张伟", "phone": "+8613800138000"})
    client.grade = 4
    client.save(update_fields=["grade"])
    data = {"CONTACT-purpose": "service", "CONTACT-reason": "call"}
    answer = client_of(nora).post(reverse("vault:client_reveal", args=[client.pk, "contact"]), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "+8613800138000" not in page
    assert "your role ends below this level" in page


def test_a_narrower_role_counts_by_the_next_reveal(
    people: SimpleNamespace, book: ClientBook, nora: User
) -> None:
    client = add(book)
    reveal(nora, client.pk, Group.CONTACT)
    grant = nora.grants.get()
    _change, asked = ask(people.ada, READS, role=grant.role, up_to_grade=2)
    with acting(people.olivia):
        approve(people.olivia, asked)
    forget(nora)
    with pytest.raises(RevealRefused):
        reveal(nora, client.pk, Group.CONTACT)


def test_an_export_leaves_out_what_is_above(people: SimpleNamespace, book: ClientBook, nora: User) -> None:
    client = add(book)
    plain = Use("service", [Field.PHONE], Act.EXPORT, ThirdParty.NONE)
    high = Use("service", [Field.BANK_ACCOUNT], Act.EXPORT, ThirdParty.NONE)
    with acting(nora):
        assert [one.pk for one in select(nora, plain, ids=[client.pk]).clients] == [client.pk]
        left = select(nora, high, ids=[client.pk])
    assert (left.clients, left.left_out) == ([], {ABOVE_GRADE: 1})


def test_for_one_deal_only_its_books_open(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal, made = uuid4(), person("nora")
    signed(made)
    monkeypatch.setattr(limits, "_deals", [lambda: [(deal, "Willow")]])
    entrusted = book_of(people.ming, name="受托", deal=deal)
    client, own = add(entrusted), add(book)
    for one in (book, entrusted):
        let_in(one, made)
    give(people, composed(people, READS), made, for_deal=deal)
    assert [one.pk for one in which_books(made)] == [entrusted.pk]
    assert [one.pk for one in which_clients(made)] == [client.pk]
    assert set(let_into().filter(user=made).values_list("book_id", flat=True)) == {entrusted.pk}
    assert BookMember.objects.filter(user=made).count() == 2
    with pytest.raises(Refused):
        reveal(made, own.pk, Group.CONTACT)
    assert reach_of(book, [User.objects.get(pk=made.pk)]).answer(made).why == Why.ROLE_OTHER_DEAL
