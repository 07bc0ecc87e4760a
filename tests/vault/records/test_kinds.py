"""A company's data count less (interpretation of 2017), so that nobody enters a person as one."""

from functools import partial
from types import SimpleNamespace

import pytest
from django.urls import reverse

from tests.cast import client_of
from tests.vault.records.makers import ZHANG, acting, add
from tests.vault.records.uploads import start, upload
from vault.formats.kinds import kind_of
from vault.records.changing import update_client
from vault.records.drafts import ClientDraft
from vault.records.errors import NotPossible
from vault.records.importing.running import run_import
from vault.records.models import Client, ClientBook
from vault.records.versions.models import ChangeProposal

FIRM = {"name": "杭州云帆科技有限公司"}
CODE = {"name": "杭州云帆科技", "credit_code": "91110000600037341L"}


@pytest.mark.parametrize(
    ("values", "said", "kind"),
    [
        (FIRM, "", "company"),
        (FIRM, "company", "company"),
        (FIRM, "person", "person"),
        (CODE, "", "company"),
        (CODE | {"id_number": ZHANG["id_number"]}, "company", "person"),
        ({"name": "张三丰"}, "company", "person"),
        (CODE | {"name": "王伟明"}, "company", "person"),
        (CODE | {"name": "买买提·吐尔逊"}, "company", "person"),
        (CODE | {"name": "John Smith"}, "company", "person"),
        ({}, "company", "person"),
    ],
)
def test_saying_so_alone_makes_nobody_a_company(values: dict[str, str], said: str, kind: str) -> None:
    assert kind_of(values, said=said) == kind


def test_no_draft_says_company_of_a_person() -> None:
    """What a taken-over parser process could send."""
    with pytest.raises(NotPossible):
        ClientDraft("company", {"name": "张三丰", "id_number": ZHANG["id_number"]})
    assert ClientDraft("company", CODE).kind == "company"


@pytest.mark.django_db
def test_a_list_that_calls_a_person_a_company_adds_a_person(
    people: SimpleNamespace, book: ClientBook
) -> None:
    with acting(people.ming):
        job = start(upload(book, "姓名,客户类型\n张三丰,企业\n某某科技有限公司,企业\n"))
        run_import(job.pk)
    assert sorted(Client.objects.filter(book=book).values_list("kind", flat=True)) == ["company", "person"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["client_add", "intake"])
def test_a_form_that_calls_a_person_a_company_says_what_to_do(
    people: SimpleNamespace, book: ClientBook, page: str
) -> None:
    browser = client_of(people.ming)
    data = {
        "kind": "company",
        "name": "张三丰",
        "phone": "13800138000",
        "source": "walk_in",
        "basis": "contract",
    }
    if page == "intake":
        answer = browser.post(reverse("vault:intake"), data | {"book": book.pk})
    else:
        answer = browser.post(reverse("vault:client_add", args=[book.pk]), data)
    assert answer.status_code == 422
    assert "Neither the name nor a credit code" in answer.content.decode()
    assert not Client.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("values", [{"name": "王伟明"}, {"id_number": ZHANG["id_number"]}])
def test_a_company_does_not_become_a_person_and_stay_a_company(
    people: SimpleNamespace, book: ClientBook, values: dict[str, str]
) -> None:
    client = add(book, CODE, kind="company")
    edit = partial(update_client, actor=people.ming, client_id=client.pk, version=1, reason="update")
    with acting(people.ming):
        with pytest.raises(NotPossible):
            edit(values=values)
        assert not ChangeProposal.objects.exists()
        edit(values=values, open_values={"kind": "person"})
    client.refresh_from_db()
    assert client.kind == "person"
