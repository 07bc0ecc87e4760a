"""Bad input through the upload form: a clear message in the user's language, and nothing half stored."""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from python_calamine import CalamineWorkbook

from audit.origin import Origin, acting_as
from tests.cast import client_of
from tests.vault.records.makers import acting
from tests.vault.records.uploads import source_of, start
from vault.keys import store
from vault.records.importing import views
from vault.records.importing.models import ImportJob, ImportState
from vault.records.importing.tasks import discard, run
from vault.records.models import Client, ClientBook

pytestmark = pytest.mark.django_db

HEAD = "姓名,手机\n"
GOOD = HEAD + "王五,13800138000\n"


def send(
    browser: Browser, book: ClientBook, data: bytes, name: str = "名单.csv", **more: str
) -> tuple[int, str]:
    address = reverse("vault:import_upload", args=[book.pk])
    with acting(book.lead):
        source = str(source_of(book).pk)
    form = {"file": SimpleUploadedFile(name, data), "source": source, "whole": "1", **more}
    answer = browser.post(address, {key: value for key, value in form.items() if value != ""})
    return answer.status_code, answer.content.decode()


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(part, b"0" * 30_000_000)
    return target.getvalue()


def renamed_zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    return target.getvalue()


REFUSED = {
    "wrong encoding": (b"\xff\xd8\xff\xe0" + HEAD.encode() + b"\xff\xff\xff\n", "名单.csv"),
    "mixed encoding": (
        HEAD.encode() + "张三,13800138000\n".encode() * 3 + "李四,13900139000\n".encode("gb18030"),
        "名单.csv",
    ),
    "300 columns": (("姓名," + ",".join(f"列{n}" for n in range(300)) + "\n").encode(), "名单.csv"),
    "a zip bomb": (bomb(), "名单.xlsx"),
    "a ZIP renamed .xlsx": (renamed_zip(), "名单.xlsx"),
    "an empty file": (b"", "名单.csv"),
    "a picture": (bytes(range(256)) * 20, "名单.csv"),
}


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    folder = Path(settings.FILES_DIR)
    before = set(folder.rglob("*.*")) if folder.exists() else set()
    yield
    after = set(folder.rglob("*.*")) if folder.exists() else set()
    if not ImportJob.objects.exists():
        assert after == before


@pytest.mark.parametrize("kind", REFUSED)
def test_i10_refused_with_a_message_and_nothing_is_stored(
    people: SimpleNamespace, book: ClientBook, kind: str
) -> None:
    data, name = REFUSED[kind]
    status, page = send(client_of(people.ming), book, data, name)
    assert status == 422
    assert 'class="note note-error"' in page
    assert not ImportJob.objects.exists()
    assert not Client.objects.exists()


def test_a_file_over_the_limit_is_read_off_and_not_kept(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "SIZE_LIMIT", 1024 * 1024)
    status, _ = send(client_of(people.ming), book, (HEAD + "王五,13800138000\n" * 80_000).encode())
    assert status == 422
    assert not ImportJob.objects.exists()


def test_an_upload_cut_in_the_middle_is_said(people: SimpleNamespace, book: ClientBook) -> None:
    status, page = send(client_of(people.ming), book, GOOD.encode(), whole="")
    assert status == 422
    assert 'class="note note-error"' in page
    assert not ImportJob.objects.exists()


def test_a_form_without_a_file_is_said(people: SimpleNamespace, book: ClientBook) -> None:
    answer = client_of(people.ming).post(reverse("vault:import_upload", args=[book.pk]), {"whole": "1"})
    assert answer.status_code == 422


def test_a_form_from_another_site_leaves_nothing(people: SimpleNamespace, book: ClientBook) -> None:
    browser = client_of(people.ming)
    browser.handler.enforce_csrf_checks = True
    status, _ = send(browser, book, GOOD.encode())
    assert status == 403
    assert not ImportJob.objects.exists()


def test_a_file_name_that_climbs_is_only_a_name(people: SimpleNamespace, book: ClientBook) -> None:
    status, _ = send(client_of(people.ming), book, GOOD.encode(), "../../etc/张三.csv")
    assert status == 302
    job = ImportJob.objects.get()
    assert job.extension == ".csv"
    names = [path.name for path in Path(settings.FILES_DIR).rglob("*.sealed")]
    assert f"{job.file_id.hex}.sealed" in names  # type: ignore[union-attr]


def test_the_preview_shows_what_was_recognised_and_only_masks(
    people: SimpleNamespace, book: ClientBook
) -> None:
    browser = client_of(people.ming)
    send(browser, book, "客户姓名,Mobile,车牌\n王五六,13800138000,粤B12345\n".encode("gb18030"))
    page = browser.get(reverse("vault:import_job", args=[ImportJob.objects.get().pk])).content.decode()
    assert "138****8000" in page
    assert "车牌" in page
    assert not [secret for secret in ("王五六", "13800138000", "粤B12345") if secret in page]


@pytest.mark.django_db(transaction=True)
def test_i10_rows_that_cannot_be_stored_come_back_and_the_good_ones_go_in(
    as_worker: None, people: SimpleNamespace, book: ClientBook
) -> None:
    rows = [
        "王五,13800138000,1990-01-01,",
        "王六,13800138001,1990/1/2,",
        "王七,13800138002,1990年1月3日,",
        "王八,13800138003,03/04/1990,",  # day and month cannot be told apart
        "名" * 10_000 + ",13800138004,,",
        "空\0字,13800138005,,",
        "\u202e王九,13800138006,,",
        "甲,13800138007,,11010519491231002X",
        "乙,13800138008,,11010519491231002x",  # the same number again
        '"=HYPERLINK(""http://x"")",13800138009,,',
    ]
    text = "姓名,手机,生日,身份证号\n" + "\n".join(rows) + "\n"
    browser = client_of(people.ming)
    status, _ = send(browser, book, text.encode())
    assert status == 302
    job = ImportJob.objects.get()
    with acting(people.ming):
        start(job)
    with acting_as(Origin()):
        run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.added, job.bad) == (ImportState.DONE, 5, 5)
    sheet = browser.get(reverse("vault:import_bad_rows", args=[job.pk]))
    data = b"".join(sheet.streaming_content)  # type: ignore[attr-defined]
    failed = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert len(failed) == 1 + 5
    assert browser.get(reverse("vault:import_job", args=[job.pk])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_cancelling_stops_the_import_and_destroys_the_file(
    as_worker: None, people: SimpleNamespace, book: ClientBook
) -> None:
    browser = client_of(people.ming)
    send(browser, book, GOOD.encode())
    job = ImportJob.objects.get()
    file_id = job.file_id
    assert file_id is not None
    browser.post(reverse("vault:import_cancel", args=[job.pk]))
    assert "the list is destroyed" in browser.get(reverse("vault:import_job", args=[job.pk])).content.decode()
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.cursor, job.file_id) == (ImportState.CANCELLED, 0, None)
    with acting(people.ming):
        assert not any(copy.live for copy in store.copies([file_id]))


def test_a_queue_that_is_down_stops_no_cancelling(
    people: SimpleNamespace,
    book: ClientBook,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    """It is committed, beat destroys the file, and what else hangs on the commit is still done."""

    def down(_job: str) -> None:
        raise ConnectionError

    browser = client_of(people.ming)
    send(browser, book, GOOD.encode())
    job = ImportJob.objects.get()
    monkeypatch.setattr(discard, "delay", down)
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(reverse("vault:import_cancel", args=[job.pk])).status_code == 302
    job.refresh_from_db()
    assert job.state == ImportState.CANCELLED


def test_an_xlsx_goes_the_same_way(people: SimpleNamespace, book: ClientBook) -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "手机"])
        sheet.write_row(1, 0, ["王五", "13800138000"])
    status, _ = send(client_of(people.ming), book, target.getvalue(), "名单.xlsx")
    assert status == 302
    assert ImportJob.objects.get().total == 1


def test_headings_alone_are_said_to_be_no_list(people: SimpleNamespace, book: ClientBook) -> None:
    browser = client_of(people.ming)
    assert send(browser, book, HEAD.encode())[0] == 302
    page = browser.get(reverse("vault:import_job", args=[ImportJob.objects.get().pk])).content.decode()
    assert "nothing would be imported" in page
    assert 'form="plan"' not in page
