"""No list without a source on record (DSL 33); a bought one waits for an officer."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import decide, open_preview
from tests.cast import client_of
from tests.vault.records.makers import acting, book_of
from tests.vault.records.uploads import source_of, start, upload
from vault.purposes.codes import SourceKind
from vault.purposes.sources.models import ListSource
from vault.purposes.sources.services import require_source
from vault.records.errors import NotPossible
from vault.records.importing.models import ImportJob
from vault.records.models import Client, ClientBook

pytestmark = pytest.mark.django_db

LIST = "姓名,手机\n王五,13800138000\n"
FORM = {"kind": "own", "given_by": "前台小王", "collected_on": "2026-01-05", "told": "notice"}


def test_no_list_without_a_source(people: SimpleNamespace, book: ClientBook) -> None:
    with pytest.raises(NotPossible):
        require_source(book, None)
    with acting(people.ming):
        job = upload(book, LIST)
        ImportJob.objects.filter(pk=job.pk).update(source=None)
        with pytest.raises(NotPossible):
            start(job)


def test_another_books_source_is_none(people: SimpleNamespace, book: ClientBook) -> None:
    other = book_of(people.ming, name="另一本")
    with acting(people.ming):
        foreign = source_of(other)
        with pytest.raises(NotPossible):
            require_source(book, foreign.pk)


def test_a_bought_list_waits_for_an_officer(people: SimpleNamespace, book: ClientBook) -> None:
    with acting(people.ming):
        source = source_of(book, kind=SourceKind.PURCHASED)
        with pytest.raises(NotPossible):
            require_source(book, source.pk)
    with pytest.raises(Error), transaction.atomic():
        ListSource.objects.filter(pk=source.pk).update(usable=True)
    request = ApprovalRequest.objects.get(pk=source.approval_id)
    with acting(people.olivia):
        open_preview(actor=people.olivia, request=request)
        decide(actor=people.olivia, request=request, verdict=Verdict.APPROVE, reason="合同与来源已核对。")
    assert require_source(book, source.pk).usable
    assert LogEntry.objects.filter(action=Action.SOURCE_APPROVE, object_id=source.pk).exists()


def test_a_bought_list_is_not_born_usable(people: SimpleNamespace, book: ClientBook) -> None:
    with acting(people.ming):
        source = source_of(book, kind=SourceKind.PURCHASED)
    for change, named in (
        ({"usable": True}, "source_bought_is_approved"),
        ({"kind": "own"}, "source_usable_unless_bought"),
        ({"kind": "entrusted", "usable": True}, "source_fits_holding"),
        ({"kind": "entrusted", "holding": "entrusted", "usable": True}, "source_of_the_books_holding"),
        ({"approval_id": None}, "source_bought_is_put_to_an_officer"),
        ({"origin": None}, "source_names_its_giver"),
        ({"told": "maybe"}, "source_told_known"),
    ):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            _again(source, change)
        assert refused.value.__cause__.diag.constraint_name == named  # type: ignore[union-attr]


def _again(source: ListSource, change: dict[str, object]) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "create temporary table t on commit drop as select * from vault_listsource where id = %s",
            [source.pk],
        )
        values = {"approval_id": uuid4(), "key_id": source.key_id + 1} | change
        names = ", ".join(f"{name} = %s" for name in values)
        cursor.execute(f"update t set id = gen_random_uuid(), {names}", list(values.values()))
        cursor.execute("insert into vault_listsource select * from t")
        cursor.execute("set constraints all immediate")


def test_what_was_recorded_stays(people: SimpleNamespace, book: ClientBook) -> None:
    with acting(people.ming):
        source_of(book)
    for attack in (
        lambda: ListSource.objects.update(told="public"),
        lambda: ListSource.objects.all().delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()


def test_the_form_leads_on_to_the_upload_and_seals_who_gave_it(
    people: SimpleNamespace, book: ClientBook
) -> None:
    browser = client_of(people.ming)
    answer = browser.post(reverse("vault:source_add", args=[book.pk]), FORM)
    source = ListSource.objects.get()
    assert answer["Location"] == reverse("vault:import_upload", args=[book.pk]) + f"?source={source.pk}"
    assert f'value="{source.pk}" selected' in browser.get(answer["Location"]).content.decode()
    with connections["default"].cursor() as cursor:
        cursor.execute("select origin from vault_listsource")
        assert "前台".encode() not in bytes(cursor.fetchone()[0])
    assert "前台小王" not in browser.get(reverse("vault:book", args=[book.pk])).content.decode()
    address = reverse("vault:source", args=[source.pk])
    assert "前台小王" in browser.get(address).content.decode()
    assert LogEntry.objects.filter(action=Action.SOURCE_OPEN, object_id=source.pk).exists()
    assert client_of(people.lin).get(address).status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "entrusted"},
        {"kind": ""},
        {"given_by": ""},
        {"told": ""},
        {"collected_on": (timezone.localdate() + timedelta(days=2)).isoformat()},
        {"collected_on": "gestern"},
    ],
)
def test_a_source_without_its_facts_is_said(
    people: SimpleNamespace, book: ClientBook, change: dict[str, str]
) -> None:
    answer = client_of(people.ming).post(reverse("vault:source_add", args=[book.pk]), FORM | change)
    assert answer.status_code == 422
    assert not ListSource.objects.exists()


def test_the_command_records_a_source_and_stops_at_a_bought_list(
    people: SimpleNamespace, book: ClientBook, tmp_path: Path
) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(LIST, encoding="utf-8")
    options = {"book": book.pk, "person": "ming", "stdout": StringIO()}
    with pytest.raises(CommandError):
        call_command("import_clients", path, **options, source_kind="purchased")
    assert not Client.objects.exists()
    assert ListSource.objects.get().kind == SourceKind.PURCHASED
