"""Staff raise, only the protection officer lowers: by the service, the page, the ORM and raw SQL."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from people.approvals.models import State
from people.approvals.registry import CannotCarryOut
from people.approvals.services import NotDecidable
from tests.cast import client_of
from tests.people.posts.making import appointed
from tests.vault.records.approving import approve
from tests.vault.records.makers import acting, add, let_in
from vault.masking.grades import Grade
from vault.records.errors import NotPossible
from vault.records.grading.declared import DECLARED
from vault.records.grading.protecting import (
    Protection,
    ask_to_lower,
    ask_to_lower_field,
    raise_field,
    raise_protection,
    set_protection,
)
from vault.records.labels import Field
from vault.records.models import Client, ClientBook, Level

pytestmark = pytest.mark.django_db

HIGH = Protection(Grade.L4, "private", "external", "business")
LOW = Protection(Grade.L2, "private", "external", "business")
LESS = [
    {"grade": 3},
    {"visibility": "semi_public"},
    {"visibility": "public"},
    {"origin": "internal"},
    {"use": "service"},
    {"use": "marketing"},
]


@pytest.fixture
def client(people: SimpleNamespace, book: ClientBook) -> Client:
    found = add(book)
    with acting(people.ming):
        raise_protection(actor=people.ming, client_id=found.pk, wanted=HIGH)
    found.refresh_from_db()
    return found


def test_staff_raise_at_once_and_it_is_logged(people: SimpleNamespace, client: Client) -> None:
    assert Protection.of(client) == HIGH
    entry = LogEntry.objects.get(action=Action.GRADE_RAISE, object_id=client.pk)
    assert (entry.actor, set(entry.fields)) == (people.ming.pk, {"grade", "origin", "l4"})


@pytest.mark.parametrize("changed", LESS)
def test_by_the_service_nobody_lowers(
    people: SimpleNamespace, client: Client, changed: dict[str, object]
) -> None:
    wanted = Protection(**{**{name: getattr(HIGH, name) for name in HIGH.__slots__}, **changed})
    for name, error in (("ming", NotPossible), ("ada", Refused), ("olivia", Refused), ("bo", Refused)):
        actor = getattr(people, name)
        with acting(actor), pytest.raises(error):
            raise_protection(actor=actor, client_id=client.pk, wanted=wanted)


@pytest.mark.parametrize("changed", LESS)
def test_by_the_orm_nobody_lowers(client: Client, changed: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="client_lowered_with_approval"), transaction.atomic():
        Client.objects.filter(pk=client.pk).update(**changed)
    with pytest.raises(IntegrityError, match="client_lowered_with_approval"), transaction.atomic():
        set_protection(client, LOW, Action.GRADE_LOWER)


def test_the_officer_lowers_and_nobody_else_decides(people: SimpleNamespace, client: Client) -> None:
    with acting(people.ming):
        asked = ask_to_lower(actor=people.ming, client_id=client.pk, wanted=LOW, reason="graded too high")
    for name in ("ming", "lin", "lea", "ada", "aud", "bo"):
        with pytest.raises(NotDecidable):
            approve(getattr(people, name), asked)
    assert approve(people.olivia, asked).state == State.CARRIED_OUT
    client.refresh_from_db()
    assert client.grade == Grade.L2
    entry = LogEntry.objects.get(action=Action.GRADE_LOWER, object_id=client.pk)
    assert set(entry.fields) == {"grade", "l2"}


def test_an_approval_lowers_once(people: SimpleNamespace, client: Client) -> None:
    with acting(people.ming):
        asked = ask_to_lower(actor=people.ming, client_id=client.pk, wanted=LOW, reason="graded too high")
    approve(people.olivia, asked)
    with acting(people.ming):
        raise_protection(actor=people.ming, client_id=client.pk, wanted=HIGH)
    with pytest.raises(IntegrityError, match="client_lowered_with_approval"), transaction.atomic():
        Client.objects.filter(pk=client.pk).update(grade=Grade.L2)


def test_an_approval_for_one_client_lowers_no_other(
    people: SimpleNamespace, client: Client, book: ClientBook
) -> None:
    other = add(book, {"name": "李四"})
    with acting(people.ming):
        raise_protection(actor=people.ming, client_id=other.pk, wanted=HIGH)
        asked = ask_to_lower(actor=people.ming, client_id=client.pk, wanted=LOW, reason="graded too high")
    approve(people.olivia, asked)
    other.refresh_from_db()
    assert other.grade == Grade.L4


def test_what_has_changed_since_is_void(people: SimpleNamespace, client: Client) -> None:
    wanted = Protection(Grade.L4, "private", "internal", "business")
    with acting(people.ming):
        first = ask_to_lower(actor=people.ming, client_id=client.pk, wanted=wanted, reason="ours after all")
        second = ask_to_lower(actor=people.ming, client_id=client.pk, wanted=LOW, reason="graded too high")
    approve(people.olivia, second)
    with pytest.raises(NotDecidable):  # its preview is void when it is opened
        approve(people.olivia, first)


def test_by_the_page(people: SimpleNamespace, client: Client, book: ClientBook) -> None:
    address = reverse("vault:client_grade", args=[client.pk])
    browser = client_of(people.ming)
    lower = {"grade": "2", "visibility": "private", "origin": "external", "use": "business"}
    assert browser.post(address, lower).status_code == 422
    answer = browser.post(address, lower | {"reason": "graded too high"})
    assert answer["Location"].startswith("/approvals/")
    client.refresh_from_db()
    assert client.grade == Grade.L4
    book_page = reverse("vault:book_grades", args=[book.pk])
    assert browser.post(book_page, {"field": "phone", "grade": "4"}).status_code == 302
    assert browser.post(book_page, {"field": "phone", "grade": "3"}).status_code == 422
    answer = browser.post(book_page, {"field": "phone", "grade": "3", "reason": "graded too high"})
    assert answer["Location"].startswith("/approvals/")
    let_in(book, people.lin, Level.READ)
    assert client_of(people.lin).post(address, lower).status_code == 404
    assert client_of(people.ada).post(address, lower).status_code == 404
    page = client_of(people.lin).get(address).content.decode()
    assert '<form method="post" class="sheet-form"' not in page


def test_a_field_of_a_book_is_raised_and_lowered_the_same_way(
    people: SimpleNamespace, book: ClientBook
) -> None:
    with acting(people.ming):
        raise_field(actor=people.ming, book_id=book.pk, field=Field.PHONE, grade=Grade.L4)
        with pytest.raises(NotPossible):
            raise_field(actor=people.ming, book_id=book.pk, field=Field.PHONE, grade=Grade.L3)
    for less in ({"phone": 3}, {}):
        with pytest.raises(IntegrityError, match="book_field_lowered_with_approval"), transaction.atomic():
            ClientBook.objects.filter(pk=book.pk).update(field_grades=less)
    with acting(people.ming):
        with pytest.raises(CannotCarryOut):
            ask_to_lower_field(
                actor=people.ming, book_id=book.pk, field=Field.PHONE, grade=Grade.L1, reason="too high"
            )
        asked = ask_to_lower_field(
            actor=people.ming, book_id=book.pk, field=Field.PHONE, grade=Grade.L3, reason="too high"
        )
    approve(people.otto, asked)
    book.refresh_from_db()
    assert book.field_grades == {"phone": 3}


@pytest.mark.parametrize("field", list(Field))
def test_the_database_keeps_the_declared_grade_as_a_floor(book: ClientBook, field: Field) -> None:
    declared = DECLARED[field][0]
    ClientBook.objects.filter(pk=book.pk).update(field_grades={field.value: declared})
    with pytest.raises(IntegrityError, match="book_field_grade"), transaction.atomic():
        ClientBook.objects.filter(pk=book.pk).update(field_grades={field.value: declared - 1})


@pytest.mark.parametrize("grades", [{"shoe_size": 3}, {"phone": 9}, {"phone": "high"}])
def test_the_database_knows_fields_and_grades(book: ClientBook, grades: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="book_field_grade_known"), transaction.atomic():
        ClientBook.objects.filter(pk=book.pk).update(field_grades=grades)


@pytest.mark.django_db(transaction=True)
def test_sql_as_the_web_login_lowers_nothing(people: SimpleNamespace, client: Client, web) -> None:
    with web.cursor() as cursor:
        for change in ("grade = 1", "visibility = 'public'", "origin = 'internal'", "use = 'marketing'"):
            with pytest.raises(web.IntegrityError, match="client_lowered_with_approval"):
                cursor.execute(f"update vault_client set {change} where id = %s", [str(client.pk)])
        with pytest.raises(web.Error, match="must be owner"):
            cursor.execute("alter table vault_client disable trigger client_lowering")


def test_once_somebody_is_protection_officer_no_other_officer_lowers(
    people: SimpleNamespace, client: Client
) -> None:
    appointed(people, people.olivia)
    with acting(people.ming):
        asked = ask_to_lower(actor=people.ming, client_id=client.pk, wanted=LOW, reason="graded too high")
    with pytest.raises(NotDecidable):
        approve(people.otto, asked)
    assert approve(people.olivia, asked).state == State.CARRIED_OUT
