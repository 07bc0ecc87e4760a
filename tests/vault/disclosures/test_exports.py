"""Exports: nothing leaves without a second person, an officer past the marks, and a trace in the log."""

import csv
import io
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from people.approvals.access import to_decide
from people.approvals.models import ApprovalRequest, State, Verdict
from people.approvals.services import NotDecidable, decide
from tests.vault.disclosures.makers import (
    CONTACT,
    WHY,
    approve,
    ask,
    fill,
    made,
    may_not_decide,
    quorum,
    ready,
    taken,
)
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import acting, add, add_many, book_of, let_in
from tests.vault.relations.makers import mandate_of
from vault.disclosures import tasks
from vault.disclosures.building import build
from vault.disclosures.marking import canary_count
from vault.disclosures.models import CanaryToken, Disclosure, Export, ExportState, Recipient
from vault.disclosures.recipients import create_recipient, names_of
from vault.disclosures.services import Wanted, request_export, take_export
from vault.files.store import file_path
from vault.keys import store
from vault.records.drafts import ClientDraft
from vault.records.errors import NotPossible
from vault.records.labels import Field
from vault.records.models import Client, ClientBook, Level
from vault.records.services import create_clients

__all__ = ["crypto_profile"]

pytestmark = pytest.mark.django_db


def sheet(export: Export) -> list[list[str]]:
    return list(csv.reader(io.StringIO(taken(export).decode("utf-8-sig"))))


def test_from_asking_to_the_file(people: SimpleNamespace, book: ClientBook) -> None:
    clients = fill(book, 12)
    export = ready(people, people.lin)
    assert (export.state, export.size, export.delivered) == (ExportState.READY, 12, 12)
    stamp, headings, *rows = sheet(export)
    assert str(export.pk) in stamp[0]
    assert "Lin" in stamp[0]
    assert headings == ["姓名/名称", "手机号", "邮箱", "地址"]
    assert len(rows) == 12 + canary_count(12)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "-"))]
    assert set(Disclosure.objects.values_list("subject_id", flat=True)) == set(clients)
    [entry] = LogEntry.objects.filter(action=Action.CLIENT_EXPORT, object_id=export.pk)
    assert (set(entry.subjects), entry.purpose) == (set(clients), "service")
    assert entry.fields == [field.value for field in CONTACT]


def test_xlsx_has_a_sheet_about_itself_and_a_masked_export_counts_nobody(
    people: SimpleNamespace, book: ClientBook
) -> None:
    fill(book, 5)
    export = ready(people, people.lin, form="xlsx", masked=True)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(taken(export)))
    rows, about = (workbook.get_sheet_by_index(number).to_python() for number in (0, 1))
    assert len(rows) == 1 + 5 + canary_count(5)
    assert all("****" in str(row[1]) for row in rows[1:])
    assert ["接收方", "Lin"] in [row[:2] for row in about]
    assert not Disclosure.objects.exists()
    assert CanaryToken.objects.filter(export=export).exists()


def test_a_formula_in_a_client_is_text_in_the_sheet(people: SimpleNamespace, book: ClientBook) -> None:
    add(book, {"name": "=cmd|' /C calc'!A0甲", "address": "@SUM(1)路"})
    rows = sheet(ready(people, people.lin, fields=(Field.NAME, Field.ADDRESS)))
    assert next(row for row in rows if row[0].startswith("'=cmd"))[1].startswith("'@SUM")


def test_25_bank_accounts_need_an_officer_beside(people: SimpleNamespace, book: ClientBook) -> None:
    ids = fill(book, 30)
    people_only = list(Client.objects.filter(pk__in=ids, kind="person").values_list("pk", flat=True))
    accounts = (Field.NAME, Field.BANK_ACCOUNT)
    assert quorum(ask(people.ming, people.lin, fields=accounts, ids=people_only[:24], purpose="mandate")) == 1
    export = ask(people.ming, people.lin, fields=accounts, ids=people_only[:25], purpose="mandate")
    assert quorum(export) == 2
    request = approve(export, people.lea)
    assert request.state == State.PENDING
    may_not_decide(people.lin, request)
    assert approve(export, people.olivia).state == State.CARRIED_OUT
    export.refresh_from_db()
    assert export.state == ExportState.APPROVED


def test_two_without_an_officer_are_not_enough(people: SimpleNamespace, book: ClientBook) -> None:
    from people.roles.models import RoleCode
    from tests.cast import hold

    hold(people.lin, RoleCode.DEAL_LEAD)
    add(book)
    export = ask(people.ming, people.ming, priced=True)
    assert quorum(export) == 2
    request = approve(export, people.lea)
    may_not_decide(people.lin, request)
    assert approve(export, people.olivia).state == State.CARRIED_OUT


def test_it_is_taken_three_times_and_for_three_days(people: SimpleNamespace, book: ClientBook) -> None:
    add(book)
    export = ready(people, people.lin)
    for _ in range(3):
        taken(export)
    with pytest.raises(Refused):
        taken(export)
    late = ready(people, people.lin)
    Export.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused):
        taken(late)


def test_who_lost_the_book_takes_nothing(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lin)
    add(book)
    export = ask(people.lin, people.ming)
    approve(export, people.lea)
    book.members.filter(user=people.lin).delete()
    build(export.pk)
    export.refresh_from_db()
    assert export.state == ExportState.FAILED


@pytest.mark.django_db(transaction=True)
def test_a_destroyed_client_is_in_no_file(as_worker: None, people: SimpleNamespace, book: ClientBook) -> None:
    gone, closed, kept, later = (
        add(book, {"name": f"客户{n}", "phone": f"+861390013900{n}"}) for n in range(4)
    )
    export = ask(people.ming, people.lin)
    Client.objects.filter(pk=gone.pk).delete()
    Client.objects.filter(pk=closed.pk).update(state="stop_use")
    with acting(people.lea):
        export = made(export, people.lea)
    assert export.delivered == 2
    Client.objects.filter(pk=later.pk).delete()
    with acting(people.ming):
        assert take_export(actor=people.ming, export_id=export.pk) is None
    first_file = export.file_id
    with acting(people.ming):
        build(export.pk)
    export.refresh_from_db()
    phones = {row[1] for row in sheet(export)[2:] if row[1].startswith("139")}
    assert phones == {kept_phone(kept)}
    assert first_file is not None
    assert not file_path(first_file).exists()
    assert [copy.live for copy in store.copies([first_file])] == [False]
    Export.objects.filter(pk=export.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    tasks.tend()
    export.refresh_from_db()
    assert (export.state, export.file_id) == (ExportState.ENDED, None)


def kept_phone(client: Client) -> str:
    return "13900139002" if client else ""


def test_an_entrusted_book_only_for_its_deal(people: SimpleNamespace, book: ClientBook) -> None:
    entrusted = book_of(people.ming, name="受托", deal=uuid4())
    theirs, ours = add(entrusted), add(book)
    with pytest.raises(NotPossible):
        ask(people.ming, people.lin, ids=[theirs.pk], purpose="service")
    mixed = ask(people.ming, people.lin, ids=[theirs.pk, ours.pk], purpose="deal")
    assert (mixed.size, mixed.left_out) == (1, {"unlawful.purpose": 1})
    other = book_of(people.ming, name="另一受托", deal=uuid4())
    with pytest.raises(NotPossible):
        ask(people.ming, people.lin, ids=[theirs.pk, add(other).pk], purpose="deal")


def test_only_what_the_person_may_export(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    with pytest.raises(NotPossible):
        ask(people.lin, people.ming, ids=[client.pk])  # not in the book
    let_in(book, people.lin, Level.READ)
    with pytest.raises(NotPossible):
        ask(people.lin, people.ming, ids=[client.pk])  # may look up only
    with pytest.raises(Refused):
        ask(people.olivia, people.ming, ids=[client.pk])


def test_a_recipient_outside_is_sealed_and_needs_an_agreement_that_holds(
    people: SimpleNamespace, book: ClientBook
) -> None:
    add(book)

    def outside(name: str, until: date | None) -> Recipient:
        with acting(people.ming):
            return create_recipient(
                actor=people.ming,
                name=name,
                kind="adviser",
                agreement="entrustment",
                agreed_on=timezone.localdate() - timedelta(days=9),
                agreed_until=until,
                abroad=False,
            )

    good, over = (
        outside("诚信会计师事务所", None),
        outside("旧顾问", timezone.localdate() - timedelta(days=1)),
    )
    raw = bytes(Recipient.objects.filter(pk=good.pk).values_list("key_id", flat=True)[0].to_bytes(8, "big"))
    assert raw
    wanted = {"purpose": "service", "fields": CONTACT, "format": "csv", "masked": False, "priced": False}
    with acting(people.ming):
        with pytest.raises(NotPossible):
            request_export(actor=people.ming, wanted=Wanted(**wanted, outsider=over), reason=WHY)  # type: ignore[arg-type]
        export = request_export(actor=people.ming, wanted=Wanted(**wanted, outsider=good), reason=WHY)  # type: ignore[arg-type]
        assert names_of([Recipient.objects.get(pk=good.pk)]) == {good.pk: "诚信会计师事务所"}
    assert "诚信会计师事务所" in sheet(made(export, people.lea))[0][0]


def test_giving_to_a_third_party_needs_the_separate_consent_and_is_alerted(
    people: SimpleNamespace, book: ClientBook
) -> None:
    """PIPL 23: an agreement on providing data is not yet the client's word, nor is their mandate."""
    client = add(book)
    mandate_of(client)
    with acting(people.ming):
        outsider = create_recipient(
            actor=people.ming,
            name="诚信会计师事务所",
            kind="adviser",
            agreement="provision",
            agreed_on=timezone.localdate(),
            agreed_until=None,
            abroad=False,
        )
        wanted = Wanted(
            purpose="service", fields=CONTACT, format="csv", masked=False, priced=False, outsider=outsider
        )
        with pytest.raises(NotPossible):
            request_export(actor=people.ming, wanted=wanted, reason=WHY)
    assert not Export.objects.exists()
    assert LogEntry.objects.filter(subjects__contains=[client.pk], result="refused").exists()


def test_the_cost_of_a_download_does_not_grow_by_client(
    people: SimpleNamespace, book: ClientBook, django_assert_max_num_queries: object
) -> None:
    add_many(book, 60)
    export = ready(people, people.lin, fields=(Field.NAME, Field.PHONE))
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        taken(export)


@pytest.mark.django_db(transaction=True)
def test_as_many_others_are_not_the_people_of_the_file(
    as_worker: None, people: SimpleNamespace, book: ClientBook
) -> None:
    """One comes back while another goes: the file still holds the one who went."""
    stays, gone, back = (add(book, {"name": f"客户{n}", "phone": f"+861390013900{n}"}) for n in range(3))
    export = ask(people.ming, people.lin)
    Client.objects.filter(pk=back.pk).update(state="stop_use")
    with acting(people.lea):
        export = made(export, people.lea)
    assert export.delivered == 2
    Client.objects.filter(pk=back.pk).update(state="active")
    Client.objects.filter(pk=gone.pk).update(state="stop_use")
    with acting(people.ming):
        assert take_export(actor=people.ming, export_id=export.pk) is None
        build(export.pk)
    export.refresh_from_db()
    phones = {row[1] for row in sheet(export)[2:] if row[1].startswith("139")}
    assert phones == {"13900139000", "13900139002"}
    named = LogEntry.objects.filter(action=Action.CLIENT_EXPORT, object_id=export.pk).latest("at").subjects
    assert set(named) == {stays.pk, back.pk}


@pytest.mark.parametrize(
    ("facets", "why"),
    [({"use": "marketing"}, "purpose_not_of_use"), ({"origin": "external"}, "needs_source")],
)
def test_what_no_reveal_would_show_is_in_no_export(
    people: SimpleNamespace, book: ClientBook, facets: dict[str, str], why: str
) -> None:
    add(book, {"name": "张三", "phone": "+8613900139000"})
    other = ClientDraft("person", {"name": "李四", "phone": "+8613900139001"}, **facets)  # type: ignore[arg-type]
    with acting(people.ming):
        create_clients(actor=people.ming, book_id=book.pk, drafts=[other])
    export = ask(people.ming, people.lin)
    assert (export.size, export.left_out) == (1, {why: 1})


def test_whoever_is_to_get_the_list_does_not_agree_to_it(people: SimpleNamespace, book: ClientBook) -> None:
    fill(book, 3)
    export = ask(people.ming, people.lea)
    request = ApprovalRequest.objects.get(pk=export.approval_id)
    with acting(people.lea):
        assert request not in to_decide(people.lea)
        with pytest.raises(NotDecidable):
            decide(actor=people.lea, request=request, verdict=Verdict.APPROVE, reason="好")
