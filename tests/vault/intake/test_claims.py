"""撞单: the answer tells nothing; those concerned are told; probing is rationed and seen."""

import json
import re
from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from psycopg2 import errors
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from compliance.dashboard.providers import probing
from people.today import due_for
from tests.attacks.test_keyring import destroyed
from tests.cast import client_of
from tests.vault.intake.makers import LI, PHONE, owned, save
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import ZHANG, acting, add, book_of, let_in
from vault.intake import claims
from vault.intake.duplicates import note_duplicate, unseen
from vault.intake.house import opened_house
from vault.intake.models import HOUSE, Answer, DuplicateClaim
from vault.keys import claims as doors
from vault.keys.errors import KeyWithheld
from vault.records.books import remove_member
from vault.records.changing import update_client
from vault.records.drafts import ClientDraft
from vault.records.models import Client, ClientBook
from vault.records.services import create_clients

__all__ = ["crypto_profile"]

pytestmark = pytest.mark.django_db


def test_a_colleagues_client_stays_out_and_both_are_told(
    people: SimpleNamespace, book: ClientBook, hers: ClientBook
) -> None:
    client = owned(hers, by=people.lin)
    added = save(book, {"name": "李明", "phone": PHONE}, by=people.ming)
    assert (list(added), added.owned) == ([None], frozenset({0}))
    assert not Client.objects.filter(book=book).exists()
    duplicate = DuplicateClaim.objects.get()
    assert (duplicate.client, duplicate.owner, duplicate.manager) == (client, people.lin, people.lin)
    assert duplicate.asker == people.ming
    labels = [item.url for item in due_for(people.lin)]
    assert reverse("vault:duplicates") in labels
    entry = LogEntry.objects.using("default").filter(action=Action.CLAIM_HIT).latest("at")
    assert (entry.actor, entry.subjects) == (people.ming.pk, [client.pk])


@pytest.mark.parametrize("field", ["phone", "id_number", "credit_code", "company"])
def test_each_strong_field_is_known_again(
    people: SimpleNamespace, book: ClientBook, hers: ClientBook, field: str
) -> None:
    value = {
        "phone": {"phone": PHONE},
        "id_number": {"id_number": "11010519491231002X"},
        "credit_code": {"credit_code": "91440300MA5DA1H72L"},
        "company": {"name": "深圳市华瑞科技有限公司"},
    }[field]
    owned(hers, {"name": "甲方"} | value, by=people.lin)
    assert save(book, {"name": "乙方"} | value, by=people.ming).owned


def test_two_who_share_only_a_name_are_two(
    people: SimpleNamespace, book: ClientBook, hers: ClientBook
) -> None:
    owned(hers, {"name": "张伟", "phone": PHONE}, by=people.lin)
    assert save(book, {"name": "张伟", "phone": "+8613900139000"}, by=people.ming)[0]


def test_a_duplicate_answer_tells_nothing_of_whose(
    people: SimpleNamespace, book: ClientBook, hers: ClientBook
) -> None:
    """The page is the same to the byte, whoever owns the client, in whichever book, by whichever field."""
    other = book_of(people.lea, name="李的客户")
    owned(hers, {"name": "甲方", "phone": PHONE}, by=people.lin)
    owned(other, {"name": "乙方", "id_number": "11010519491231002X"}, by=people.lea)
    pooled = owned(other, {"name": "丙方", "phone": "+8613900139000"}, by=people.lea)
    Client.objects.filter(pk=pooled.pk).update(assigned=None, state="stop_use")
    browser = client_of(people.ming)
    pages = set()
    for values in (
        {"phone": "13800138000"},
        {"id_number": "11010519491231002X"},
        {"phone": "13900139000"},
        {"phone": "13800138000", "id_number": "11010519491231002X"},
    ):
        answer = browser.post(
            reverse("vault:intake"),
            {"book": str(book.pk), "kind": "person", "name": "某人", "basis": "contract", "source": "walk_in"}
            | values,
        )
        assert answer.status_code == 422
        page = answer.content.decode()
        for value in values.values():
            page = page.replace(f' value="{value}"', "")
        pages.add(re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', "", page))
    assert len(pages) == 1
    [page] = pages
    for secret in ("Lin", "Lea", "林的客户", "李的客户", str(hers.pk), str(other.pk), str(pooled.pk)):
        assert secret not in page


def test_an_entrusted_book_never_answers_for_the_house(people: SimpleNamespace, book: ClientBook) -> None:
    entrusted = book_of(people.lin, name="标的客户", deal=uuid4())
    owned(entrusted, by=people.lin)
    assert save(book, LI, by=people.ming)[0] is not None
    assert not DuplicateClaim.objects.exists()


def test_an_entrusted_book_never_asks_the_house(people: SimpleNamespace, book: ClientBook) -> None:
    owned(book, by=people.ming)
    entrusted = book_of(people.lin, name="标的客户", deal=uuid4())
    assert save(entrusted, LI, by=people.lin)[0] is not None
    assert not DuplicateClaim.objects.exists()


def test_probing_gets_few_answers_and_the_officers_are_told(
    people: SimpleNamespace, book: ClientBook, hers: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the day's answers a client of somebody's is stored like a stranger: nothing is to be learnt."""
    monkeypatch.setattr(claims, "TOLD_A_DAY", 6)
    for number in range(8):
        owned(hers, {"name": f"客户{number}", "phone": f"+86139001390{number:02}"}, by=people.lin)
    with acting(people.olivia):
        assert list(probing(people.olivia)) == []
    probes = [
        save(book, {"name": f"试{number}", "phone": f"+86139001390{number:02}"}, by=people.ming)
        for number in range(8)
    ]
    assert [bool(added.owned) for added in probes] == [True] * 6 + [False] * 2
    assert all(added[0] for added in probes[6:])
    assert DuplicateClaim.objects.filter(answer=Answer.SILENT).count() == 2
    assert unseen(people.lin).count() == 8
    [item] = probing(people.olivia)
    assert item.count == 1
    assert list(probing(people.ming)) == []


def test_a_list_of_numbers_gets_no_more_answers_than_a_form(
    people: SimpleNamespace, book: ClientBook, hers: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "TOLD_A_DAY", 3)
    drafts = [ClientDraft("person", {"name": f"客户{n}", "phone": f"+86139001390{n:02}"}) for n in range(10)]
    with acting(people.lin):
        create_clients(actor=people.lin, book_id=hers.pk, drafts=drafts, assigned=people.lin)
    with acting(people.ming):
        added = create_clients(actor=people.ming, book_id=book.pk, drafts=drafts, assigned=people.ming)
    assert len(added.owned) == 3
    assert sum(one is not None for one in added) == 7


def test_a_change_is_no_question(people: SimpleNamespace, book: ClientBook, hers: ClientBook) -> None:
    """Giving a client of one's own another's phone says nothing; the claim follows the new phone."""
    owned(hers, by=people.lin)
    mine = owned(book, {"name": "王五", "phone": "+8613700137000"}, by=people.ming)
    with acting(people.ming):
        update_client(
            actor=people.ming, client_id=mine.pk, version=1, reason="update", values={"phone": PHONE}
        )
    assert not DuplicateClaim.objects.exists()
    third = book_of(people.lea)
    assert save(third, {"name": "王五", "phone": "+8613700137000"}, by=people.lea)[0] is not None


def test_noting_takes_it_off_ones_own_list_only(
    people: SimpleNamespace, book: ClientBook, hers: ClientBook
) -> None:
    let_in(hers, people.lea)
    owned(hers, by=people.lea)
    save(book, LI, by=people.ming)
    duplicate = DuplicateClaim.objects.get()
    with acting(people.lea):
        note_duplicate(actor=people.lea, duplicate_id=duplicate.pk)
    assert not unseen(people.lea).exists()
    assert unseen(people.lin).get() == duplicate
    browser = client_of(people.ming)
    assert browser.post(reverse("vault:duplicate_seen", args=[duplicate.pk])).status_code == 404


def test_a_list_imported_twice_tells_nobody_twice(
    people: SimpleNamespace, book: ClientBook, hers: ClientBook
) -> None:
    """One open claim of a person about a client: renewed, and not raised again, until the manager knows."""
    let_in(hers, people.lea)
    client = owned(hers, by=people.lea)
    for _ in range(3):
        assert save(book, LI, by=people.ming).owned
    [first] = DuplicateClaim.objects.all()
    assert claims.told_today(people.ming) == 1
    assert LogEntry.objects.filter(action=Action.CLAIM_HIT, subjects=[client.pk]).count() == 3
    with acting(people.lea):
        note_duplicate(actor=people.lea, duplicate_id=first.pk)
    save(book, LI, by=people.ming)
    assert not unseen(people.lea).exists()  # who knows is not asked again
    Client.objects.filter(pk=client.pk).update(assigned=people.lin)
    save(book, LI, by=people.ming)
    assert unseen(people.lin).get().owner == people.lin  # a new owner is told
    with acting(people.lin):
        note_duplicate(actor=people.lin, duplicate_id=first.pk)
    save(book, LI, by=people.ming)
    assert DuplicateClaim.objects.count() == 2
    with pytest.raises(IntegrityError, match="duplicate_open_once"), transaction.atomic():
        DuplicateClaim.objects.create(
            client=client, owner=people.lin, manager=people.lin, asker=people.ming, answer=Answer.SILENT
        )


def test_attack_whoever_was_told_stores_the_client_unseen_once_the_days_answers_are_used_up(
    people: SimpleNamespace, book: ClientBook, hers: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owner has noted that nothing was stored, and would not hear that it is now."""
    monkeypatch.setattr(claims, "TOLD_A_DAY", 1)
    let_in(hers, people.lea)
    owned(hers, by=people.lea)
    assert save(book, LI, by=people.ming).owned
    claim = DuplicateClaim.objects.get()
    with acting(people.lea):
        note_duplicate(actor=people.lea, duplicate_id=claim.pk)
    assert save(book, LI, by=people.ming).owned  # no new answer, so none of the day's is used up
    assert not unseen(people.lea).exists()
    DuplicateClaim.objects.update(at=timezone.now() - claims.DAY)
    wang = {"name": "王五", "phone": "+8613700137000"}
    owned(hers, wang, by=people.lin)
    assert save(book, wang, by=people.ming).owned
    assert not save(book, LI, by=people.ming).owned  # stored like a stranger
    assert unseen(people.lea).get().answer == Answer.SILENT
    assert claims.told_today(people.ming) == 1


@pytest.mark.django_db(transaction=True)
def test_of_several_open_claims_from_before_the_last_is_kept(
    people: SimpleNamespace, hers: ClientBook, owner: Connection
) -> None:
    client = owned(hers, by=people.lin)
    who = {"client": client, "manager": people.lin, "asker": people.ming, "answer": Answer.TOLD}
    with owner.cursor() as cursor:
        cursor.execute("drop index duplicate_open_once")
        made = [DuplicateClaim.objects.create(**who) for _ in range(3)]
        migration = import_module("vault.migrations.0029_once_and_by_source")
        cursor.execute(migration._ONE_OPEN)
        cursor.execute(
            "create unique index duplicate_open_once"
            " on vault_duplicateclaim (client_id, asker_id) where manager_saw_at is null"
        )
    assert DuplicateClaim.objects.get() == made[-1]


def test_a_client_lost_from_view_is_not_shown_to_a_former_owner(
    people: SimpleNamespace, book: ClientBook, hers: ClientBook
) -> None:
    let_in(hers, people.lea)
    owned(hers, by=people.lea)
    save(book, LI, by=people.ming)
    with acting(people.lin):
        remove_member(actor=people.lin, book_id=hers.pk, user=people.lea)
    assert not unseen(people.lea).exists()


def test_a_question_needs_its_own_entry(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    with acting(people.ming):
        opened_house(Action.CLAIM_ASK, book.pk)
        viewed = record_read(
            Entry(action=Action.CLIENT_SEARCH, object_type=ObjectType.CLIENT, object_id=client.pk)
        )
    for entry in (viewed, uuid4()):
        with pytest.raises(DatabaseError), transaction.atomic():
            doors.find(entry, ["0" * 32])


def test_a_question_is_bounded(people: SimpleNamespace) -> None:
    with acting(people.ming):
        entry, _ = opened_house(Action.CLAIM_ASK, None)
    with pytest.raises(DatabaseError, match="5000"), transaction.atomic():
        doors.find(entry, ["0" * 32] * 5_001)


@pytest.mark.django_db(transaction=True)
def test_i6_claims_die_with_the_key(
    superuser: Connection, worker: Connection, people: SimpleNamespace, book: ClientBook
) -> None:
    client, kept = add(book), add(book, {"name": "王五", "phone": "+8613700137000"})

    def subjects() -> set[str]:
        with superuser.cursor() as cursor:
            cursor.execute("select distinct subject::text from keyring.claim")
            return {row[0] for row in cursor.fetchall()}

    assert subjects() == {str(client.pk), str(kept.pk)}
    destroyed(client, worker)
    assert subjects() == {str(kept.pk)}


@pytest.mark.django_db(transaction=True)
def test_i6_a_destroyed_person_gets_no_claims(web: Connection, worker: Connection, book: ClientBook) -> None:
    client = add(book, ZHANG)
    destroyed(client, worker)
    with web.cursor() as cursor, pytest.raises(errors.ForeignKeyViolation):
        cursor.execute(
            "select keyring.claim_enter('{}', array[%s]::uuid[], array['0123456789abcdef']::bytea[])",
            [str(client.pk)],
        )


def test_claims_that_are_there_already_stay_once(book: ClientBook) -> None:
    client = add(book, ZHANG)
    one, other = "0" * 32, "f" * 32
    doors.enter(replaced=[client.pk], rows=[(client.pk, [one, other, one])])
    doors.enter(replaced=[], rows=[(client.pk, [other])])
    with acting(book.lead):
        entry, _ = opened_house(Action.CLAIM_ASK, None)
    assert sorted(doors.find(entry, [one, other])) == [(one, client.pk), (other, client.pk)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sql", ["select * from keyring.claim", "delete from keyring.claim", "select keyring.claims_go()"]
)
def test_i1_claims_have_no_other_door(web: Connection, sql: str) -> None:
    with web.cursor() as cursor, pytest.raises(errors.InsufficientPrivilege):
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_a_frozen_house_saves_nothing(worker: Connection, people: SimpleNamespace, book: ClientBook) -> None:
    add(book)
    with acting(people.olivia):
        order = record_read(
            Entry(action=Action.KEYS_LOCK, object_type=ObjectType.BOOK, object_id=HOUSE, subjects=(HOUSE,))
        )
    with worker.cursor() as cursor:
        cursor.execute("select keyring.lock(%s, %s)", [str(order), str(HOUSE)])
    with pytest.raises(KeyWithheld):
        save(book, {"name": "王五", "phone": "+8613700137000"}, by=people.ming)
    assert Client.objects.count() == 1


def test_tokens_say_nothing_without_the_house_key(people: SimpleNamespace, book: ClientBook) -> None:
    add(book)
    with acting(people.ming):
        _, key = opened_house(Action.CLAIM_ASK, book.pk)
    claims_of = claims.claims_maker(key)
    first = claims_of({"name": "甲", "phone": PHONE})
    assert first == claims_of({"name": "乙", "phone": PHONE})
    assert all(len(token) == 32 for token in first)
    assert claims_of({"name": "甲"}) == []


@pytest.mark.django_db(transaction=True)
def test_clients_from_before_get_their_claims(
    superuser: Connection, people: SimpleNamespace, book: ClientBook, hers: ClientBook
) -> None:
    owned(hers, by=people.lin)
    add(book_of(people.lea, name="标的客户", deal=uuid4()), ZHANG)
    with superuser.cursor() as cursor:
        cursor.execute("truncate keyring.claim")
    out = StringIO()
    call_command("rebuild_claims", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"clients": 1}
    assert save(book, LI, by=people.ming).owned
    assert save(book, {"name": "张三丰", "id_number": ZHANG["id_number"]}, by=people.ming)[0] is not None
