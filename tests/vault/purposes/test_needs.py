"""A purpose opens the fields that it needs and no others, whatever way they are asked for."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.actions import Action, Result
from audit.models import LogEntry
from tests.cast import client_of
from tests.vault.disclosures.makers import CONTACT, approve, ask
from tests.vault.disclosures.test_pages import FORM
from tests.vault.purposes.makers import INPUTS, needing, only, reveal, said, told_book
from tests.vault.records.makers import ZHANG, acting, add, book_of
from tests.vault.relations.makers import followup_of, said_to
from vault.disclosures.building import build
from vault.disclosures.models import Disclosure, Export, ExportState
from vault.disclosures.selection import usable
from vault.disclosures.sharing import Side
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.bases.models import BookBasis
from vault.purposes.bases.services import set_needs
from vault.purposes.catalogue import NEEDED, NEVER_NEEDED, Purpose
from vault.purposes.codes import Recipient, Unlawful, Why
from vault.purposes.lawfulness import NotLawful
from vault.purposes.needs import needless_in
from vault.purposes.notices.services import is_stale, notice_in_force, publish_notice, rows_on
from vault.records.errors import NotPossible
from vault.records.grading.rules import GradeRule
from vault.records.labels import EXTRAS, HELD, HELD_IN, Field, Group
from vault.records.models import Client, ClientBook
from vault.records.reading import reveal_group

pytestmark = pytest.mark.django_db
EVERYTHING = ZHANG | {"credit_code": "91440300MA5DA1234X"}


def shown(client: Client, group: Group, purpose: str = "service") -> dict[str, str]:
    """What a reveal of the group gives out as plaintext."""
    lead = client.book.lead
    with acting(lead):
        _client, found = reveal_group(
            actor=lead,
            client_id=client.pk,
            group=group,
            purpose=purpose,
            reason="verify",  # type: ignore[arg-type]
            confirmed=True,
        )
    return {name: value for name, value in found.values.items() if value and name not in found.withheld} | (
        dict(found.extras) if EXTRAS not in found.withheld else {}
    )


def refused_for_need(client: Client, group: Group, purpose: str = "service") -> None:
    with pytest.raises(NotLawful) as refused:
        shown(client, group, purpose)
    assert refused.value.reason is Unlawful.NOT_NEEDED


def test_the_catalogue_needs_what_can_be_held_and_a_new_book_takes_everything_in(book: ClientBook) -> None:
    for purpose, codes in NEEDED.items():
        assert set(codes) <= set(HELD)
        assert not set(codes).intersection(NEVER_NEEDED.get(purpose, ()))
        assert Field.NAME in codes
    assert needless_in(book.pk) == ()
    row = BookBasis.objects.get(book=book, purpose="service")
    assert row.fields == list(NEEDED[Purpose.SERVICE])
    assert Field.ID_NUMBER not in row.fields


@pytest.mark.parametrize(
    ("purpose", "fields", "named"),
    [
        ("service", ["name", "shoe_size"], "basis_fields_known"),
        ("marketing", ["name", "bank_account"], "basis_fields_never_needed"),
        ("marketing", ["id_number"], "basis_fields_never_needed"),
        ("service", ["name", "birth_date"], "basis_birth_date_with_id_number"),
    ],
)
def test_the_database_holds_no_field_that_is_none_or_may_never_be_needed(
    people: SimpleNamespace, book: ClientBook, purpose: str, fields: list[str], named: str
) -> None:
    told_book(people.olivia, book)
    with pytest.raises(IntegrityError, match=named), transaction.atomic():
        BookBasis.objects.filter(book=book, purpose=purpose).update(fields=fields)


def test_attack_a_birth_date_beside_the_masked_id_number(people: SimpleNamespace, book: ClientBook) -> None:
    """The mask hides little but the birth date: by region and check digit few numbers would be left."""
    before = BookBasis.objects.get(book=book, purpose="service").fields
    for codes in ({*before, "birth_date"}, {"birth_date"}):
        with acting(people.olivia), pytest.raises(NotPossible):
            set_needs(actor=people.olivia, book_id=book.pk, needs={Purpose.SERVICE: codes}, why=Why.NEW_USE)
    assert BookBasis.objects.get(book=book, purpose="service").fields == before


def test_rows_from_before_need_what_the_catalogue_says(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book)
    entrusted = book_of(people.lea, deal=book.pk)
    BookBasis.objects.update(fields=[])
    with connection.cursor() as cursor:
        for sql, params in import_module("vault.migrations.0027_needed")._FILL:
            cursor.execute(sql, params)
    found = {row.purpose: row.fields for row in BookBasis.objects.filter(book__in=[book, entrusted])}
    assert found.keys() == set(Purpose.values)
    assert found["marketing"] == ["name", "phone", "email"]
    assert found["deal"] == list(HELD)
    assert "id_number" not in found["service"]
    assert needless_in(book.pk) == ()


def test_of_a_group_the_purpose_opens_what_it_needs_and_no_more(book: ClientBook) -> None:
    client = add(book, EVERYTHING)
    assert shown(client, Group.IDENTITY) == {
        "name": ZHANG["name"],
        "credit_code": EVERYTHING["credit_code"],
    }
    entry = LogEntry.objects.using("audit").get(action=Action.CLIENT_REVEAL, object_id=client.pk)
    assert entry.fields == ["client.identity", "name", "credit_code"]
    # Counted as a name and a code are, and not as the ID number that stayed shut.
    assert [row.category for row in Disclosure.objects.filter(subject_id=client.pk)] == [3]
    assert shown(client, Group.IDENTITY, "identity_check")["id_number"] == ZHANG["id_number"]


def test_a_group_of_which_nothing_is_needed_is_refused_logged_and_alerted(book: ClientBook) -> None:
    client = add(book, visibility="public")
    refused_for_need(client, Group.FINANCIAL)
    entry = LogEntry.objects.using("audit").get(action=Action.PURPOSE_REFUSE, object_id=client.pk)
    assert (entry.result, entry.reason, entry.purpose) == (Result.REFUSED, "unlawful.fields", "service")
    alert = PurposeAlert.objects.using("audit").get(pk=entry.pk)
    assert (alert.reason, alert.actor_id) == (Unlawful.NOT_NEEDED, book.lead_id)
    assert shown(client, Group.FINANCIAL, "mandate") == {"bank_account": ZHANG["bank_account"]}


def test_the_page_says_which_value_the_purpose_does_not_need(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    address = reverse("vault:client_reveal", args=[client.pk, "identity"])
    told = {"IDENTITY-purpose": "service", "IDENTITY-reason": "verify"}
    page = client_of(people.ming).post(address, told).content.decode()
    assert ZHANG["name"] in page
    assert ZHANG["id_number"] not in page
    assert page.count("Not needed for this purpose") == 2  # the birth date, too


@settings(max_examples=6, deadline=None)
@given(
    needed=st.sets(st.sampled_from(HELD)).filter(
        lambda codes: Field.BIRTH_DATE not in codes or Field.ID_NUMBER in codes
    )
)
def _nothing_else_opens(client: Client, needed: set[str]) -> None:
    BookBasis.objects.filter(book=client.book_id, purpose="mandate").update(fields=sorted(needed))
    plain = dict(EVERYTHING) | {"爱好": "围棋"}
    for group in Group:
        held = {code for code in HELD_IN[group] if code in needed}
        if not held:
            refused_for_need(client, group, "mandate")
            continue
        found = shown(client, group, "mandate")
        assert {EXTRAS if name == "爱好" else name for name in found} == held
        assert all(plain[name] == value for name, value in found.items())


def test_nothing_opens_under_a_purpose_but_what_it_needs(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book, EVERYTHING, extras={"爱好": "围棋"}, visibility="public")

    GradeRule.objects.update_or_create(
        grade=3, defaults={"step_up": False, "second_person": 0, "weight": 1, "watermark": False}
    )
    _nothing_else_opens(client)


def test_a_number_to_call_is_shown_only_where_the_purpose_needs_the_phone(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    row = followup_of(client, people.ming)
    needing(people.olivia, book, service=["name", "email"])
    answer = client_of(people.ming).post(reverse("vault:followup_call", args=[row.pk]), follow=True)
    page = answer.content.decode()
    assert not [number for number in (ZHANG["phone"], "138 0013 8000", "<span>0013</span>") if number in page]
    assert "This purpose does not need these data." in page
    row.refresh_from_db()
    assert row.shown_at is None
    # Rows about a client open with the group that they count as.
    said_to(client, people.ming, "定金三万")
    refused_for_need(client, Group.NOTES)


def test_an_export_offers_and_takes_what_its_purpose_needs(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    browser, address = client_of(people.ming), reverse("vault:export_new")
    first = browser.get(address).content.decode()
    assert 'name="fields_wanted"' not in first  # the purpose comes first
    offered = browser.post(address, {"purpose": "service"}).content.decode()
    assert 'value="phone"' in offered
    assert 'value="bank_account"' not in offered
    assert 'name="fields_wanted"' not in browser.post(address, {"purpose": "deal"}).content.decode()
    forged = FORM | {"recipient": f"c-{people.lin.pk}", "fields_wanted": ["name", "bank_account"]}
    for masked in ("yes", "no"):
        answer = browser.post(address, forged | {"masked": masked})
        assert answer.status_code == 422
        assert "This purpose does not need these data." in answer.content.decode()
    assert not Export.objects.exists()
    refusals = LogEntry.objects.using("audit").filter(
        action=Action.PURPOSE_REFUSE, reason="unlawful.fields", subjects=[client.pk]
    )
    assert refusals.count() == 2


def test_a_list_that_was_asked_for_is_not_made_once_its_purpose_needs_less(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    export = ask(people.ming, people.lin)
    approve(export, people.lea)
    side = Side(Recipient.ADVISER).use(export, [client])
    assert usable([client], side).refused[client.pk] is not Unlawful.NOT_NEEDED
    needing(people.olivia, book, service=[code for code in HELD if code != "address"])
    assert usable([client], side).refused[client.pk] is Unlawful.NOT_NEEDED  # nor given from a room
    build(export.pk)
    export.refresh_from_db()
    assert (export.state, export.file_id) == (ExportState.FAILED, None)
    assert CONTACT[-1] is Field.ADDRESS


def test_needing_more_outdates_consents_and_needing_less_does_not(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book, use="marketing")
    told_book(people.olivia, book)
    said(client)
    needing(people.olivia, book, marketing=["name", "phone"])
    assert reveal(client) == ZHANG["phone"]
    needing(people.olivia, book, marketing=["name", "phone", "address"])
    with pytest.raises(NotLawful) as refused:
        reveal(client)
    assert refused.value.reason is Unlawful.OUTDATED
    notice = notice_in_force(book.pk)
    assert notice is not None
    assert is_stale(notice, rows_on(book.pk))
    said(client)  # to a notice that does not say it
    with pytest.raises(NotLawful):
        reveal(client)
    # Taken back, the text is the one in force again; it is published anew, for the clients are asked anew.
    needing(people.olivia, book, marketing=NEEDED[Purpose.MARKETING])
    assert not is_stale(notice, rows_on(book.pk))
    with acting(people.olivia):
        publish_notice(actor=people.olivia, book_id=book.pk, inputs=INPUTS)
        with pytest.raises(NotPossible):
            publish_notice(actor=people.olivia, book_id=book.pk, inputs=INPUTS)
    said(client)
    assert reveal(client) == ZHANG["phone"]


def test_the_notice_lists_what_the_purposes_need(people: SimpleNamespace, book: ClientBook) -> None:
    notice = told_book(people.olivia, book)
    text = dict(notice.content["en"])
    assert "Marketing: Consent. It needs: Name, Phone, E-mail" in text["What we use your data for"]
    assert "Bank account" in text["Which data"]
    only(people.olivia, book, "name", "phone")
    assert is_stale(notice, rows_on(book.pk))
    with acting(people.olivia):
        text = dict(publish_notice(actor=people.olivia, book_id=book.pk, inputs=INPUTS).content["en"])
    assert text["Which data"].splitlines()[:2] == ["Identity: Name.", "Contact: Phone."]
    assert "bank account" not in text["Which data"].lower()


def test_officers_alone_say_what_a_purpose_needs_and_why(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book)
    address = reverse("vault:needs", args=[book.pk])
    officer = client_of(people.olivia)
    page = officer.get(address).content.decode()
    assert page.count('type="checkbox"') == 7 * 10 - 3 - 10  # no deal; of marketing three are never needed
    rows = {row.purpose: row.fields for row in BookBasis.objects.filter(book=book)}
    wanted = rows | {"marketing": ["name", "phone"], "service": [*rows["service"], "bank_account"]}
    assert client_of(people.ming).post(address, wanted | {"why": "basis.review"}).status_code == 404
    assert client_of(people.ada).get(address).status_code == 404
    bad = [
        wanted,
        wanted | {"why": "basis.start"},
        wanted | {"why": "basis.review", "service": ["shoe_size"]},
        wanted | {"why": "basis.review", "marketing": ["name", "bank_account"]},
    ]
    for data in bad:
        assert officer.post(address, data).status_code == 422
    assert {row.purpose: row.fields for row in BookBasis.objects.filter(book=book)} == rows
    assert officer.post(address, wanted | {"why": "basis.new_use"}).status_code == 302
    changed = LogEntry.objects.filter(action=Action.PURPOSE_BASIS, reason="basis.new_use", object_id=book.pk)
    assert {entry.purpose: entry.fields for entry in changed.order_by("at")} == {
        "marketing": ["spares.email"],
        "service": ["needs.bank_account"],
    }


def test_marketing_is_told_no_papers_even_by_the_service(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book)
    with pytest.raises(NotPossible):
        needing(people.olivia, book, marketing=HELD)
    with pytest.raises(NotPossible):
        needing(people.olivia, book_of(people.lea, name="没有营销"), marketing=["name"])
