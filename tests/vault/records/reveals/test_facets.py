"""What facets drive: purposes, sources, a second person; and where they come from."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from tests.cast import client_of
from tests.vault.records.makers import acting, add
from tests.vault.records.uploads import start, upload
from vault.purposes.catalogue import Reason
from vault.purposes.codes import Unlawful
from vault.purposes.lawfulness import NotLawful
from vault.records.grading.protecting import set_book_facets
from vault.records.importing.running import run_import
from vault.records.labels import Group
from vault.records.models import Client, ClientBook, Source
from vault.records.reading import reveal_group
from vault.records.reveals import needs
from vault.records.reveals.needs import fits_use, register_source

pytestmark = pytest.mark.django_db


def reveal(people: SimpleNamespace, client: Client, purpose: str = "service") -> str:
    with acting(people.ming):
        _client, shown = reveal_group(
            actor=people.ming,
            client_id=client.pk,
            group=Group.CONTACT,
            purpose=purpose,
            reason=Reason.CALL,
        )
    return shown.values["phone"]


def test_data_from_outside_are_shown_only_with_their_source(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = add(book, origin="external")
    assert client.source == Source.OTHER
    with pytest.raises(NotLawful) as refused:
        reveal(people, client)
    assert refused.value.reason is Unlawful.NO_SOURCE
    monkeypatch.setattr(needs, "_sources", [])
    register_source(lambda one: one.pk == client.pk)
    assert reveal(people, client)
    named = add(book, {"name": "李四", "phone": "+8613900139000"}, origin="external", source="partner")
    monkeypatch.setattr(needs, "_sources", [])
    assert reveal(people, named)


def test_data_for_marketing_serve_nothing_else(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book, use="marketing")
    with pytest.raises(NotLawful) as refused:
        reveal(people, client)
    assert refused.value.reason is Unlawful.NOT_OF_USE
    assert reveal(people, client, "complaint")
    entry = LogEntry.objects.filter(object_id=client.pk, action=Action.PURPOSE_REFUSE)
    assert entry.get().reason == Unlawful.NOT_OF_USE


@pytest.mark.parametrize(
    ("use", "purpose", "fits"),
    [
        ("business", "marketing", False),
        ("business", "mandate", True),
        ("service", "mandate", False),
        ("service", "service", True),
        ("marketing", "marketing", True),
        ("marketing", "mandate", False),
        ("marketing", "legal_duty", True),
    ],
)
def test_the_use_bounds_the_purpose(use: str, purpose: str, fits: bool) -> None:
    assert fits_use(use, purpose) is fits


def test_the_form_offers_only_what_fits_and_a_made_up_purpose_opens_nothing(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book, use="service")
    browser = client_of(people.ming)
    page = browser.get(reverse("vault:client", args=[client.pk])).content.decode()
    assert 'value="service"' in page
    assert 'value="mandate"' not in page
    address = reverse("vault:client_reveal", args=[client.pk, "contact"])
    answer = browser.post(address, {"CONTACT-purpose": "mandate", "CONTACT-reason": "call"})
    assert answer.status_code == 422


def test_new_clients_begin_with_the_facets_of_their_book(people: SimpleNamespace, book: ClientBook) -> None:
    facets = {"visibility": "semi_public", "origin": "external", "use": "marketing"}
    with acting(people.ming):
        set_book_facets(actor=people.ming, book_id=book.pk, facets=facets)
        job = upload(book, "姓名,手机\n王五,13800138000\n")
        start(job)
        run_import(job.pk)
    browser = client_of(people.ming)
    new = {"kind": "person", "source": "walk_in", "name": "赵六", "use": "service"}
    browser.post(reverse("vault:client_add", args=[book.pk]), new)
    imported, added = Client.objects.order_by("created_at")
    assert {name: getattr(imported, name) for name in facets} == facets
    assert {name: getattr(added, name) for name in facets} == facets | {"use": "service"}
    page = browser.get(reverse("vault:client_grade", args=[added.pk])).content.decode()
    assert "Semi-public" in page


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"visibility": "hidden"}, "book_visibility_known"),
        ({"origin": "stolen"}, "book_origin_known"),
        ({"use": "fun"}, "book_use_known"),
    ],
)
def test_the_database_knows_the_facets(book: ClientBook, values: dict[str, str], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ClientBook.objects.filter(pk=book.pk).update(**values)


def test_who_saw_it_stands_on_the_page(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    page = reverse("vault:client", args=[client.pk])
    assert "Nobody yet." in client_of(people.ming).get(page).content.decode()
    reveal(people, client)
    shown = client_of(people.ming).get(page).content.decode()
    assert "<strong>Ming</strong><span>Contact</span>" in shown
