"""A list that left by the front door and turns up cut, sorted and thinned out names who was given it.

250 clients; another number by `LEAKED_CLIENTS=2500` (docs/performance.md has the seconds).
"""

import csv
import io
import json
import os
import random
from pathlib import Path
from types import SimpleNamespace

import pytest
import xlsxwriter
from django.core.management import call_command
from python_calamine import CalamineWorkbook

from people.approvals.models import ApprovalDecision
from people.roles.models import RoleCode
from tests.cast import person
from tests.vault.disclosures.makers import CONTACT, fill, ready, taken
from vault.disclosures.models import Export
from vault.records.labels import Field
from vault.records.models import ClientBook

pytestmark = pytest.mark.django_db
CLIENTS = int(os.environ.get("LEAKED_CLIENTS", "250"))
FIELDS = (*CONTACT, Field.BANK_ACCOUNT)  # so many accounts take an officer beside the lead
NAME, PHONE, _EMAIL, ADDRESS, ACCOUNT = range(5)


def rows_of(export: Export) -> list[list[str]]:
    """The people of the file as its requester downloads it, without stamp and headings."""
    content = taken(export)
    if export.format == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[2:]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()[1:]]


def leaked(rows: list[list[str]], columns: list[int], seed: int) -> list[list[str]]:
    """Half of the rows, without most columns, sorted by what is left, and numbered by whoever sells them."""
    half = random.Random(seed).sample(rows, len(rows) // 2)
    kept = sorted([row[column] for column in columns] for row in half)
    return [[*row, f"2026010{number:05}"] for number, row in enumerate(kept)]


def as_csv(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="gb18030") as file:
        csv.writer(file).writerows(rows)
    return path


def as_xlsx(path: Path, rows: list[list[str]]) -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def test_half_of_a_large_list_names_its_recipient(
    people: SimpleNamespace, book: ClientBook, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people.mia = person("mia", role=RoleCode.AGENT)
    fill(book, CLIENTS)
    exports = {
        "Lin": ready(people, people.lin, purpose="mandate", fields=FIELDS, form="csv"),
        "Mia": ready(people, people.mia, purpose="mandate", fields=FIELDS, form="xlsx"),
    }
    sheets = {name: rows_of(export) for name, export in exports.items()}
    decided = ApprovalDecision.objects.filter(request_id=exports["Lin"].approval_id)
    assert {one.decider.username for one in decided} == {"lea", "olivia"}
    ways = [("Lin", [PHONE], as_csv), ("Lin", [ADDRESS, NAME], as_xlsx)]
    ways += [("Mia", [ACCOUNT], as_csv), ("Mia", [PHONE, ADDRESS], as_xlsx)]
    for seed, (name, columns, write) in enumerate(ways):
        rows = leaked(sheets[name], columns, seed)
        assert len(rows) >= CLIENTS // 2
        path = write(tmp_path / f"{seed}.{write.__name__.removeprefix('as_')}", rows)
        call_command("trace_export", str(path), "--as", "olivia", "--json")
        answer = json.loads(capsys.readouterr().out)
        assert [(one["recipient"], one["export"]) for one in answer["named"]] == [
            (name, str(exports[name].pk))
        ]
        assert int(answer["named"][0]["one_in"].replace(",", "")) >= 1000
