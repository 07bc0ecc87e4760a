"""What no purpose of a book needs is taken in by no way, and what is held without need shows."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from django.urls import reverse

from audit.actions import Action, Result
from audit.models import LogEntry
from people.approvals.models import State
from tests.cast import client_of
from tests.vault.intake.test_intake import FIELDS
from tests.vault.purposes.makers import only
from tests.vault.records.approving import approve
from tests.vault.records.makers import ZHANG, acting, add, let_in
from tests.vault.records.uploads import upload
from tests.vault.records.versions.making import OTHER_ACCOUNT, asked, change
from vault.access import Mode, access
from vault.intake.forms import mark_of
from vault.intake.parsing import without
from vault.purposes.needs import NotNeeded
from vault.records.entries import client_entry
from vault.records.importing.jobfiles import open_outline
from vault.records.importing.mapping import Mapper
from vault.records.importing.models import ImportJob, ImportState, RememberedHeading
from vault.records.importing.preview import preview_of
from vault.records.importing.problems import SheetError
from vault.records.importing.services import start_import
from vault.records.labels import HELD
from vault.records.models import Client, ClientBook
from vault.records.versions.models import ChangeProposal
from vault.records.versions.restoring import restore_version

pytestmark = pytest.mark.django_db
LIST = "姓名,手机,银行卡号,等级\n王五六,13800138000,6222021234567890128,甲\n"
NO_MONEY = tuple(code for code in HELD if code != "bank_account")
CARD = "6222 0212 3456 7890 128"


def refusals(action: Action, object_id: UUID) -> list[list[str]]:
    found = LogEntry.objects.using("audit").filter(
        action=action, object_id=object_id, result=Result.REFUSED, reason="collect.not_needed"
    )
    return [entry.fields for entry in found.order_by("at")]


def held_of(client: Client) -> dict[str, object]:
    """Everything that is held of the client, in plaintext."""
    with acting(client.book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
        fresh = Client.objects.get(pk=client.pk)
        return {code: getattr(fresh, code) for code in HELD}


@pytest.fixture
def lean(people: SimpleNamespace, book: ClientBook) -> ClientBook:
    """Ming's book, of which nothing needs a bank account; Lea works in it, too."""
    let_in(book, people.lea)
    only(people.olivia, book, *NO_MONEY)
    return book


def test_the_form_does_not_ask_and_a_forged_one_stores_nothing(
    people: SimpleNamespace, lean: ClientBook
) -> None:
    browser, address = client_of(people.ming), reverse("vault:client_add", args=[lean.pk])
    page = browser.get(address).content.decode()
    assert 'name="phone"' in page
    assert 'name="bank_account"' not in page
    assert "Not asked for, because no purpose of this book needs it: Bank account" in page
    form = {"kind": "person", "source": "walk_in", "name": "王五六"}
    forged = browser.post(address, form | {"bank_account": ZHANG["bank_account"]})
    assert forged.status_code == 422
    assert "No purpose of this book needs: Bank account." in forged.content.decode()
    assert ZHANG["bank_account"] not in forged.content.decode()
    assert not Client.objects.exists()
    assert refusals(Action.CLIENT_CREATE, lean.pk) == [["bank_account"]]
    assert browser.post(address, form).status_code == 302


def test_extra_fields_are_refused_like_any(people: SimpleNamespace, lean: ClientBook) -> None:
    only(people.olivia, lean, "name", "phone")
    browser, address = client_of(people.ming), reverse("vault:client_add", args=[lean.pk])
    form = {"kind": "person", "source": "walk_in", "name": "王五六", "extras": "婚姻: 已婚", "notes": "x"}
    assert browser.post(address, form).status_code == 422
    assert refusals(Action.CLIENT_CREATE, lean.pk) == [["notes", "extras"]]
    with pytest.raises(NotNeeded):
        add(lean, {"name": "王五六"}, extras={"婚姻": "已婚"})
    assert refusals(Action.CLIENT_CREATE, lean.pk)[1:] == [["extras"]]


def test_a_change_fills_nothing_that_is_not_needed_and_empties_it(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    only(people.olivia, book, *NO_MONEY)
    browser, address = client_of(people.ming), reverse("vault:client_edit", args=[client.pk])
    page = browser.get(address).content.decode()
    assert 'name="bank_account"' not in page
    assert 'value="bank_account"' in page  # among what can be emptied
    form = {"kind": "person", "source": "other", "grade": client.grade, "version": 1, "reason": "update"}
    assert browser.post(address, form | {"bank_account": OTHER_ACCOUNT}).status_code == 422
    assert refusals(Action.CLIENT_EDIT, client.pk) == [["bank_account"]]
    assert not ChangeProposal.objects.exists()
    assert browser.post(address, form | {"emptied": "bank_account"}).status_code == 302
    assert ChangeProposal.objects.get().fields == ["bank_account"]  # a second person agrees, as ever


def test_extra_fields_that_nothing_needs_are_emptied_together(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book, {"name": "王五六"}, extras={"婚姻": "已婚", "等级": "甲"})
    only(people.olivia, book, "name")
    browser, address = client_of(people.ming), reverse("vault:client_edit", args=[client.pk])
    form = {"kind": "person", "source": "other", "grade": client.grade, "version": 1, "reason": "update"}
    assert 'name="extras"' not in browser.get(address).content.decode()
    assert browser.post(address, form | {"extras": "婚姻: 离异"}).status_code == 422
    assert browser.post(address, form | {"emptied": "extras"}).status_code == 302
    assert held_of(client)["extras"] == {}


def test_what_waited_for_a_second_person_is_not_put_in_once_nothing_needs_it(
    people: SimpleNamespace, book: ClientBook
) -> None:
    let_in(book, people.lea)
    client = add(book)
    change(client, bank_account=OTHER_ACCOUNT)
    only(people.olivia, book, *NO_MONEY)
    assert approve(people.lea, asked(client)).state == State.VOID
    assert held_of(client)["bank_account"] == ZHANG["bank_account"]


def test_an_older_version_brings_nothing_back_that_is_not_needed(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    change(client, notes="")
    only(people.olivia, book, "name", "phone")
    with acting(book.lead), pytest.raises(NotNeeded):
        restore_version(actor=book.lead, client_id=client.pk, number=1, version=2, fields={"notes"})
    assert held_of(client)["notes"] == ""


def test_a_list_leaves_out_what_is_not_needed_and_says_so(people: SimpleNamespace, lean: ClientBook) -> None:
    with acting(lean.lead):
        job = upload(lean, LIST)
        preview = preview_of(job)
    assert [column.needless for column in preview.columns] == [False, False, True, False]
    assert preview.form.proposal.plan.targets == ("name", "phone", "ignore", "extra")
    browser = client_of(people.ming)
    page = browser.get(reverse("vault:import_job", args=[job.pk])).content.decode()
    assert "No purpose of this book needs it." in page
    assert "Not recognised: column D." in page  # and not C, which is: nothing needs it
    assert 'value="bank_account"' not in page
    assert reverse("vault:needs", args=[lean.pk]) not in page  # who cannot change it is not led there
    address = reverse("vault:import_start", args=[job.pk])
    form = {"sheet": "0", "header": "1", "seen": "0.1"}
    columns = {"column_0": "name", "column_1": "phone", "column_2": "bank_account", "column_3": "extra"}
    forged = browser.post(address, form | columns)
    assert forged.status_code == 422
    assert "No purpose of this book needs: Bank account." in forged.content.decode()
    job.refresh_from_db()
    assert (job.state, job.plan) == (ImportState.UPLOADED, None)
    assert refusals(Action.IMPORT_START, job.pk) == [["bank_account"]]
    assert browser.post(address, form | columns | {"column_2": "ignore"}).status_code == 302
    # That it was left out is nobody's correction: once it is needed, it is proposed again.
    assert not RememberedHeading.objects.exists()


def test_a_list_that_was_started_before_stores_nothing_that_is_not_needed_since(
    people: SimpleNamespace, book: ClientBook
) -> None:
    with acting(book.lead):
        job = upload(book, LIST)
        opened = open_outline(job)
        start_import(actor=book.lead, job_id=job.pk, plan=opened.outline.propose().plan, opened=opened)
    only(people.olivia, book, *NO_MONEY)
    headings = {"name": "姓名", "phone": "手机"}
    with pytest.raises(SheetError) as flaw:
        Mapper(book, headings | {"bank_account": "银行卡号"})
    assert flaw.value.code == "headings.not_needed"
    # A company's code among the ID numbers, and extra columns, come without a heading of their own.
    only(people.olivia, book, "name", "phone")
    draft = Mapper(book, headings).draft("person", dict(ZHANG), {"等级": "甲"})
    assert dict(draft.values) == {"name": ZHANG["name"], "phone": ZHANG["phone"]}
    assert draft.extras == {}
    assert ImportJob.objects.get().state == ImportState.RUNNING


def test_intake_keeps_out_what_is_not_needed_and_says_so(people: SimpleNamespace, lean: ClientBook) -> None:
    text = f"我是李小明，电话 138 0013 8000，卡号 {CARD}，想转让公司"
    browser = client_of(people.ming)
    page = browser.post(reverse("vault:intake_read"), {"message": text}).content.decode()
    assert 'value="李小明"' in page
    assert 'name="bank_account"' not in page
    assert "Kept out, because no purpose of this book needs it: Bank account." in page
    typed = {"name": "李小明", "phone": "138 0013 8000", "bank_account": CARD, "keep": "on"}
    data = FIELDS | {"book": str(lean.pk), "message": text, "seen": mark_of(text)} | typed
    done = browser.post(reverse("vault:intake"), data)
    assert done.status_code == 200
    assert "Kept out, because no purpose of this book needs it: Bank account." in done.content.decode()
    held = held_of(Client.objects.select_related("book").get())
    assert held["bank_account"] == ""
    assert "想转让公司" in str(held["notes"])
    assert "7890" not in str(held["notes"])  # nor in the message that was to be kept


def test_a_message_without_what_is_not_needed() -> None:
    text = f"王五 13800138000 {CARD} wang@qq.com"
    assert without(text, ()) == text
    assert without(text, ("bank_account", "email")) == "王五 13800138000 … …"


def test_what_is_held_without_need_shows_with_the_way_to_mend_it(
    people: SimpleNamespace, book: ClientBook
) -> None:
    add(book)
    client = add(book, {"name": "李四", "phone": "+8613900139000"})
    page = reverse("vault:book", args=[book.pk])
    before = client_of(people.ming).get(page).content.decode()
    assert "Held without need" not in before
    only(people.olivia, book, *(code for code in NO_MONEY if code != "email"))
    shown = client_of(people.ming).get(page).content.decode()
    assert "Not taken in, because no purpose needs it: E-mail, Bank account." in shown
    assert "Held without need: Bank account of 1 client." in shown
    assert reverse("vault:needs", args=[book.pk]) not in shown
    record = reverse("vault:client", args=[client.pk])
    assert "Held without need" not in client_of(people.ming).get(record).content.decode()
    zhang = Client.objects.exclude(pk=client.pk).get()
    record = client_of(people.ming).get(reverse("vault:client", args=[zhang.pk])).content.decode()
    assert record.count("Held without need") == 2
