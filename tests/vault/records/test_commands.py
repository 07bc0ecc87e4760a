"""manage.py import_clients and search_clients: the same gates as in the browser, and masks only."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from audit.actions import Action
from audit.models import LogEntry
from tests.vault.records.makers import add, book_of
from vault.records.importing.models import ImportJob
from vault.records.models import Client, ClientBook


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "名单.csv"
    path.write_text("姓名,手机\n王五,13800138000\n赵六,12\n", encoding="utf-8")
    return path


def imported(sheet: Path, book: ClientBook, person: str) -> dict[str, object]:
    out = io.StringIO()
    call_command("import_clients", str(sheet), "--book", str(book.pk), "--as", person, "--json", stdout=out)
    result: dict[str, object] = json.loads(out.getvalue())
    return result


@pytest.mark.django_db(transaction=True)
def test_import_then_search(
    people: SimpleNamespace, book: ClientBook, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = imported(sheet, book, "ming")
    assert {name: result[name] for name in ("state", "added", "present", "bad")} == {
        "state": "done",
        "added": 1,
        "present": 0,
        "bad": 1,
    }
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO("138 0013 8000\n"))
    call_command("search_clients", "--as", "ming", "--json", stdout=out)
    [found] = json.loads(out.getvalue())["clients"]
    assert (found["name"], found["phone"]) == ("王*", "138****8000")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("person", ["lin", "ada", "olivia"])
def test_only_who_may_import_there(
    people: SimpleNamespace, book: ClientBook, sheet: Path, person: str
) -> None:
    with pytest.raises(CommandError):
        imported(sheet, book, person)
    assert not Client.objects.exists()
    assert not ImportJob.objects.exists()
    user = getattr(people, person)
    assert LogEntry.objects.filter(action=Action.CLIENT_IMPORT, actor=user.pk, result="refused").exists()


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_imported_is_said(people: SimpleNamespace, book: ClientBook, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    for path in (empty, tmp_path / "missing.csv"):
        with pytest.raises(CommandError):
            imported(path, book, "ming")
    with pytest.raises(CommandError):
        imported(empty, book, "nobody")


@pytest.mark.django_db
@pytest.mark.parametrize("person", ["ada", "olivia", "bo"])
def test_search_needs_the_permission(
    people: SimpleNamespace, book: ClientBook, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(book)
    monkeypatch.setattr("sys.stdin", io.StringIO("13800138000\n"))
    with pytest.raises(CommandError):
        call_command("search_clients", "--as", person)


@pytest.mark.django_db(transaction=True)
def test_a_login_that_may_not_destroy_leaves_it_to_the_worker(people: SimpleNamespace, sheet: Path) -> None:
    imported(sheet, book_of(people.ming), "ming")
    assert ImportJob.objects.get().file_id is not None
