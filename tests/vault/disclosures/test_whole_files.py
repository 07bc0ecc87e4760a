"""A leaked file is read whole, or the answer says what of it was not."""

import csv
import io
import json
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from tests.cast import client_of
from tests.vault.disclosures.makers import fill, ready, taken
from tests.vault.records.importing.books import good
from tests.vault.records.makers import acting
from vault.disclosures import leaked
from vault.disclosures.leaked import MAX_ROWS, read_leaked
from vault.disclosures.sharing import exports_in
from vault.disclosures.trace import trace
from vault.records.importing.sheets import COLUMN_LIMIT, open_list
from vault.records.labels import Field
from vault.records.models import ClientBook

Rows = list[list[str]]


def workbook(*sheets: tuple[str, Rows]) -> io.BytesIO:
    """Sheets in this order: "visible", "hidden" or "very hidden"."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as made:
        for state, rows in sheets:
            sheet = made.add_worksheet()
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if state == "hidden":
                sheet.hide()
            elif state == "very hidden":
                sheet.very_hidden()
    return target


def phones(file: io.BytesIO, name: str = "a.xlsx") -> list[str]:
    return [one for row in read_leaked(file, name).rows for one in row.values.get(Field.PHONE, ())]


def test_every_sheet_is_read_hidden_ones_too() -> None:
    file = workbook(
        ("visible", [["目录"]]),
        ("hidden", [["13800138001"]]),
        ("very hidden", [["13800138002"]]),
        ("visible", [["13800138003"]]),
    )
    assert phones(file) == ["+8613800138001", "+8613800138002", "+8613800138003"]
    assert read_leaked(file, "a.xlsx").seen == 4


def test_imports_go_on_reading_visible_sheets_alone() -> None:
    file = workbook(
        ("visible", [["姓名", "手机"], ["张三", "13800138000"]]),
        ("hidden", [["姓名", "手机"], ["李四", "13900139000"]]),
    )
    assert open_list(file, "a.xlsx").names == ["Sheet1"]
    assert [row.values["name"] for row in good(file)] == ["张三"]


def test_what_is_not_looked_at_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaked, "MAX_ROWS", 50)
    text = "13800138000\n" * 50
    whole, longer = (read_leaked(io.BytesIO((text + more).encode()), "a.csv") for more in ("", "x\n"))
    assert (whole.seen, whole.cut) == (50, False)
    assert (longer.seen, longer.cut) == (50, True)


def test_empty_rows_take_nobodys_place() -> None:
    file = io.BytesIO(b"13800138000\n" + b",\n" * (MAX_ROWS + 1) + b"13800138001\n")
    assert phones(file, "a.csv") == ["+8613800138000", "+8613800138001"]


def test_emptiness_has_an_end_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaked, "MAX_CELLS", 1000)
    read = read_leaked(io.BytesIO(b"13800138000\n" + b",\n" * 2000 + b"13800138001\n"), "a.csv")
    assert (read.seen, read.cut) == (1, True)


def test_the_cells_of_a_very_wide_row_are_all_looked_at() -> None:
    file = io.BytesIO(("," * 3 * COLUMN_LIMIT + "13800138000\n").encode())
    assert phones(file, "a.csv") == ["+8613800138000"]


@pytest.mark.django_db
class TestWithTheVault:
    @pytest.fixture
    def hidden(self, people: SimpleNamespace, book: ClientBook) -> io.BytesIO:
        fill(book, 12)
        people.export = ready(people, people.lin)
        lines = list(csv.reader(io.StringIO(taken(people.export).decode("utf-8-sig"))))[2:]
        return workbook(("visible", [["销售记录"]]), ("hidden", lines))

    def test_a_list_on_a_hidden_sheet_is_traced_and_known_in_a_room(
        self, people: SimpleNamespace, hidden: io.BytesIO
    ) -> None:
        with acting(people.olivia):
            answer = trace(actor=people.olivia, file=hidden, filename="a.xlsx")
        assert [one.evidence.export for one in answer.named] == [people.export.pk]
        assert not answer.cut
        with acting(people.ming):
            assert exports_in(hidden, "a.xlsx") == {people.export.pk}

    def test_page_command_and_json_say_what_was_not_looked_at(
        self,
        people: SimpleNamespace,
        hidden: io.BytesIO,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        path = tmp_path / "found.xlsx"
        path.write_bytes(hidden.getvalue())
        browser = client_of(people.olivia)

        def page() -> str:
            file = SimpleUploadedFile("found.xlsx", hidden.getvalue())
            return browser.post(reverse("vault:trace"), {"file": file}).content.decode()

        assert "Rows looked at: 16, on all sheets" in page()
        monkeypatch.setattr(leaked, "MAX_ROWS", 9)
        assert "Only the first 9 rows were looked at." in page()
        with suppress(SystemExit):  # nine rows may be too few to name anybody
            call_command("trace_export", str(path), "--as", "olivia", "--json")
        answer = json.loads(capsys.readouterr().out)
        assert (answer["rows_looked_at"], answer["rest_not_looked_at"]) == (9, True)
        with suppress(SystemExit):
            call_command("trace_export", str(path), "--as", "olivia")
        assert "9" in capsys.readouterr().out.splitlines()[0]
