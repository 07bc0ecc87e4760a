"""Search finds exactly what is recorded, however it is typed, in every book of the person and in no other."""

from collections.abc import Callable
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.models import LogEntry
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import acting, add, add_many
from vault.access import Mode, access
from vault.records import search as search_module
from vault.records.labels import Field, Group, IndexLabel
from vault.records.meanings import meanings
from vault.records.models import Client, ClientBook
from vault.records.search import search

__all__ = ["crypto_profile"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "１３８００１３８０００",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "Zhang@QQ.com",
        " 张 三丰 ",
        "6222 0212 3456 7890 128",
        "8000",
        "尾号８０００",
        "0128",
        "三丰",
        "丰 张",
        "张 8000",
        "张三丰8000",
    ],
)
def test_found_however_it_is_typed(people: SimpleNamespace, book: ClientBook, typed: str) -> None:
    client = add(book)
    add(book, {"name": "李四", "phone": "+8613900139000"})
    with acting(people.ming):
        found = search(actor=people.ming, text=typed)
    assert [row.client.pk for row in found.rows] == [client.pk]
    assert (found.rows[0].name, found.rows[0].phone) == ("张*", "138****8000")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["91110000600037341L", "9111 0000 6000 3734 1l", "９１１１００００６０００３７３４１Ｌ"]
)
def test_a_company_is_found_by_its_credit_code(people: SimpleNamespace, book: ClientBook, typed: str) -> None:
    company = add(book, {"name": "杭州云帆科技", "credit_code": "91110000600037341L"}, kind="company")
    add(book, {"name": "杭州云帆贸易", "credit_code": "92110000600037341H"}, kind="company")
    with acting(people.ming):
        found = search(actor=people.ming, text=typed)
    assert [row.client.pk for row in found.rows] == [company.pk]


def wide(text: str) -> str:
    """As a Chinese keyboard types it."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


digits = st.integers(0, 99_999_999).map(lambda number: f"139{number:08}")
typed = st.sampled_from(
    [
        lambda phone: phone,
        lambda phone: f"+86{phone}",
        lambda phone: f"0086 {phone}",
        lambda phone: f" {phone[:3]} {phone[3:7]} {phone[7:]} ",
        lambda phone: f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
        wide,
    ]
)


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=st.lists(digits, min_size=1, max_size=4, unique=True), asked=digits, way=typed)
def test_a_search_finds_what_comparing_every_record_would(
    people: SimpleNamespace, book: ClientBook, numbers: list[str], asked: str, way: Callable[[str], str]
) -> None:
    with transaction.atomic():
        for number in numbers:
            add(book, {"name": f"客户{number}", "phone": f"+86{number}"})
        with acting(people.ming):
            for wanted in (*numbers, asked):
                found = search(actor=people.ming, text=way(wanted)).rows
                assert len(found) == numbers.count(wanted)
        transaction.set_rollback(True)


surnames = st.sampled_from(["王", "李", "欧阳", "诸葛", "Li ", "Anna "])
given_names = st.sampled_from(["伟", "小明", "娜", "修", "Na", "Wei", "伟 Anna"])
people_of_a_book = st.fixed_dictionaries(
    {
        "name": st.builds(lambda a, b: (a + b).strip(), surnames, given_names),
        "phone": st.integers(0, 30).map(lambda number: f"+86139{number:04}{number % 3:04}"),
        "email": st.sampled_from(["a@x.cn", "B@x.cn", "李@例子.cn"]),
        "bank_account": st.sampled_from(["6222021234567890128", "12345678", "62220212345600020002"]),
    },
    optional={"credit_code": st.sampled_from(["91110000600037341L", "92110000600037341H"])},
)
ID_NUMBERS = ("11010519491231002X", "E12345678", "E87654321", "G12345678", "G87654321")
EVERY_WAY = (
    *(
        "王",
        "娜",
        "伟",
        "anna",
        "ＬＩ",
        "小明",
        "明小",
        "王 伟",
        "欧阳",
        "欧阳0001",
        "王0002",
        "王小明 0000",
        "Li 0001",
    ),
    *(
        "0000",
        "0002",
        "0128",
        "5678",
        "a@X.cn",
        "b@x.cn",
        "110105194912310 02x",
        "110105491231002",
        "e12345678",
    ),
    *(
        "６２２２０２１２３４５６７８９０１２８",
        "12345678",
        "91110000600037341l",
        "139 0001 0001",
        "Anna Li",
        "公司",
    ),
)


@pytest.mark.django_db
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=st.lists(people_of_a_book, min_size=1, max_size=len(ID_NUMBERS)))
def test_whatever_is_typed_finds_what_comparing_every_record_would(
    people: SimpleNamespace, book: ClientBook, listed: list[dict[str, str]]
) -> None:
    with transaction.atomic():
        for values, id_number in zip(listed, ID_NUMBERS, strict=False):
            add(book, {**values, "id_number": id_number})
        kept = _opened(book)
        with acting(people.ming):
            for text in EVERY_WAY:
                meant = {pk for pk, values in kept.items() if any(one.fits(values) for one in meanings(text))}
                assert {row.client.pk for row in search(actor=people.ming, text=text).rows} == meant
        transaction.set_rollback(True)


def _opened(book: ClientBook) -> dict[UUID, dict[str, str]]:
    """Every client of the book in plaintext."""
    clients = list(Client.objects.filter(book=book).select_related("book"))
    entry = Entry(
        action=Action.CLIENT_VIEW,
        object_type=ObjectType.BOOK,
        object_id=book.pk,
        subjects=tuple(client.pk for client in clients),
        keys=(book.key_id, *(client.key_id for client in clients)),
    )
    with acting(book.lead), access(Mode.OPEN, entry):
        return {
            client.pk: {field.value: value for field in Field if (value := getattr(client, field))}
            for client in clients
        }


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("１３８ ００１３ ８０００", "PHONE BANK_ACCOUNT"),
        ("+8613800138000", "PHONE"),
        ("11010519491231002x", "ID_NUMBER"),
        ("91110000600037341l", "CREDIT_CODE"),
        ("6222021234567890128", "BANK_ACCOUNT"),
        ("8000", "PHONE_END ACCOUNT_END"),
        ("王１２３４", "NAME_AND_PHONE_END NAME NAME_PART"),
        ("欧阳 5678", "NAME_AND_PHONE_END NAME NAME_PART"),
        ("三丰", "NAME NAME_PART"),
        ("zhang@qq.com", "EMAIL"),
        ("公司", "NAME"),
        ("Li 0001", "NAME_AND_PHONE_END NAME NAME_PART ID_NUMBER"),
        ("AB1234", "NAME_AND_PHONE_END NAME NAME_PART ID_NUMBER"),
        ("19900101", "BANK_ACCOUNT ID_NUMBER"),
        ("123", ""),
    ],
)
def test_what_a_text_is_taken_for(text: str, kinds: str) -> None:
    assert [meaning.label.name for meaning in meanings(text)] == kinds.split()


@pytest.mark.django_db
def test_accounts_stay_shut_unless_one_is_looked_for(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    inner = search_module.access_many

    def watched(*args: object, groups: tuple[str, ...], **more: object) -> object:
        asked.append(groups)
        return inner(*args, groups=groups, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(search_module, "access_many", watched)
    add(book)
    with acting(people.ming):
        search(actor=people.ming, text="张三丰")
        search(actor=people.ming, text="0128")
    assert [Group.FINANCIAL in groups for groups in asked] == [False, True]


@pytest.mark.django_db(transaction=True)
def test_attack_index_row_moved_to_another_person_finds_nobody_and_shows_nothing(
    superuser: Connection, people: SimpleNamespace, book: ClientBook
) -> None:
    client, other = add(book), add(book, {"name": "李四", "phone": "+8613900139000"})
    with superuser.cursor() as cursor:
        cursor.execute(
            "update keyring.index_entry m set tokens = o.tokens from keyring.index_entry o"
            " where m.subject = %s and o.subject = %s",
            [str(other.pk), str(client.pk)],
        )
        cursor.execute("delete from keyring.index_entry where subject = %s", [str(client.pk)])
    with acting(people.ming):
        for text in ("13800138000", "张三丰", "三丰", "8000", "张8000"):
            assert search(actor=people.ming, text=text).rows == []
    compared = LogEntry.objects.filter(action=Action.SEARCH_COMPARE, actor=people.ming.pk).latest("at")
    assert compared.subjects == [other.pk]  # what was opened to be compared is on record


@pytest.mark.django_db
def test_strangers_that_share_a_token_are_compared_and_left_out(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nine bits a token, some of the book answer to it; none of them is shown."""
    monkeypatch.setattr(IndexLabel, "bits", property(lambda label: 128 if label is IndexLabel.UNIQUE else 9))
    add_many(book, 900)
    client = add(book)
    with acting(people.ming):
        found = search(actor=people.ming, text="13800138000")
    assert [row.client.pk for row in found.rows] == [client.pk]


@pytest.mark.django_db
def test_two_entries_and_no_text_in_them(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    with acting(people.ming):
        search(actor=people.ming, text="13800138000")
    asked = LogEntry.objects.filter(action=Action.CLIENT_SEARCH, actor=people.ming.pk).latest("at")
    compared = LogEntry.objects.filter(action=Action.SEARCH_COMPARE, actor=people.ming.pk).latest("at")
    assert asked.fields == ["phone", "bank_account"]
    assert compared.subjects == [client.pk]
    for entry in (asked, compared):
        assert b"13800138000" not in bytes(entry.leaf)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", " ", "\0", "%", "'", "13800", "x" * 5000, "\u202e"])
def test_what_is_no_number_and_no_name_finds_nobody(
    people: SimpleNamespace, book: ClientBook, text: str
) -> None:
    add(book)
    with acting(people.ming):
        assert search(actor=people.ming, text=text).rows == []
