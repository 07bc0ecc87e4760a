"""Whoever moves one recipient's invented rows into the list of another frames nobody by it."""

import csv
import io
import json
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from people.roles.models import RoleCode
from tests.cast import client_of, person
from tests.vault.disclosures.makers import fill, ready, taken
from tests.vault.records.makers import acting
from vault.disclosures.leaked import read_leaked
from vault.disclosures.models import Export
from vault.disclosures.trace import trace
from vault.disclosures.tracing import Evidence, decide
from vault.records.labels import Field
from vault.records.models import ClientBook

INVENTED = ("140", "141", "142", "143", "154")
Rows = list[list[str]]


def split(export: Export) -> tuple[Rows, Rows]:
    """Real rows and invented rows of its file: name, phone and e-mail."""
    lines = list(csv.reader(io.StringIO(taken(export).decode("utf-8-sig"))))[2:]
    rows = [row[:3] for row in lines]
    invented = [row for row in rows if row[1].startswith(INVENTED) or row[2].startswith(INVENTED)]
    return [row for row in rows if row not in invented], invented


def sheet(rows: Rows) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows([["姓名", "电话", "邮箱"], *rows])
    return target.getvalue().encode()


@pytest.mark.django_db
class TestFraming:
    @pytest.fixture
    def lists(self, people: SimpleNamespace, book: ClientBook) -> dict[str, Export]:
        people.mia = person("mia", role=RoleCode.AGENT)
        ids = fill(book, 20)
        return {
            "lin": ready(people, people.lin, ids=ids[:8]),
            "mia": ready(people, people.mia, ids=ids[8:]),
        }

    @pytest.fixture
    def forged(self, lists: dict[str, Export]) -> bytes:
        """Lin's eight people with two of Mia's invented rows in place of her own."""
        return sheet(split(lists["lin"])[0] + split(lists["mia"])[1][:2])

    def test_the_command_names_nobody_and_lists_both(
        self,
        people: SimpleNamespace,
        lists: dict[str, Export],
        forged: bytes,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        path = tmp_path / "found.csv"
        path.write_bytes(forged)
        with pytest.raises(SystemExit):
            call_command("trace_export", str(path), "--as", "olivia", "--json")
        answer = json.loads(capsys.readouterr().out)
        assert answer["mixed"] is True
        assert answer["named"] == []
        found = {one["export"]: (one["rows"], one["canaries"]) for one in answer["candidates"]}
        assert found == {str(lists["lin"].pk): (8, 0), str(lists["mia"].pk): (0, 2)}
        with pytest.raises(SystemExit), translation.override("en"):
            call_command("trace_export", str(path), "--as", "olivia")
        text = capsys.readouterr().out
        assert "somebody mixed lists" in text
        assert "Lin: 8 of 11 rows, 0 canary records" in text
        assert "Mia: 0 of 11 rows, 2 canary records" in text

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_the_page_says_so(
        self, people: SimpleNamespace, lists: dict[str, Export], forged: bytes, language: str
    ) -> None:
        browser = client_of(people.olivia)
        people.olivia.language = language
        people.olivia.save()
        file = SimpleUploadedFile("found.csv", forged)
        page = browser.post(reverse("vault:trace"), {"file": file}).content.decode()
        assert ("somebody mixed lists" if language == "en" else "有人混合了名单") in page
        assert "This sheet came from" not in page
        assert "这份表格出自" not in page
        assert "8 / 11" in page
        assert "0 / 11" in page
        assert "Lin" in page
        assert "Mia" in page

    def test_invented_rows_among_strangers_name_nobody(
        self, people: SimpleNamespace, lists: dict[str, Export]
    ) -> None:
        strangers = [[f"陌生{one}", f"1390000{ord(one):05}"[:11], ""] for one in "甲乙丙丁戊己庚辛"]
        file = io.BytesIO(sheet(split(lists["mia"])[1][:2] + strangers))
        with acting(people.olivia):
            answer = trace(actor=people.olivia, file=file, filename="a.csv")
        assert answer.mixed
        assert [one.export for one in answer.candidates] == [lists["mia"].pk]

    def test_the_whole_lists_one_under_the_other_still_name_both(
        self, people: SimpleNamespace, lists: dict[str, Export]
    ) -> None:
        rows = [row for export in lists.values() for part in split(export) for row in part]
        with acting(people.olivia):
            answer = trace(actor=people.olivia, file=io.BytesIO(sheet(rows)), filename="a.csv")
        assert {one.evidence.export for one in answer.named} == {one.pk for one in lists.values()}
        assert not answer.mixed


E1, E2 = UUID(int=1), UUID(int=2)


def held(first: int, last: int) -> frozenset[int]:
    return frozenset(range(first, last))


def test_rows_that_the_named_export_never_held_show_who_held_them() -> None:
    answer = decide(23, 20, [Evidence(E1, 3, 15, 15, held(0, 15)), Evidence(E2, 0, 30, 30, held(12, 20))], 20)
    assert [one.evidence.export for one in answer.named] == [E1]
    assert [one.export for one in answer.candidates] == [E2]
    assert not answer.mixed


def test_another_export_that_held_more_of_the_sheet_is_a_mixed_sheet() -> None:
    answer = decide(10, 8, [Evidence(E1, 0, 8, 8, held(0, 8)), Evidence(E2, 2, 8, 8, held(0, 5))], 20)
    assert answer.mixed
    assert {one.export for one in answer.candidates} == {E1, E2}


def test_addresses_in_the_forms_of_another_export_are_a_mixed_sheet() -> None:
    answer = decide(
        10,
        8,
        [
            Evidence(E1, 0, 8, 8, held(0, 8), bits=16, agreeing=16),
            Evidence(E2, 2, 8, 8, held(0, 8), bits=16, agreeing=8),
        ],
        20,
    )
    assert answer.mixed


def test_people_destroyed_since_do_not_make_a_sheet_mixed() -> None:
    answer = decide(11, 0, [Evidence(E1, 3, 8, 0)], 20)
    assert [one.evidence.export for one in answer.named] == [E1]
    assert not answer.mixed


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("top", [[], [["甲", "乙", "丙"]]])
def test_a_sheet_without_known_headings_is_parted_all_the_same(mark: str, top: Rows) -> None:
    target = io.StringIO()
    rows = [["张三", "13800138000", "北京市朝阳区建国路1号, 2单元"], ["李四", "13800138001", ""]]
    csv.writer(target, delimiter=mark).writerows([*top, *rows])
    leaked = read_leaked(io.BytesIO(target.getvalue().encode()), "a.csv").rows
    phones = [phone for row in leaked for phone in row.values.get(Field.PHONE, ())]
    assert phones == ["+8613800138000", "+8613800138001"]
