"""What the database itself refuses of mandates, whoever writes; and that two at once cannot pass it."""

import threading
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault.records.makers import acting, add, book_of
from tests.vault.relations.makers import draft_of, in_days, mandate_of, past_mandate, person_in
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook
from vault.relations.mandates.models import Mandate, Why
from vault.relations.mandates.services import end_early, put_in_force

BAD: list[tuple[str, dict[str, Any]]] = [
    ("mandate_kind_known", {"kind": "gift"}),
    ("mandate_state_known", {"state": "agreed"}),
    ("mandate_why_known", {"state": "terminated", "terminated_on": date(2026, 1, 2), "why": "bored"}),
    ("mandate_kept_known", {"kept": "habit"}),
    ("mandate_ends_after_it_begins", {"ends_on": date(2026, 1, 1)}),
    ("mandate_ends_after_it_begins", {"ends_on": date(2025, 1, 1)}),
    ("mandate_signed_before_in_force", {"signed_on": None}),
    ("mandate_signed_before_in_force", {"signed_on": date(2026, 1, 2)}),
    ("mandate_signed_before_in_force", {"state": "draft"}),
    ("mandate_ended_early_has_day_and_reason", {"state": "terminated", "why": "mandate.done"}),
    ("mandate_ended_early_has_day_and_reason", {"state": "terminated", "terminated_on": date(2026, 1, 2)}),
    ("mandate_ended_early_has_day_and_reason", {"why": "mandate.done"}),
    ("mandate_has_terms", {"subject": ""}),
    ("mandate_document_of_a_signed_one", {"has_document": True}),
    ("mandate_kept_after_signing", {"state": "draft", "signed_on": None, "kept": "keep.duty"}),
]
DAYS = {"begins_on": date(2026, 1, 1), "ends_on": date(2026, 6, 30), "signed_on": date(2026, 1, 1)}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "values"), BAD)
def test_what_no_row_may_be(book: ClientBook, name: str, values: dict[str, Any]) -> None:
    client = add(book)
    row = past_mandate(client)
    columns = {f: getattr(row, f) for f in ("kind", "state", "why", "kept", "has_document")} | DAYS | values
    terms = None if values.get("subject") == "" else b"x"
    columns.pop("subject", None)
    columns |= {"id": "01920000-0000-7000-8000-000000000000", "client_id": client.pk, "by_id": row.by_id}
    columns |= {"key_id": client.key_id, "exclusive": False, "terms": terms, "terms_seal": 1}
    columns |= {"document_seal": 0, "created_at": row.created_at}
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    insert = f"insert into vault_mandate ({names}) values ({marks})"
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match=name):
        cursor.execute(insert, [*columns.values()])
    connection.set_rollback(True)


@pytest.mark.django_db
def test_what_was_signed_stays(book: ClientBook) -> None:
    client = add(book)
    made = mandate_of(client)
    rows = Mandate.objects.filter(pk=made.pk)
    for change in (
        {"ends_on": in_days(400)},
        {"begins_on": in_days(-9), "signed_on": in_days(-9)},
        {"kind": "buy"},
        {"exclusive": True},
        {"client": person_in(book)},
        {"state": "draft", "signed_on": None},
    ):
        with pytest.raises(IntegrityError, match="mandate_stands"), transaction.atomic():
            rows.update(**change)
    with (
        pytest.raises(IntegrityError, match="vault_mandate lives as long as its client"),
        transaction.atomic(),
    ):
        rows.delete()
    rows.update(state="terminated", terminated_on=in_days(0), why="mandate.done")
    with pytest.raises(IntegrityError, match="mandate_stands"), transaction.atomic():
        rows.update(state="signed", terminated_on=None, why="")


@pytest.mark.django_db
def test_only_clients_of_our_own_engage_us(people: SimpleNamespace) -> None:
    entrusted = add(book_of(people.lea, deal=people.lea.pk))
    with pytest.raises(IntegrityError, match="mandate_of_our_own_client"), transaction.atomic():
        past_mandate(entrusted)


@pytest.mark.django_db
def test_an_exclusive_one_stands_alone_among_its_kind(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    alone = mandate_of(client, exclusive=True, last=60)
    mandate_of(client, kind="buy")
    mandate_of(person_in(book))
    mandate_of(client, first=61, last=90)
    for exclusive in (False, True):
        beside = draft_of(client, first=60, exclusive=exclusive)
        with acting(people.ming), pytest.raises(NotPossible):
            put_in_force(actor=people.ming, mandate_id=beside.pk, signed_on=in_days(0))
        with pytest.raises(IntegrityError, match="mandate_exclusive_stands_alone"), transaction.atomic():
            past_mandate(client, first=-5, last=3, exclusive=exclusive)
    with acting(people.ming):
        end_early(actor=people.ming, mandate_id=alone.pk, why=Why.AGREED)
    mandate_of(client, last=30)  # the days are free from this one on


Span = tuple[int, int, bool]
SPANS = st.lists(st.tuples(st.integers(-40, 40), st.integers(1, 40), st.booleans()), min_size=2, max_size=4)


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=SPANS)
def test_no_day_ever_has_an_exclusive_one_and_another(
    book: ClientBook, client: Client, spans: list[Span]
) -> None:
    """Each span is stored or refused; what is stored is what a reader of the rule would have let in."""
    kept: list[Span] = []
    with transaction.atomic():
        for first, length, exclusive in spans:
            clash = any(
                first <= begin + size and begin <= first + length and (exclusive or alone)
                for begin, size, alone in kept
            )
            try:
                with transaction.atomic():
                    past_mandate(client, first=first, last=first + length, exclusive=exclusive)
            except IntegrityError:
                assert clash
            else:
                assert not clash
                kept.append((first, length, exclusive))
        transaction.set_rollback(True)


@pytest.fixture
def client(book: ClientBook) -> Client:
    return add(book)


@pytest.mark.django_db(transaction=True)
def test_two_exclusive_ones_at_once_and_one_is_refused(people: SimpleNamespace, book: ClientBook) -> None:
    drafts = [draft_of(add(book), exclusive=True)]
    drafts.append(draft_of(drafts[0].client, exclusive=True))
    start, told = threading.Barrier(2), []

    def sign(draft: Mandate) -> None:
        try:
            start.wait(timeout=30)
            # Past the service, so that the database alone decides.
            Mandate.objects.filter(pk=draft.pk).update(state="signed", signed_on=draft.begins_on)
            told.append("signed")
        except IntegrityError as refused:
            told.append("alone" if "mandate_exclusive_stands_alone" in str(refused) else str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=(draft,)) for draft in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["alone", "signed"]
