"""The page of intake: nothing unseen is saved, nothing pasted is kept, and three days bite."""

import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.refusals import Refused
from people.accounts.models import User
from people.today import due_for
from tests.cast import client_of
from tests.vault.intake.makers import LI, taken
from tests.vault.records.makers import acting, let_in
from vault.access import Mode, access
from vault.intake.forms import mark_of
from vault.intake.models import DuplicateClaim, HouseKey, Intake
from vault.intake.parsing import parse
from vault.intake.services import complete
from vault.purposes.catalogue import Purpose, Reason
from vault.records.changing import update_client
from vault.records.entries import client_entry
from vault.records.errors import NotPossible
from vault.records.labels import Group
from vault.records.models import Client, ClientBook
from vault.records.reading import reveal_group, view_client

pytestmark = pytest.mark.django_db

MESSAGE = "我是李小明，电话 138 0013 8000\r\n想转让一家公司，暗号是蓝鲸"
FIELDS = {"kind": "person", "basis": "contract", "source": "walk_in"}


def test_paste_look_save(people: SimpleNamespace, book: ClientBook) -> None:
    browser = client_of(people.ming)
    page = browser.post(reverse("vault:intake_read"), {"message": MESSAGE}).content.decode()
    assert 'value="李小明"' in page
    assert 'value="+8613800138000"' in page
    assert mark_of(MESSAGE) in page
    typed = {"name": "李小明", "phone": "138 0013 8000"}
    answer = browser.post(
        reverse("vault:intake"),
        FIELDS | {"book": str(book.pk), "message": MESSAGE, "seen": mark_of(MESSAGE)} | typed,
    )
    assert answer.status_code == 200
    client = Client.objects.get()
    assert (client.assigned, client.source, client.origin) == (people.ming, "walk_in", "internal")
    assert timedelta(days=2, hours=23) < client.complete_by - timezone.now() < timedelta(days=3)
    assert Intake.objects.get().basis == "contract"
    assert reverse("vault:intake_unfinished") in [item.url for item in due_for(people.ming)]


def test_what_nobody_has_seen_is_only_read(people: SimpleNamespace, book: ClientBook) -> None:
    """Enter before the answer came, or after the text was changed."""
    browser = client_of(people.ming)
    answer = browser.post(
        reverse("vault:intake"),
        FIELDS | {"book": str(book.pk), "message": MESSAGE, "seen": mark_of("another"), "name": "别人"},
    )
    assert 'value="李小明"' in answer.content.decode()
    assert not Client.objects.exists()


def test_of_several_people_one_is_chosen(people: SimpleNamespace, book: ClientBook) -> None:
    text = "张三 13800138000\n李四 13900139000"
    page = (
        client_of(people.ming).post(reverse("vault:intake"), {"message": text, "pick": "1"}).content.decode()
    )
    assert 'value="李四"' in page
    assert 'value="张三"' not in page
    wrong = client_of(people.ming).post(reverse("vault:intake"), {"message": text, "pick": "²"})
    assert 'value="张三"' in wrong.content.decode()


@pytest.mark.parametrize("keep", [True, False])
def test_the_message_is_kept_sealed_or_not_at_all(
    people: SimpleNamespace, book: ClientBook, superuser: Connection, keep: bool
) -> None:
    browser = client_of(people.ming)
    data = FIELDS | {
        "book": str(book.pk),
        "message": MESSAGE + "\x07\u202e",
        "seen": mark_of(MESSAGE + "\x07\u202e"),
        "name": "李小明",
    }
    assert browser.post(reverse("vault:intake"), data | ({"keep": "on"} if keep else {})).status_code == 200
    client = Client.objects.select_related("book").get()
    with acting(people.ming), access(Mode.OPEN, client_entry(client, "client.view")):  # type: ignore[arg-type]
        assert ("蓝鲸" in client.notes) is keep
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(c)::text from vault_client c")
        assert "蓝鲸" not in cursor.fetchone()[0]


def test_nothing_pasted_gets_into_a_traceback() -> None:
    """A template that fails names the thing it looked into; a parsed message does not say what is in it."""
    parsed = parse(MESSAGE)
    assert "李小明" not in repr(parsed)
    template = Template("{{ 'x'|default:one.nothing }}{{ one|add:one.missing }}")
    with pytest.raises(Exception) as caught:  # noqa: PT011  whatever it is, its words are what matters
        template.render(Context({"one": parsed.candidates[0]}))
    assert "李小明" not in str(caught.value)


def test_every_part_of_the_page_shows_every_kind_of_candidate(
    people: SimpleNamespace, book: ClientBook, caplog: pytest.LogCaptureFixture
) -> None:
    texts = (
        "13800138000",
        "a@b.com",
        "张三 13800138000\nb@c.cn 13900139000",
        "深圳市华瑞科技有限公司 李四 13900139000",
        "",
    )
    with caplog.at_level(logging.ERROR):
        for text in texts:
            assert (
                client_of(people.ming).post(reverse("vault:intake_read"), {"message": text}).status_code
                == 200
            )
    assert caplog.text == ""


def late(people: SimpleNamespace, book: ClientBook) -> Client:
    client = taken(book, by=people.ming).client
    assert client is not None
    Client.objects.filter(pk=client.pk).update(complete_by=timezone.now())
    return client


def reveal(user: User, client: Client) -> None:
    reveal_group(
        actor=user, client_id=client.pk, group=Group.CONTACT, purpose=Purpose.SERVICE, reason=Reason.CALL
    )


def test_after_three_days_nobody_reveals_it(people: SimpleNamespace, book: ClientBook) -> None:
    client = late(people, book)
    let_in(book, people.lea)
    for user in (people.ming, people.lea):
        with acting(user):
            with pytest.raises(Refused):
                reveal(user, client)
            _, groups = view_client(actor=user, client_id=client.pk)
            assert all("138001380" not in value for group in groups for value in group.values.values())
    page = client_of(people.ming).get(reverse("vault:client", args=[client.pk])).content.decode()
    assert reverse("vault:client_complete", args=[client.pk]) in page
    assert reverse("vault:client_reveal", args=[client.pk, "contact"]) not in page


def test_completing_opens_it_again(people: SimpleNamespace, book: ClientBook) -> None:
    client = late(people, book)
    with acting(people.ming):
        complete(actor=people.ming, client_id=client.pk)
        reveal(people.ming, client)
        with pytest.raises(Refused):
            complete(actor=people.ming, client_id=client.pk)
    assert Intake.objects.get().completed_by == people.ming


def test_who_cannot_be_reached_is_not_complete(people: SimpleNamespace, book: ClientBook) -> None:
    client = taken(book, {"name": "李小明"}, by=people.ming).client
    assert client is not None
    with acting(people.ming):
        with pytest.raises(NotPossible):
            complete(actor=people.ming, client_id=client.pk)
        update_client(
            actor=people.ming, client_id=client.pk, version=1, reason="update", values={"phone": LI["phone"]}
        )
        complete(actor=people.ming, client_id=client.pk)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda c, u: Intake.objects.create(client=c, taken_by=u, basis="because"), "intake_basis_known"),
        (
            lambda c, u: Intake.objects.create(client=c, taken_by=u, basis="contract", completed_by=u),
            "intake_completed_by_somebody",
        ),
        (
            lambda c, u: DuplicateClaim.objects.create(client=c, manager=u, asker=u, answer="maybe"),
            "duplicate_answer_known",
        ),
        (
            lambda c, u: DuplicateClaim.objects.create(
                client=c, manager=u, asker=u, answer="told", owner_saw_at=timezone.now()
            ),
            "duplicate_seen_by_somebody",
        ),
        (lambda c, u: HouseKey.objects.create(id=2, compartment_key_id=9, key_id=8), "house_key_is_one"),
    ],
)
def test_the_database_refuses(people: SimpleNamespace, book: ClientBook, make: object, name: str) -> None:
    from tests.vault.records.makers import add

    client = add(book)
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        make(client, people.ming)  # type: ignore[operator]
