"""The page on which columns are mapped: what is proposed, corrected, remembered, never shown or stored."""

import io
import re
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from tests.cast import client_of
from tests.vault.records.makers import acting, book_of
from tests.vault.records.uploads import upload
from vault.records.importing.jobfiles import open_outline
from vault.records.importing.models import ImportJob, ImportState, RememberedHeading
from vault.records.importing.outline import outline_of
from vault.records.importing.preview import preview_of
from vault.records.importing.remembering import remembered
from vault.records.importing.services import start_import
from vault.records.models import ClientBook

pytestmark = pytest.mark.django_db
LIST = "客户,联系,备用电话,等级\n王五六,13800138000,13900139000,甲\n"
CHOSEN = {"sheet": "0", "header": "1", "seen": "0.1"}


def targets(job: ImportJob) -> tuple[str, ...]:
    with acting(job.actor):
        return preview_of(job).form.proposal.plan.targets


def test_a_correction_is_remembered_by_this_book_alone(people: SimpleNamespace, book: ClientBook) -> None:
    with acting(book.lead):
        job = upload(book, LIST)
    assert targets(job) == ("name", "extra", "extra", "extra")
    form = CHOSEN | {"column_0": "name", "column_1": "phone", "column_2": "ignore", "column_3": "extra"}
    answer = client_of(people.ming).post(reverse("vault:import_start", args=[job.pk]), form)
    assert answer.status_code == 302
    job.refresh_from_db()
    assert (job.state, job.plan["targets"]) == (ImportState.RUNNING, ["name", "phone", "ignore", "extra"])
    with acting(book.lead):
        assert targets(upload(book, LIST)) == ("name", "phone", "ignore", "extra")
        assert targets(upload(book_of(book.lead, name="另一本"), LIST)) == ("name", "extra", "extra", "extra")


def test_i7_no_heading_is_stored_in_the_database(people: SimpleNamespace, book: ClientBook) -> None:
    """In a file without headings the first row is a client's: it must not lie about as a heading."""
    with acting(book.lead):
        job = upload(book, "甲方张三丰,保密内容\n李四,其他内容\n")
        opened = open_outline(job)
        plan = opened.outline.propose(0, 1).plan
        chosen = type(plan)(0, 1, ("name", "notes"), plan.form)
        start_import(actor=book.lead, job_id=job.pk, plan=chosen, opened=opened)
    assert RememberedHeading.objects.filter(book=book).count() == 2
    with connection.cursor() as cursor:
        cursor.execute(
            "select r::text from vault_rememberedheading r union all select j::text from vault_importjob j"
        )
        kept = " ".join(row[0] for row in cursor.fetchall())
    for word in ("张三丰", "保密"):
        assert word not in kept
        assert word.encode().hex() not in kept


def test_what_agrees_with_our_own_guess_is_forgotten_again(people: SimpleNamespace, book: ClientBook) -> None:
    with acting(book.lead):
        for target in ("phone", "extra"):
            job = upload(book, LIST)
            opened = open_outline(job)
            plan = opened.outline.propose(remembered=remembered(book, opened)).plan
            chosen = type(plan)(0, 1, ("name", target, "extra", "extra"), plan.form)
            start_import(actor=book.lead, job_id=job.pk, plan=chosen, opened=opened)
    assert not RememberedHeading.objects.exists()


def test_another_row_of_headings_shows_its_columns_first(people: SimpleNamespace, book: ClientBook) -> None:
    with acting(book.lead):
        job = upload(book, "内部名单,,,\n" + LIST)
    browser, address = client_of(people.ming), reverse("vault:import_start", args=[job.pk])
    names = ["name", "phone", "extra", "extra"]
    columns = {f"column_{at}": target for at, target in enumerate(names)}
    page = browser.post(address, columns | {"sheet": "0", "header": "2", "seen": "0.0"}).content.decode()
    assert re.search(r'name="seen" value="0\.2"', page)
    job.refresh_from_db()
    assert job.state == ImportState.UPLOADED


def test_a_client_chosen_for_the_headings_is_not_shown(people: SimpleNamespace, book: ClientBook) -> None:
    with acting(book.lead):
        job = upload(book, LIST)
    page = client_of(people.ming).post(
        reverse("vault:import_start", args=[job.pk]), {"look": "1", "sheet": "0", "header": "2"}
    )
    assert page.status_code == 200
    assert not [secret for secret in ("王五六", "13800138000") if secret in page.content.decode()]


@pytest.mark.parametrize(
    "columns",
    [
        {"column_0": "extra", "column_1": "phone", "column_2": "extra", "column_3": "extra"},  # no name
        {"column_0": "name", "column_1": "phone", "column_2": "phone", "column_3": "extra"},  # twice
        {"column_0": "name", "column_1": "grade", "column_2": "extra", "column_3": "extra"},  # no such field
        {"column_0": "name"},
    ],
)
def test_a_plan_that_cannot_be_is_said_and_nothing_starts(
    people: SimpleNamespace, book: ClientBook, columns: dict[str, str]
) -> None:
    with acting(book.lead):
        job = upload(book, LIST)
    answer = client_of(people.ming).post(reverse("vault:import_start", args=[job.pk]), CHOSEN | columns)
    assert answer.status_code == 422
    job.refresh_from_db()
    assert (job.state, job.plan) == (ImportState.UPLOADED, None)


def test_a_remembered_heading_becomes_a_known_field_and_is_there_once(book: ClientBook) -> None:
    RememberedHeading.objects.create(book=book, token=b"x" * 16, target="phone")
    for token, target, name in ((b"x" * 16, "phone", "once"), (b"y" * 16, "grade", "target_known")):
        with pytest.raises(IntegrityError, match=f"import_heading_{name}"), transaction.atomic():
            RememberedHeading.objects.create(book=book, token=token, target=target)


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            "客户称呼,户籍地址,开户行账号,手机",
            "name address bank_account phone",
        ),
        (
            "公司名称,统一社会信用代码,法定代表人,法人电话,联系人,注册地址,开户银行,对公账户",
            "name credit_code extra phone extra address extra bank_account",
        ),
        (
            "联系人,公司名称,手机/电话,微信,法人电话,户籍地址,现住址,国籍",
            "extra name phone extra extra extra address extra",
        ),
        (
            "姓名/公司名称,证件类型,身份证号/统一社会信用代码,联系人手机,银行卡号,电子信箱,备注",
            "name document id_number phone bank_account email notes",
        ),
        (
            "Company,Contact,Tax ID,Mobile No.,Mailing address,Bank account no,Nationality",
            "name extra credit_code phone address bank_account extra",
        ),
        (
            "Full name,ID card no,Date of birth,Home phone,Permanent address,Lead source,Memo",
            "name id_number birth_date phone address source notes",
        ),
    ],
)
def test_headings_as_brokers_write_them(headings: str, expected: str) -> None:
    """Who to ask for, and where somebody is registered, stand back where a better column is there."""
    outline = outline_of(io.BytesIO(f"{headings}\n".encode()), "list.csv")
    assert " ".join(outline.propose().plan.targets) == expected


def test_words_that_data_may_hold_make_no_row_of_headings() -> None:
    outline = outline_of(io.BytesIO("王五,公司\n李四,企业\n".encode()), "list.csv")
    assert outline.propose().plan.header == 0


def test_what_is_not_recognised_is_said_before_it_becomes_an_extra_field(
    people: SimpleNamespace, book: ClientBook
) -> None:
    """Until somebody said of such a heading, in this book, that it is one. A second column of a field is told
    as that, and what was proposed is no correction to remember."""
    with acting(book.lead):
        job = upload(book, "姓名,手机,星座,法人电话\n王五六,13800138000,天蝎,13900139000\n")
    browser = client_of(people.ming)
    page = browser.get(reverse("vault:import_job", args=[job.pk])).content.decode()
    assert "Not recognised: column C." in page
    assert page.count("Not recognised: it is kept as an extra field") == 1
    assert "More than one column reads like the same field. Look at column D." in page
    columns = {f"column_{at}": target for at, target in enumerate(("name", "phone", "notes", "extra"))}
    assert browser.post(reverse("vault:import_start", args=[job.pk]), CHOSEN | columns).status_code == 302
    assert RememberedHeading.objects.get(book=book).target == "notes"
    with acting(book.lead):
        again = preview_of(upload(book, "姓名,法人电话,星座\n王五六,13800138000,天蝎\n"))
    assert again.form.proposal.plan.targets == ("name", "phone", "notes")
    assert not any(column.unknown for column in again.columns)
