"""Drawing up, signing, ending and renewing; and what others, frozen books and bad input meet."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.actions import Action, Result
from audit.models import LogEntry
from audit.refusals import Refused
from people.uploads import LIMIT
from tests.cast import client_of
from tests.people.helpers import confirm_identity
from tests.vault.custody.freezing.making import frozen
from tests.vault.records.makers import acting, add, book_of, let_in
from tests.vault.relations.makers import draft_of, in_days, mandate_of, past_mandate, person_in
from vault.formats.checked import FormatError
from vault.keys.errors import KeyWithheld
from vault.purposes.catalogue import Reason
from vault.purposes.codes import Unlawful
from vault.purposes.lawfulness import NotLawful
from vault.purposes.uploads import Proof
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook, ClientState, Level
from vault.relations.mandates.due import ended, ending
from vault.relations.mandates.models import Keep, Mandate, Why
from vault.relations.mandates.reading import open_document, open_terms, terms_of
from vault.relations.mandates.services import (
    Terms,
    discard,
    draw_up,
    end_early,
    keep_data,
    put_in_force,
)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 signed"


def sign(draft: Mandate, **more: Any) -> Mandate:
    lead = draft.client.book.lead
    with acting(lead):
        return put_in_force(actor=lead, mandate_id=draft.pk, **{"signed_on": in_days(0)} | more)


def test_each_step_is_logged_with_codes_alone(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    made = mandate_of(client, fee="成交价的百分之三", document=Proof("", "application/pdf", "JVBERi0="))
    with acting(people.ming):
        end_early(actor=people.ming, mandate_id=made.pk, why=Why.AGREED)
        keep_data(actor=people.ming, mandate_id=made.pk, keep=Keep.OPEN)
        discarded = draft_of(client)
        discard(actor=people.ming, mandate_id=discarded.pk)
    told = LogEntry.objects.filter(action__startswith="mandate.", subjects=[client.pk]).order_by("pk")
    codes = [[code for code in one.fields if not code.startswith("row.ma.")] for one in told]
    assert [(one.action, one.reason, fields) for one, fields in zip(told, codes, strict=True)] == [
        ("mandate.draw", "", ["mandate.sell"]),
        ("mandate.sign", "", ["mandate.sell", "mandate.document"]),
        ("mandate.end", "mandate.agreed", ["mandate.sell"]),
        ("mandate.keep", "keep.open", []),
        ("mandate.draw", "", ["mandate.sell"]),
        ("mandate.discard", "", []),
    ]


def test_what_was_agreed_is_sealed_and_opens_for_a_purpose(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    made = mandate_of(client, fee="百分之三", remarks="只谈周末")
    stored = bytes(Mandate.objects.get(pk=made.pk).terms)
    assert not any(text.encode() in stored for text in ("转让", "百分之三", "只谈周末"))
    with acting(people.ming):
        opened = open_terms(
            actor=people.ming, mandate_id=made.pk, purpose="mandate", reason=Reason.VERIFY, confirmed=True
        )
    assert (opened.fee, opened.subject, opened.remarks) == ("百分之三", "转让深圳某公司全部股权", "只谈周末")
    [entry] = LogEntry.objects.filter(action=Action.CLIENT_REVEAL, object_id=client.pk)
    assert entry.fields == ["mandate.terms"]


def test_a_renewal_takes_the_words_along_unseen(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    before = past_mandate(client, fee="百分之三", remarks="只谈周末")
    browser = client_of(people.ming)
    address = reverse("vault:mandate_renew", args=[before.pk])
    page = browser.get(address).content.decode()
    assert "百分之三" not in page
    assert f'value="{in_days(0)}"' in page
    form = {"kind": "sell", "begins_on": in_days(0), "ends_on": in_days(199), "remarks": "随时"}
    assert browser.post(address, form).status_code == 302
    with acting(people.ming):
        sign(Mandate.objects.get(state="draft"))
        opened = open_terms(
            actor=people.ming,
            mandate_id=Mandate.objects.latest("pk").pk,
            purpose="mandate",
            reason=Reason.VERIFY,
            confirmed=True,
        )
    assert (opened.fee, opened.subject, opened.remarks) == ("百分之三", "转让", "随时")
    other = person_in(book)
    with acting(people.ming), pytest.raises(NotPossible):  # nobody's words move to somebody else
        draw_up(
            actor=people.ming,
            client_id=other.pk,
            terms=Terms(kind="sell", exclusive=False, begins_on=in_days(0), ends_on=in_days(9)),
            renews=before.pk,
        )


def test_bad_days_and_words_change_nothing(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    for days in ({"first": 9, "last": 2}, {"first": 3, "last": 3}, {"first": -9, "last": -1}, {"last": 9999}):
        with pytest.raises(NotPossible):
            draft_of(client, **days)
    for words in ({"subject": "长" * 5000}, {"fee": "3\x07%"}):
        with pytest.raises(FormatError):
            draft_of(client, **words)
    with pytest.raises(NotPossible):
        draft_of(client, subject="")
    assert not Mandate.objects.exists()
    draft = draft_of(client, last=20)
    for bad in (1, 9):
        with pytest.raises(NotPossible):
            sign(draft, signed_on=in_days(bad))
    address = reverse("vault:mandate_add", args=[client.pk])
    form = {"kind": "sell", "begins_on": in_days(9), "ends_on": in_days(2), "subject": "长" * 5000}
    answer = client_of(people.ming).post(address, form)
    assert answer.status_code == 422
    assert "The last day lies after the first." in answer.content.decode()
    assert Mandate.objects.count() == 1


def test_signed_late_it_is_in_force_from_then_and_only_once(book: ClientBook) -> None:
    draft = draft_of(add(book), first=-10, last=20)
    assert sign(draft).begins_on == in_days(0)
    with pytest.raises(NotPossible):
        sign(draft)


def test_a_wrong_file_is_refused_and_a_right_one_comes_back(
    people: SimpleNamespace, book: ClientBook
) -> None:
    draft = draft_of(add(book, visibility="semi_public"))  # private: a second person too
    browser, address = client_of(people.ming), reverse("vault:mandate_sign", args=[draft.pk])
    for data in (b"MZ\x90 no document", b"%PDF-" + b"x" * LIMIT):
        file = SimpleUploadedFile("委托协议.pdf", data, "application/pdf")
        assert browser.post(address, {"signed_on": in_days(0), "file": file}).status_code == 422
    assert Mandate.objects.get().state == "draft"
    file = SimpleUploadedFile("委托协议.pdf", PDF, "application/pdf")
    assert browser.post(address, {"signed_on": in_days(0), "file": file}).status_code == 302
    made = Mandate.objects.get()
    assert PDF not in bytes(made.document)
    confirm_identity(browser)
    why = {"MANDATE-purpose": "mandate", "MANDATE-reason": "verify"}
    saved = browser.post(reverse("vault:mandate_document", args=[made.pk]), why)
    assert (saved.status_code, saved.content) == (200, PDF)
    assert "attachment" in saved["Content-Disposition"]


def test_nobody_else_gets_to_it(people: SimpleNamespace, book: ClientBook) -> None:
    """Lin is not in the book; Lea may only read it; Olivia has no clients of her own."""
    let_in(book, people.lea, Level.READ)
    made = mandate_of(add(book))
    for other in (people.lin, people.lea, people.olivia, people.ada):
        with acting(other):
            for attempt in (
                lambda who: end_early(actor=who, mandate_id=made.pk, why=Why.DONE),
                lambda who: put_in_force(actor=who, mandate_id=made.pk, signed_on=in_days(0)),
                lambda who: discard(actor=who, mandate_id=made.pk),
                lambda who: keep_data(actor=who, mandate_id=made.pk, keep=Keep.DUTY),
            ):
                with pytest.raises(Refused):
                    attempt(other)
    made.refresh_from_db()
    assert (made.state, made.kept) == ("signed", "")
    page = client_of(people.lin).post(reverse("vault:mandate_end", args=[made.pk]), {"why": Why.DONE})
    assert page.status_code == 404
    assert LogEntry.objects.using("audit").filter(object_id=made.pk, result=Result.REFUSED).exists()


def test_entrusted_stored_and_frozen_clients_get_none(people: SimpleNamespace, book: ClientBook) -> None:
    with pytest.raises(NotPossible):
        draft_of(add(book_of(people.lea, deal=people.lea.pk)))
    stored = add(book)
    draft = draft_of(stored)
    Client.objects.filter(pk=stored.pk).update(state=ClientState.STOP_USE)
    with pytest.raises(Refused):
        sign(draft)
    client = person_in(book)
    running, waiting = mandate_of(client), draft_of(client)
    frozen(book, people.olivia)
    for attempt in (
        lambda: sign(waiting),
        lambda: draft_of(client),
        lambda: end_early(actor=people.ming, mandate_id=running.pk, why=Why.DONE),
        lambda: discard(actor=people.ming, mandate_id=waiting.pk),
    ):
        with acting(people.ming), pytest.raises(KeyWithheld):
            attempt()
    assert Mandate.objects.get(pk=running.pk).state == "signed"


def test_the_day_names_what_ends_and_asks_what_becomes_of_the_data(
    people: SimpleNamespace, book: ClientBook
) -> None:
    soon, over, later = (person_in(book) for _ in range(3))
    mandate_of(later, last=31)
    closing, gone = mandate_of(soon, last=30), past_mandate(over)
    past_mandate(over, first=-400, last=-300, kind="buy")  # asked once a client, of the last one
    browser = client_of(people.ming)
    day = browser.get("/").content.decode()
    assert "Mandates ending within 30 days" in day
    assert "what becomes of the data?" in day
    assert (list(ending(people.ming)), list(ended(people.ming))) == ([closing], [gone])
    assert (list(ending(people.lin)), list(ended(people.lea))) == ([], [])
    page = browser.get(reverse("vault:mandates") + "?view=ended").content.decode()
    for name, thing in (("mandate_renew", gone), ("compliance:retention_end", over)):
        assert reverse(name if ":" in name else f"vault:{name}", args=[thing.pk]) in page
    mandate_of(soon, first=31, last=200)  # renewed: the end of the first asks nothing any more
    answer = browser.post(reverse("vault:mandate_keep", args=[gone.pk]), {"keep": "keep.duty"})
    assert answer.status_code == 302
    assert (list(ending(people.ming)), list(ended(people.ming))) == ([], [])
    with acting(people.ming), pytest.raises(NotPossible):
        keep_data(actor=people.ming, mandate_id=closing.pk, keep=Keep.DUTY)


def test_the_clients_page_says_what_to_do_next(people: SimpleNamespace, book: ClientBook) -> None:
    client, browser = add(book), client_of(people.ming)
    tab = reverse("vault:client_mandates", args=[client.pk])
    for address in (tab, reverse("vault:client", args=[client.pk])):
        assert reverse("vault:mandate_add", args=[client.pk]) in browser.get(address).content.decode()
    past_mandate(client, first=-100, last=-40)
    made = mandate_of(client, last=10)
    page = browser.get(tab).content.decode()
    assert "Ends in 10 days" in page
    assert "转让" not in page
    assert reverse("vault:mandate_end", args=[made.pk]) in page
    shown = terms_of(client)
    assert shown is not None
    assert all(0 <= line.x <= line.x + line.width <= shown.wide for line in shown.lines)


def test_a_mandate_of_a_far_day_neither_keeps_data_for_ever_nor_breaks_pages(
    people: SimpleNamespace, book: ClientBook
) -> None:
    """Signed for the year 9999, it would bind, keep its client from every end, and have no day beyond it."""
    client = add(book)
    form = {"kind": "sell", "begins_on": "9999-12-01", "ends_on": "9999-12-30", "subject": "转让"}
    answer = client_of(people.ming).post(reverse("vault:mandate_add", args=[client.pk]), form)
    assert answer.status_code == 422
    assert "A mandate begins within a year." in answer.content.decode()
    assert not Mandate.objects.exists()
    assert client_of(people.ming).get(reverse("vault:client_mandates", args=[client.pk])).status_code == 200


def test_a_signed_document_opens_where_the_id_number_is_needed(
    people: SimpleNamespace, book: ClientBook
) -> None:
    """It names the person as an ID number does: a purpose that needs names alone opens none."""
    client = add(book, visibility="semi_public")
    made = mandate_of(client, document=Proof("", "application/pdf", "JVBERi0="))
    told = {"mandate_id": made.pk, "reason": Reason.VERIFY, "confirmed": True}
    with acting(people.ming):
        with pytest.raises(NotLawful) as refused:
            open_document(actor=people.ming, purpose="service", **told)
        assert refused.value.reason is Unlawful.NOT_NEEDED
        assert open_document(actor=people.ming, purpose="mandate", **told)[1] == b"%PDF-"
    entry = LogEntry.objects.get(subjects=[client.pk], action=Action.CLIENT_REVEAL, result=Result.DONE)
    assert entry.fields == ["mandate.document", "id_number"]
