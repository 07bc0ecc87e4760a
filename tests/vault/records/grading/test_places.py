"""One value, one mask: list, search, page, edit form, an older version, the import's preview."""

import re
from types import SimpleNamespace

import pytest
from django.urls import reverse

from audit.actions import Action
from tests.cast import client_of
from tests.vault.records.makers import ZHANG, acting, add
from tests.vault.records.uploads import upload
from vault.access import Mode, access
from vault.masking.grades import Grade
from vault.records.changing import update_client
from vault.records.entries import client_entry
from vault.records.grading.protecting import Protection, raise_field, raise_protection
from vault.records.labels import Field
from vault.records.models import Client, ClientBook, ClientKind

pytestmark = pytest.mark.django_db

# What a mask of the phone or the ID number looks like, wherever it stands.
MASK = re.compile(r"(?:[0-9]{3})?\*{4}8000|(?:[0-9]{3})?\*{4,}002X")


def pages(people: SimpleNamespace, client: Client) -> dict[str, str]:
    """Every page on which the client appears, as its agent sees it."""
    browser = client_of(people.ming)
    found = {
        name: browser.get(reverse(f"vault:{name}", args=args)).content.decode()
        for name, args in (
            ("clients", []),
            ("client", [client.pk]),
            ("client_edit", [client.pk]),
            ("client_versions", [client.pk]),
            ("client_grade", [client.pk]),
        )
    }
    found["search"] = browser.post(reverse("vault:search"), {"q": "13800138000"}).content.decode()
    return found


def shown_masks(texts: dict[str, str]) -> set[str]:
    return {mask for text in texts.values() for mask in MASK.findall(text)}


def test_every_page_shows_the_same_mask_and_raising_changes_it_everywhere(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    assert shown_masks(pages(people, client)) == {"138****8000", "110***********002X"}
    with acting(people.ming):
        raise_field(actor=people.ming, book_id=book.pk, field=Field.ID_NUMBER, grade=Grade.L4)
    assert shown_masks(pages(people, client)) == {"138****8000"}
    with acting(people.ming):
        wanted = Protection(Grade.L4, "private", "internal", "business")
        raise_protection(actor=people.ming, client_id=client.pk, wanted=wanted)
    texts = pages(people, client)
    assert shown_masks(texts) == {"****8000"}
    assert not [name for name, text in texts.items() if "张*" in text or "深圳" in text]


def test_an_older_version_shows_no_more_than_the_client_does_now(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    with acting(people.ming):
        update_client(
            actor=people.ming,
            client_id=client.pk,
            version=1,
            reason="update",
            values={"name": "张四"},
            open_values={"grade": Grade.L4},
        )
        before = Client.objects.get(pk=client.pk).versions.get()
        with access(Mode.MASK, client_entry(client, Action.CLIENT_VIEW)):
            assert (before.phone, before.name, before.id_number) == ("****8000", "****", "****")


def test_an_import_is_previewed_with_the_masks_of_its_book(people: SimpleNamespace, book: ClientBook) -> None:
    with acting(people.ming):
        raise_field(actor=people.ming, book_id=book.pk, field=Field.PHONE, grade=Grade.L4)
        job = upload(book, f"姓名,手机,身份证\n张三丰,13800138000,{ZHANG['id_number']}\n")
    page = client_of(people.ming).get(reverse("vault:import_job", args=[job.pk])).content.decode()
    assert set(MASK.findall(page)) == {"****8000", "110***********002X"}


def test_a_company_is_previewed_by_its_name_and_a_person_is_not(
    people: SimpleNamespace, book: ClientBook
) -> None:
    with acting(people.ming):
        job = upload(book, "姓名,客户类型\n某某科技有限公司,\n张三丰,企业\n")
    page = client_of(people.ming).get(reverse("vault:import_job", args=[job.pk])).content.decode()
    assert "某某科技有限公司" in page
    assert "张三丰" not in page


def test_a_person_made_a_company_by_sql_shows_nothing_new(people: SimpleNamespace, book: ClientBook) -> None:
    """Nothing of ours enters one so (test_kinds); what somebody wrote by SQL opens nothing either."""
    client = add(book)
    Client.objects.filter(pk=client.pk).update(kind=ClientKind.COMPANY)
    texts = pages(people, client)
    assert not [name for name, text in texts.items() if "张三丰" in text]


def test_a_company_is_shown_as_far_as_the_register_shows_it(
    people: SimpleNamespace, book: ClientBook
) -> None:
    values = {"name": "某某科技有限公司", "credit_code": "91110000600037341L", "phone": "+8613800138000"}
    client = add(book, values, kind="company")
    page = client_of(people.ming).get(reverse("vault:client", args=[client.pk])).content.decode()
    assert "某某科技有限公司" in page
    assert "138****8000" in page
    Client.objects.filter(pk=client.pk).update(grade=Grade.L4)
    page = client_of(people.ming).get(reverse("vault:client", args=[client.pk])).content.decode()
    assert "某某科技有限公司" not in page
    assert "****341L" in page
