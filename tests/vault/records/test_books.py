"""Books: who gets in, what the database itself refuses, and whose purposes count."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from people.roles.permissions import Permission
from tests.vault.records.makers import acting, add, book_of, let_in
from vault.purposes.catalogue import Holding, Purpose, Reason
from vault.purposes.lawfulness import NotLawful
from vault.records.access import get_book, get_client, which_books, which_clients
from vault.records.books import create_book, remove_member, set_member
from vault.records.drafts import ClientDraft
from vault.records.errors import NotPossible
from vault.records.importing.models import ImportJob
from vault.records.labels import Group, IndexLabel
from vault.records.models import BookMember, Client, ClientBook, ClientVersion, IndexKey, Level
from vault.records.reading import reveal_group
from vault.records.search import search
from vault.records.services import create_clients

pytestmark = pytest.mark.django_db


def test_a_book_has_its_keys_and_its_lead_in_one_transaction(book: ClientBook) -> None:
    assert IndexKey.objects.filter(book=book).count() == len(IndexLabel)
    assert BookMember.objects.get(book=book).user == book.lead
    assert LogEntry.objects.filter(action=Action.BOOK_CREATE, object_id=book.pk).exists()


@pytest.mark.parametrize("name", ["ada", "olivia", "aud", "bo", "sam", "lin"])
def test_i2_who_is_not_in_the_book_gets_nothing(people: SimpleNamespace, book: ClientBook, name: str) -> None:
    client, user = add(book), getattr(people, name)
    assert not which_books(user).exists()
    assert not which_clients(user).exists()
    with acting(user):
        with pytest.raises(Refused):
            get_book(user, book.pk)
        with pytest.raises(Refused):
            get_client(user, client.pk)


@pytest.mark.parametrize("name", ["ada", "olivia", "aud", "bo"])
def test_i2_membership_alone_opens_nothing(people: SimpleNamespace, book: ClientBook, name: str) -> None:
    """An administrator, an officer or an outside person in the table of members is still shut out."""
    user = getattr(people, name)
    BookMember.objects.create(book=book, user=user, level=Level.MANAGE, added_by=people.ming)
    assert not which_books(user).exists()


def test_i2_each_level_allows_what_it_says(people: SimpleNamespace, book: ClientBook) -> None:
    allowed = {
        Level.READ: {Permission.CLIENT_VIEW, Permission.CLIENT_SEARCH, Permission.CLIENT_REVEAL},
        Level.WORK: {Permission.CLIENT_CREATE, Permission.CLIENT_EDIT, Permission.CLIENT_IMPORT},
        Level.MANAGE: {Permission.BOOK_MANAGE},
    }
    for level in Level:
        let_in(book, people.lin, level)
        for needed, permissions in allowed.items():
            for permission in permissions:
                assert which_books(people.lin, permission).exists() == (needed <= level), (level, permission)


def test_search_reaches_the_own_books_and_no_other(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    with acting(people.lin):
        assert search(actor=people.lin, text="13800138000").rows == []
    second = add(book_of(people.ming, name="第二本"))
    with acting(people.ming):
        found = {row.client.pk for row in search(actor=people.ming, text="13800138000").rows}
    assert found == {client.pk, second.pk}


def test_only_staff_is_let_in_and_the_lead_stays(people: SimpleNamespace, book: ClientBook) -> None:
    with acting(people.ming):
        with pytest.raises(NotPossible):
            set_member(actor=people.ming, book_id=book.pk, user=people.bo, level=Level.READ)
        with pytest.raises(NotPossible):
            remove_member(actor=people.ming, book_id=book.pk, user=people.ming)


def test_an_entrusted_book_knows_only_its_deal(people: SimpleNamespace) -> None:
    book = book_of(people.ming, deal=uuid4())
    assert book.purpose == Purpose.DEAL
    client = add(book)
    with acting(people.ming):
        with pytest.raises(NotLawful):
            reveal_group(
                actor=people.ming,
                client_id=client.pk,
                group=Group.CONTACT,
                purpose=Purpose.SERVICE,
                reason=Reason.CALL,
            )
        draft = ClientDraft("person", {"name": "李四"}, purpose=Purpose.SERVICE)
        with pytest.raises(NotLawful):
            create_clients(actor=people.ming, book_id=book.pk, drafts=[draft])
        _, shown = reveal_group(
            actor=people.ming,
            client_id=client.pk,
            group=Group.CONTACT,
            purpose=Purpose.DEAL,
            reason=Reason.CALL,
        )
    assert shown.values["phone"] == "+8613800138000"
    entry = LogEntry.objects.get(action=Action.CLIENT_REVEAL, object_id=client.pk)
    assert entry.deal == book.deal_id


@pytest.mark.parametrize(("holding", "deal"), [(Holding.ENTRUSTED, None), (Holding.OWN, uuid4())])
def test_a_book_is_entrusted_for_a_deal_or_is_ours(
    people: SimpleNamespace, holding: Holding, deal: object
) -> None:
    with acting(people.ming), pytest.raises(ValueError, match="deal"):
        create_book(actor=people.ming, name="x", holding=holding, deal_id=deal)  # type: ignore[arg-type]
    assert not ClientBook.objects.exists()


@pytest.mark.parametrize(
    ("model", "change", "constraint"),
    [
        (ClientBook, {"holding": "borrowed"}, "book_(holding_known|entrusted_for_one_deal)"),
        (ClientBook, {"purpose": "fun"}, "book_purpose_known"),
        (ClientBook, {"purpose": "deal"}, "book_purpose_fits_holding"),
        (ClientBook, {"deal_id": uuid4()}, "book_entrusted_for_one_deal"),
        (ClientBook, {"name": ""}, "book_has_a_name"),
        (BookMember, {"level": 9}, "book_member_level_known"),
        (IndexKey, {"label": 99}, "book_index_label_known"),
        (IndexKey, {"label": 1}, "book_index_key_once"),
        (Client, {"kind": "pet"}, "client_kind_known"),
        (Client, {"source": "张三介绍"}, "client_source_known"),
        (Client, {"purpose": "fun"}, "client_purpose_known"),
        (Client, {"grade": 5}, "client_grade_known"),
        (Client, {"state": "gone"}, "client_state_known"),
        (Client, {"version": 0}, "client_version_positive"),
        (Client, {"identity": None}, "client_has_an_identity"),
    ],
)
def test_the_database_refuses(
    book: ClientBook, model: type, change: dict[str, object], constraint: str
) -> None:
    add(book)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.all().update(**change)  # type: ignore[attr-defined]


def test_the_database_refuses_a_second_key_or_membership(people: SimpleNamespace, book: ClientBook) -> None:
    one, other = add(book), add(book, {"name": "李四"})
    with pytest.raises(IntegrityError, match="client_key_is_its_own"), transaction.atomic():
        Client.objects.filter(pk=other.pk).update(key_id=one.key_id)
    with pytest.raises(IntegrityError, match="book_member_once"), transaction.atomic():
        BookMember.objects.create(book=book, user=people.ming, level=1, added_by=people.ming)


def test_the_database_refuses_two_versions_of_one_number(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    made = {"fields": [], "reason": "update", "changed_by": people.ming}
    ClientVersion.of(client, number=1, **made).save()
    with pytest.raises(IntegrityError, match="client_version_once"), transaction.atomic():
        ClientVersion.of(client, number=1, **made).save()
    with pytest.raises(IntegrityError, match="client_version_number_positive"), transaction.atomic():
        ClientVersion.of(client, number=0, **made).save()


@pytest.mark.parametrize(
    ("given", "constraint"),
    [
        ({"state": "lost"}, "import_state_known"),
        ({"file_key": None}, "import_file_with_its_key"),
        ({"bad_file_id": uuid4()}, "import_bad_file_with_its_key"),
        ({"state": "done"}, "import_ended_has_time"),
        ({"cursor": 5}, "import_every_row_counted"),
    ],
)
def test_the_database_refuses_an_import(book: ClientBook, given: dict[str, object], constraint: str) -> None:
    job = {"book": book, "actor": book.lead, "language": "en", "file_id": uuid4(), "file_key": 1} | given
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ImportJob.objects.create(**job)
