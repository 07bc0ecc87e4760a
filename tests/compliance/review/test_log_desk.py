"""The log desk: who reads it, what it says, that reading is logged, what it costs."""

import csv
import io
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import Action, ObjectType
from audit.entry import Entry, Stamped
from audit.log import record_read, record_refusal
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.rows import insert, row
from audit.sentences import Line
from compliance.review.forms import AREAS
from people.accounts.models import User
from tests.cast import cast, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    with acting_as(Origin()):
        return cast()


def shown(answer: HttpResponse) -> list[Line]:
    """The entries of the list; none of these tests has any that fold."""
    items = answer.context["shown"].items
    assert all(isinstance(item, Line) for item in items)
    return items


def reveal(actor: User, client: UUID) -> UUID:
    with acting_as(Origin(actor=actor.pk, request=uuid4())):
        return record_read(
            Entry(
                action=Action.CLIENT_REVEAL,
                object_type=ObjectType.CLIENT,
                object_id=client,
                subjects=(client,),
                fields=("client.contact",),
                purpose="matching",
            )
        )


def test_the_list_says_who_revealed_what_of_whom(people: dict[str, User]) -> None:
    client = uuid4()
    reveal(people["ming"], client)
    page = (
        client_of(people["olivia"]).get(reverse("compliance:log"), {"client": str(client)}).content.decode()
    )
    assert "Ming" in page
    assert str(client)[-8:] in page


def test_filters_combine(people: dict[str, User]) -> None:
    client, other = uuid4(), uuid4()
    wanted = reveal(people["ming"], client)
    reveal(people["lin"], client)
    reveal(people["ming"], other)
    browser = client_of(people["olivia"])
    asked = {"client": str(client), "person": str(people["ming"].pk), "action": "client.*", "result": "done"}
    answer = browser.get(reverse("compliance:log"), asked)
    assert [line.entry.pk for line in shown(answer)] == [wanted]


def test_half_a_record_number_says_where_to_get_a_whole_one(people: dict[str, User]) -> None:
    answer = client_of(people["olivia"]).get(reverse("compliance:log"), {"client": "…2c59"})
    assert "copy all of it" in answer.content.decode()
    assert "shown" not in answer.context


def test_a_refusal_is_told_as_one(people: dict[str, User]) -> None:
    client = uuid4()
    with acting_as(Origin(actor=people["lin"].pk)):
        record_refusal(Entry(action=Action.CLIENT_REVEAL, object_type=ObjectType.CLIENT, object_id=client))
    answer = client_of(people["olivia"]).get(reverse("compliance:log"), {"object": str(client)})
    [line] = shown(answer)
    assert line.refused
    assert not line.opened
    assert "log-refused" in answer.content.decode()


def test_nonsense_in_the_address_shows_an_error_and_nothing_else(people: dict[str, User]) -> None:
    answer = client_of(people["olivia"]).get(reverse("compliance:log"), {"client": "x", "since": "yesterday"})
    assert answer.status_code == 200
    assert "shown" not in answer.context


def test_reading_and_exporting_are_entries(people: dict[str, User]) -> None:
    client = uuid4()
    reveal(people["ming"], client)
    browser = client_of(people["olivia"])
    browser.get(reverse("compliance:log"), {"client": str(client)})
    browser.get(reverse("compliance:log_export"), {"client": str(client)}).getvalue()
    read, exported = LogEntry.objects.filter(actor=people["olivia"].pk, subjects__contains=[client]).order_by(
        "at"
    )
    assert read.action == Action.LOG_READ
    assert [code.partition("-")[0] for code in read.fields] == ["client", "view", "from", "to"]
    assert (exported.action, exported.fields) == (
        Action.LOG_EXPORT,
        ["client", "format.csv", "count.2"],
    )


def test_the_auditor_reads_but_does_not_export(people: dict[str, User]) -> None:
    browser = client_of(people["aud"])
    assert browser.get(reverse("compliance:log")).status_code == 200
    assert browser.get(reverse("compliance:log_export")).status_code == 404


def test_one_entry_with_its_neighbours(people: dict[str, User]) -> None:
    client, request = uuid4(), uuid4()
    with acting_as(Origin(actor=people["ming"].pk, request=request)):
        entry = Entry(action=Action.CLIENT_VIEW, object_type=ObjectType.CLIENT, object_id=client)
        first, second = record_read(entry), record_read(entry)
    answer = client_of(people["olivia"]).get(reverse("compliance:log_entry", args=[first]))
    page = answer.content.decode()
    assert [line.entry.pk for line in answer.context["neighbours"]] == [second]
    assert answer.context["link"] in page
    assert '"action":"client.view"' in answer.context["leaf"]


def test_the_export_holds_ids_and_neutralises_formulas(people: dict[str, User]) -> None:
    client = uuid4()
    reveal(people["ming"], client)
    answer = client_of(people["olivia"]).get(reverse("compliance:log_export"), {"client": str(client)})
    text = answer.getvalue().decode("utf-8-sig")
    [found] = list(csv.DictReader(io.StringIO(text)))
    assert found["object_id"] == found["subjects"] == str(client)
    assert found["actor"] == str(people["ming"].pk)
    assert "Ming" not in text
    assert not any(cell.startswith(("=", "+", "@")) for cell in found.values())


@pytest.mark.parametrize("name", ["object", "client"])
def test_pages_go_on_by_key(people: dict[str, User], name: str) -> None:
    client = uuid4()
    made = [reveal(people["ming"], client) for _ in range(60)]
    browser, address = client_of(people["olivia"]), reverse("compliance:log")
    first = browser.get(address, {name: str(client)})
    second = browser.get(address, {name: str(client), "after": first.context["page"].next})
    read = [line.entry.pk for answer in (first, second) for line in shown(answer)]
    assert read == made[::-1]
    back = browser.get(address, {name: str(client), "before": second.context["page"].previous})
    assert [line.entry.pk for line in shown(back)] == made[:9:-1]


def seed(count: int, *, actor: User, deal: UUID) -> None:
    """`count` entries of one deal, written as the web login writes them, many at a time."""
    origin = Origin(actor=actor.pk)
    entry = Entry(action=Action.CLIENT_VIEW, object_type=ObjectType.CLIENT, object_id=uuid4(), deal=deal)
    with connection.cursor() as cursor:
        for _ in range(count // 1000 or 1):
            insert(cursor.cursor, [row(Stamped(entry, origin)) for _ in range(min(count, 1000))])


def test_i8_the_list_costs_the_same_for_10_and_10_000_entries(people: dict[str, User]) -> None:
    browser, counts = client_of(people["olivia"]), []
    for size in (10, 10_000):
        deal = uuid4()
        seed(size, actor=people["ming"], deal=deal)
        with CaptureQueriesContext(connection) as caught:
            answer = browser.get(reverse("compliance:log"), {"deal": str(deal)})
        assert len(shown(answer)) == min(size, 50)
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_every_area_of_actions_has_a_name() -> None:
    assert {code.partition(".")[0] for code in Action.values} <= AREAS.keys()
