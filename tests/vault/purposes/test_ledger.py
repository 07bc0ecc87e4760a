"""The ledger: every word stays, proved and sealed, until its client's key is destroyed."""

from types import SimpleNamespace

import psycopg2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, IntegrityError, connection, transaction
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from people.uploads import LIMIT
from tests.cast import client_of
from tests.vault.profiles import crypto_profile
from tests.vault.purposes.makers import MARKETING, PROVING, said, told_book
from tests.vault.records.makers import add, let_in
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.bases.models import BookBasis
from vault.purposes.consents.ledger import words_of
from vault.purposes.consents.models import ConsentEvent
from vault.records.models import ClientBook, Level

__all__ = ["crypto_profile"]

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("login", ["web", "owner"])
def test_a_ledger_row_cannot_be_changed_or_deleted(
    people: SimpleNamespace, book: ClientBook, login: str, request: pytest.FixtureRequest
) -> None:
    told_book(people.olivia, book)
    event = said(add(book))
    connection = request.getfixturevalue(login)
    attacks = (
        "update vault_consentevent set given = not given",
        "update vault_consentevent set at = at - interval '1 day'",
        "delete from vault_consentevent",
        "delete from vault_client",
        "truncate vault_consentevent",
        "truncate vault_consentevent cascade",
        "update vault_noticedelivery set channel = 'link', recorded_by_id = null",
        "delete from vault_noticedelivery",
        "update vault_notice set content = '{}'",
        "delete from vault_notice",
    )
    for attack in attacks:
        with connection.cursor() as cursor, pytest.raises(psycopg2.Error):
            cursor.execute(attack)
    assert ConsentEvent.objects.filter(pk=event.pk, given=True).exists()


def test_the_orm_gets_no_further(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book)
    event = said(add(book))
    for attack in (
        lambda: ConsentEvent.objects.update(given=False),
        lambda: ConsentEvent.objects.all().delete(),
        event.client.delete,
        event.delete,
    ):
        with pytest.raises(Error), transaction.atomic():
            attack()
    assert ConsentEvent.objects.count() == 1


def raw(event: ConsentEvent, **change: object) -> None:
    """The row once more, with a change, as SQL: no service and no model checks it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "create temporary table t on commit drop as select * from vault_consentevent where id = %s",
            [event.pk],
        )
        names = ", ".join(f"{name} = %s" for name in change)
        cursor.execute(f"update t set id = gen_random_uuid(), {names}", list(change.values()))
        cursor.execute("insert into vault_consentevent select * from t")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"purpose": "spam"}, "consent_purpose_known"),
        ({"scope": "all", "form": "separate"}, "consent_scope_known"),
        ({"form": "nod"}, "consent_form_known"),
        ({"scope": "share", "form": "separate"}, "consent_to_sharing_names_the_recipient"),
        ({"recipient": "partner"}, "consent_to_sharing_names_the_recipient"),
        ({"scope": "overseas"}, "consent_beyond_use_is_separate"),
        ({"channel": "link"}, "consent_recorded_by_someone_unless_by_link"),
        ({"recorded_by_id": None}, "consent_recorded_by_someone_unless_by_link"),
        ({"notice_id": None, "notice_version": 0}, "consent_is_to_a_notice"),
        ({"notice_version": 9}, "consent_to_own_notice"),
        ({"purpose": "deal"}, "consent_of_the_principal_for_the_deal_alone"),
        ({"proof": None}, "consent_proof_is_there"),
        ({"proof": None, "has_proof": False}, "consent_is_proved"),
    ],
)
def test_the_database_refuses(
    people: SimpleNamespace, book: ClientBook, change: dict[str, object], named: str
) -> None:
    told_book(people.olivia, book)
    event = said(add(book))
    with pytest.raises(IntegrityError) as refused:
        raw(event, **change)
    assert refused.value.__cause__.diag.constraint_name == named  # type: ignore[union-attr]


def test_nobody_back_dates_a_word(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book)
    event = said(add(book))
    raw(event, at="2020-01-01", given=False)
    [word] = words_of([event.client_id])[event.client_id].values()
    assert not word.given
    assert word.at.year > 2020


def test_the_proof_is_sealed_and_opens_for_its_readers_alone(
    people: SimpleNamespace, book: ClientBook
) -> None:
    told_book(people.olivia, book)
    client = add(book)
    browser = client_of(people.ming)
    script = "<script>alert('同意')</script>"
    answer = browser.post(
        reverse("vault:consent_give", args=[client.pk, MARKETING]),
        {"channel": "paper", "form": "written", "words": script, "file": SimpleUploadedFile("张三.png", PNG)},
    )
    assert answer.status_code == 302
    event = ConsentEvent.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("select proof from vault_consentevent")
        sealed = bytes(cursor.fetchone()[0])
    assert "同意".encode() not in sealed
    asked = browser.get(reverse("vault:consent_proof", args=[event.pk])).content.decode()
    assert "同意" not in asked
    page = browser.post(reverse("vault:consent_proof", args=[event.pk]), PROVING).content.decode()
    assert "&lt;script&gt;alert(" in page
    assert "<script>alert" not in page
    saved = browser.post(reverse("vault:consent_proof_file", args=[event.pk]), PROVING)
    assert saved.content == PNG
    assert "张三" not in saved["Content-Disposition"]
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["X-Content-Type-Options"] == "nosniff"
    entries = LogEntry.objects.filter(action=Action.CONSENT_PROOF, object_id=event.pk)
    assert [entry.subjects for entry in entries] == [[client.pk]] * 2
    for stranger in (people.lin, people.olivia, people.ada):
        answer = client_of(stranger).post(reverse("vault:consent_proof", args=[event.pk]), PROVING)
        assert answer.status_code == 404


def test_a_proof_opens_for_the_duty_to_prove_and_not_for_what_was_consented_to(
    people: SimpleNamespace, book: ClientBook
) -> None:
    told_book(people.olivia, book)
    client = add(book)
    event = said(client)
    said(client, given=False)
    browser = client_of(people.ming)
    address = reverse("vault:consent_proof", args=[event.pk])
    assert browser.post(address, PROVING).status_code == 200  # a consent withdrawn is still to be proved
    entry = LogEntry.objects.get(action=Action.CONSENT_PROOF, object_id=event.pk)
    assert entry.purpose == "legal_duty"
    BookBasis.objects.filter(book=book, purpose="legal_duty").update(on=False)
    for name in ("consent_proof", "consent_proof_file"):
        refused = browser.post(reverse(f"vault:{name}", args=[event.pk]), PROVING, follow=True)
        assert "This purpose is switched off in this book." in refused.content.decode()
    assert LogEntry.objects.filter(action=Action.CONSENT_PROOF, object_id=event.pk).count() == 1
    alerts = PurposeAlert.objects.using("audit").filter(book=book.pk)
    assert [(one.purpose, one.reason) for one in alerts] == [("legal_duty", "unlawful.off")] * 2


@pytest.mark.parametrize(
    "file", [b"<html><script>alert(1)</script>", b"\x89PNG\r\n\x1a\n" + b"0" * LIMIT, b"GIF89a"]
)
def test_a_proof_of_another_kind_or_too_large_is_said(
    people: SimpleNamespace, book: ClientBook, file: bytes
) -> None:
    told_book(people.olivia, book)
    client = add(book)
    data = {"channel": "paper", "form": "general", "file": SimpleUploadedFile("proof.png", file)}
    answer = client_of(people.ming).post(reverse("vault:consent_give", args=[client.pk, MARKETING]), data)
    assert answer.status_code == 422
    assert not ConsentEvent.objects.exists()


def test_a_proof_from_another_site_is_refused(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book)
    client = add(book)
    browser = client_of(people.ming)
    browser.handler.enforce_csrf_checks = True
    data = {"channel": "paper", "form": "general", "words": "口头"}
    assert browser.post(reverse("vault:consent_give", args=[client.pk, MARKETING]), data).status_code == 403
    assert not ConsentEvent.objects.exists()


def test_giving_and_withdrawing_take_staff_the_same_steps(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book)
    client = add(book)
    browser = client_of(people.ming)
    record = reverse("vault:client", args=[client.pk])
    fields = []
    for name, given in (("vault:consent_give", True), ("vault:consent_withdraw", False)):
        address = reverse(name, args=[client.pk, MARKETING])
        assert address in browser.get(record).content.decode()  # one link on the client's page
        form = browser.get(address).context["form"]
        fields.append([(field.name, field.field.required) for field in form])
        data = {"channel": "phone", "form": "general", "words": "来电录音编号七"}
        assert browser.post(address, data)["Location"] == record  # and one form
        assert ConsentEvent.objects.latest("at").given is given
    assert fields[0] == fields[1]


def test_a_reader_of_the_book_records_nothing(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book)
    client = add(book)
    let_in(book, people.lin, Level.READ)
    address = reverse("vault:consent_give", args=[client.pk, MARKETING])
    data = {"channel": "phone", "form": "general", "words": "口头"}
    assert client_of(people.lin).post(address, data).status_code == 404
    assert not ConsentEvent.objects.exists()


def test_what_is_not_asked_for_is_not_there(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book)
    client = add(book)
    for code in ("marketing.share.partner", "service.use", "nonsense", "marketing"):
        for name in ("vault:consent_give", "vault:consent_withdraw"):
            answer = client_of(people.ming).get(reverse(name, args=[client.pk, code]))
            assert answer.status_code == 404, code


def test_the_ledger_page_filters_and_names_nobody(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book)
    client = add(book)
    said(client)
    said(client, given=False)
    officer = client_of(people.olivia)
    page = officer.get(reverse("vault:ledger")).content.decode()
    assert page.count(str(client.pk)) >= 2
    assert "张" not in page
    assert "档案柜" not in page
    given = officer.get(reverse("vault:ledger"), {"given": "yes"})
    assert len(given.context["page"].rows) == 1
    assert LogEntry.objects.filter(action=Action.CONSENT_LIST, actor=people.olivia.pk).count() == 2
