"""Attacks on sealed records, each named after the attack: by SQL, through the ORM, and from carelessness."""

import pickle
import traceback
from types import SimpleNamespace

import pytest
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max
from django.db.models.functions import Length

from audit.actions import Action
from tests.vault.records.makers import ZHANG, acting, add, book_of
from vault.access import Mode, access
from vault.crypto.errors import SealBroken
from vault.records.changing import update_client
from vault.records.entries import client_entry
from vault.records.labels import Group
from vault.records.models import Client, ClientBook
from vault.sealed.context import Sealed

pytestmark = pytest.mark.django_db

COLUMNS = "identity, identity_seal, contact, contact_seal"


@pytest.fixture
def client(book: ClientBook) -> Client:
    return add(book)


@pytest.fixture
def other(book: ClientBook) -> Client:
    return add(book, {"name": "李四", "phone": "+8613900139000"})


def sql(text: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def opened(client: Client, mode: Mode = Mode.OPEN, **more: object) -> Client:
    """The client as the database has it, with its values read in an access of its own."""
    fresh = Client.objects.select_related("book").get(pk=client.pk)
    with acting(client.book.lead), access(mode, client_entry(fresh, Action.CLIENT_VIEW), **more):  # type: ignore[arg-type]
        fresh.seen = {name: getattr(fresh, name) for name in ZHANG}
    return fresh


def test_ciphertext_swapped_by_sql_between_two_clients(client: Client, other: Client) -> None:
    sql(
        f"update vault_client c set ({COLUMNS}) = (select {COLUMNS} from vault_client o where o.id = %s)"
        " where c.id = %s",
        other.pk,
        client.pk,
    )
    with pytest.raises(SealBroken):
        opened(client)


def test_ciphertext_and_key_id_swapped_by_sql(client: Client, other: Client) -> None:
    """Even with the other's key the bytes are bound to the other's row; and the key id is unique."""
    with pytest.raises(IntegrityError), transaction.atomic():
        sql("update vault_client set key_id = %s where id = %s", other.key_id, client.pk)


def test_ciphertext_moved_to_another_group(client: Client) -> None:
    sql("update vault_client set contact = identity, contact_seal = identity_seal where id = %s", client.pk)
    with pytest.raises(SealBroken):
        opened(client)


def test_ciphertext_cut_flipped_or_lengthened(client: Client) -> None:
    for change in (
        "substring(contact from 1 for length(contact) - 16)",
        "set_byte(contact, 40, get_byte(contact, 40) # 1)",
        "contact || contact",
        "set_byte(contact, 1, 9)",
    ):
        with transaction.atomic():
            sql(f"update vault_client set contact = {change} where id = %s", client.pk)
            with pytest.raises(SealBroken):
                opened(client)
            transaction.set_rollback(True)


def test_older_ciphertext_put_back_without_its_counter(client: Client) -> None:
    before = Client.objects.get(pk=client.pk)
    with acting(client.book.lead):
        update_client(
            actor=client.book.lead,
            client_id=client.pk,
            version=1,
            reason="update",
            values={"phone": "+8613700137000"},
        )
    assert opened(client).seen["phone"] == "+8613700137000"
    sql("update vault_client set contact = %s where id = %s", bytes(before.__dict__["contact"]), client.pk)
    with pytest.raises(SealBroken):
        opened(client)


def test_a_client_moved_to_another_book(client: Client, people: SimpleNamespace) -> None:
    elsewhere = book_of(people.lin)
    sql("update vault_client set book_id = %s where id = %s", elsewhere.pk, client.pk)
    with pytest.raises(Exception, match=r"withheld|not to be had|do not open|keys are"):
        opened(client)


def test_reading_outside_an_access_raises(client: Client) -> None:
    with pytest.raises(Sealed):
        Client.objects.get(pk=client.pk).name  # noqa: B018


def test_what_was_opened_is_shut_again_after_the_access(client: Client) -> None:
    fresh = opened(client)
    assert fresh.seen["phone"] == ZHANG["phone"]
    with pytest.raises(Sealed):
        fresh.phone  # noqa: B018


def test_an_access_to_one_client_does_not_open_another(client: Client, other: Client) -> None:
    with acting(client.book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
        stranger = Client.objects.get(pk=other.pk)
        with pytest.raises(Sealed):
            stranger.name  # noqa: B018


def test_an_access_to_one_group_does_not_open_another(client: Client) -> None:
    entry = client_entry(client, Action.CLIENT_REVEAL)
    with acting(client.book.lead), access(Mode.OPEN, entry, groups={Group.CONTACT}):
        fresh = Client.objects.get(pk=client.pk)
        assert fresh.phone == ZHANG["phone"]
        with pytest.raises(Sealed):
            fresh.name  # noqa: B018


def test_mask_mode_gives_masks_and_nothing_else(client: Client) -> None:
    opened(client)  # the key is cached now
    seen = opened(client, Mode.MASK).seen
    assert seen["name"] == "张*"
    assert not set(seen.values()) & set(ZHANG.values())
    with acting(client.book.lead), access(Mode.MASK, client_entry(client, Action.CLIENT_VIEW)):
        fresh = Client.objects.get(pk=client.pk)
        fresh.phone  # noqa: B018
        with pytest.raises(Sealed):
            fresh.phone = "+8613700137000"


def test_writing_needs_an_access_that_writes(client: Client) -> None:
    with acting(client.book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
        fresh = Client.objects.get(pk=client.pk)
        with pytest.raises(Sealed):
            fresh.phone = "+8613700137000"


@pytest.mark.parametrize(
    "leak",
    [
        lambda found: list(found.values("identity")),
        lambda found: list(found.values_list("contact", flat=True)),
        lambda found: found.order_by("identity"),
        lambda found: found.order_by("-contact"),
        lambda found: found.distinct("identity"),
        lambda found: found.filter(identity=b"x"),
        lambda found: found.filter(identity__contains=b"x"),
        lambda found: found.exclude(contact__gt=b"x"),
        lambda found: found.filter(name="张三丰"),
        lambda found: list(found.values("name")),
        lambda found: found.order_by("name"),
        lambda found: found.update(identity=b"plain"),
        lambda found: found.update(name="plain"),
        lambda found: found.update(contact=F("identity")),
        lambda found: found.bulk_update([Client(pk=found[0].pk, contact=b"plain")], ["contact"]),
        lambda found: list(found.annotate(copy=F("identity"))),
        lambda found: list(found.annotate(size=Length("identity"))),
        lambda found: found.aggregate(Max("identity")),
    ],
)
def test_plaintext_or_ciphertext_through_the_query_language(client: Client, leak: object) -> None:
    """values(), annotate, order_by, update(), bulk_update and lookups on sealed columns raise."""
    with pytest.raises((FieldError, FieldDoesNotExist)):
        leak(Client.objects.all())  # type: ignore[operator]


def test_values_without_names_leaves_the_sealed_columns_out(client: Client) -> None:
    [row] = Client.objects.values()
    assert not {"identity", "contact", "financial", "remarks"} & set(row)


def test_dumpdata_of_sealed_columns_raises(client: Client) -> None:
    with pytest.raises(FieldError):
        serializers.serialize("json", Client.objects.all())


def test_repr_str_and_traceback_show_no_value(client: Client) -> None:
    with acting(client.book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)) as context:
        fresh = Client.objects.get(pk=client.pk)
        assert fresh.name == ZHANG["name"]
        shown = [repr(fresh), str(fresh), repr(context)]
        try:
            fresh.nothing  # noqa: B018
        except AttributeError as error:
            shown += traceback.format_exception(error)
    assert not [value for value in ZHANG.values() if any(value in text for text in shown)]


def test_a_pickle_holds_no_value_and_no_key(client: Client) -> None:
    with acting(client.book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)) as context:
        fresh = Client.objects.get(pk=client.pk)
        assert fresh.name == ZHANG["name"]
        data = pickle.dumps(fresh)
        assert not [value for value in ZHANG.values() if value.encode() in data]
        with pytest.raises(TypeError):
            pickle.dumps(context)


def test_a_deferred_group_is_not_taken_for_an_empty_one(client: Client) -> None:
    """Else a change to a record loaded without a column would throw away what the column holds."""
    with acting(client.book.lead), access(Mode.WRITE, client_entry(client, Action.CLIENT_OPEN)):
        part = Client.objects.defer("contact").get(pk=client.pk)
        assert part.phone == ZHANG["phone"]
        part.phone = "+8613700137000"
        part.save()
    assert opened(client).seen["email"] == ZHANG["email"]


def test_saving_leaves_the_groups_alone_that_were_not_written(client: Client) -> None:
    stale = Client.objects.get(pk=client.pk)
    with acting(client.book.lead):
        update_client(
            actor=client.book.lead,
            client_id=client.pk,
            version=1,
            reason="update",
            values={"phone": "+8613700137000"},
        )
    stale.grade = 4
    stale.save()
    assert opened(client).seen["phone"] == "+8613700137000"


def test_nothing_readable_lies_in_the_table(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(c)::text from vault_client c")
        dump = "".join(row[0] for row in cursor.fetchall())
    for value in ZHANG.values():
        assert value not in dump
        assert value.encode().hex() not in dump
