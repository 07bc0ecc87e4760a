"""The page of intake: nothing unseen is saved, nothing pasted is kept, and three days bite."""

import logging
import re
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
from tests.vault.disclosures.makers import approve, ask
from tests.vault.disclosures.makers import taken as taken_file
from tests.vault.intake.makers import LI, taken
from tests.vault.records.makers import acting, add, let_in
from vault.access import Mode, access
from vault.disclosures.building import build
from vault.intake.forms import mark_of
from vault.intake.models import DuplicateClaim, HouseKey, Intake
from vault.intake.parsing import parse
from vault.purposes.catalogue import Purpose, Reason
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


def test_the_basis_is_read_from_the_message_unless_somebody_chose_it(
    people: SimpleNamespace, book: ClientBook
) -> None:
    browser = client_of(people.ming)

    def chosen(message: str, **posted: str) -> str:
        page = browser.post(reverse("vault:intake_read"), {"message": message} | posted).content.decode()
        return str(re.findall(r'<option value="(\w*)" selected', page[page.index('name="basis"') :])[0])

    assert chosen("想转让公司 13800138000") == "contract"
    assert chosen("请联系我 13800138000", basis="contract", suggested="contract") == "consent"
    assert chosen("请联系我 13800138000", basis="contract", suggested="") == "contract"
    assert chosen("13800138000", basis="consent", suggested="consent") == ""
    answer = browser.post(
        reverse("vault:intake"), FIELDS | {"book": str(book.pk), "basis": "", "name": "李小明", "phone": ""}
    )
    assert answer.status_code == 422
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
def test_what_was_not_understood_is_shown_and_kept_sealed_when_wanted(
    people: SimpleNamespace, book: ClientBook, keep: bool
) -> None:
    browser = client_of(people.ming)
    text = "张三 13800138000，卡 6222 0212 3456 7890 129，下午三点后再打"
    page = browser.post(reverse("vault:intake_read"), {"message": text}).content.decode()
    assert "looks like a bank card, but its check digit is wrong" in page
    assert "下午三点后再打" in page
    assert re.search("<input[^>]*keep_rest[^>]*checked", page)
    data = FIELDS | {"book": str(book.pk), "message": text, "seen": mark_of(text), "name": ""}
    again = browser.post(reverse("vault:intake"), data)
    assert again.status_code == 422  # no name: what was not understood still stands there
    assert "下午三点后再打" in again.content.decode().split("</textarea>", 1)[1]
    browser.post(reverse("vault:intake"), data | {"name": "张三"} | ({"keep_rest": "on"} if keep else {}))
    client = Client.objects.select_related("book").get()
    with acting(people.ming), access(Mode.OPEN, client_entry(client, "client.view")):  # type: ignore[arg-type]
        kept = "卡 6222 0212 3456 7890 129\n下午三点后再打"
        assert client.notes == (kept if keep else "")


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
    assert reverse("vault:client_reveal", args=[client.pk, "contact"]) not in page


def test_attack_an_overdue_one_is_taken_out_by_an_export(people: SimpleNamespace, book: ClientBook) -> None:
    """Ticked by its id, and fallen due between the approval and the making; masked or not."""
    client, other = taken(book, by=people.ming).client, add(book)
    assert client is not None
    approved = ask(people.ming, people.lin, ids=[client.pk, other.pk])
    assert approved.size == 2
    approve(approved, people.lea)
    Client.objects.filter(pk=client.pk).update(complete_by=timezone.now())
    build(approved.pk)
    approved.refresh_from_db()
    assert approved.delivered == 1
    assert LI["name"].encode() not in taken_file(approved)
    for masked in (False, True):
        export = ask(people.ming, people.lin, ids=[client.pk, other.pk], masked=masked)
        assert (export.size, export.left_out) == (1, {"not_open": 1})
        assert list(export.items.values_list("client_id", flat=True)) == [other.pk]
    with pytest.raises(NotPossible):
        ask(people.ming, people.lin, ids=[client.pk])


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
