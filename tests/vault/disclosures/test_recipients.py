"""Who may still be given an export: asked when it is wanted, approved, made and taken."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from audit.models import LogEntry
from people.accounts.models import User
from people.approvals.models import State
from tests.cast import client_of, send
from tests.vault.disclosures.makers import CONTACT, WHY, approve, ask, ready, taken
from tests.vault.purposes.makers import said, told_book
from tests.vault.records.makers import acting, add
from vault.disclosures.building import exportable
from vault.disclosures.models import Recipient
from vault.disclosures.recipients import create_recipient, recipient_words, still_receives
from vault.disclosures.services import Wanted, request_export, take_export
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.catalogue import Basis, Purpose
from vault.purposes.codes import Unlawful
from vault.records.errors import NotPossible
from vault.records.models import ClientBook

pytestmark = pytest.mark.django_db


def test_an_administrator_gets_no_list(people: SimpleNamespace, book: ClientBook) -> None:
    add(book)
    with pytest.raises(NotPossible):
        ask(people.ming, people.ada)


def test_who_left_or_whose_agreement_ended_gets_nothing_that_was_approved_before(
    people: SimpleNamespace, book: ClientBook
) -> None:
    add(book)
    waiting, done = ask(people.ming, people.lin), ready(people, people.lin)
    taken(done)
    User.objects.filter(pk=people.lin.pk).update(is_active=False, disabled_at=timezone.now())
    with acting(people.ming):
        assert take_export(actor=people.ming, export_id=done.pk) is None
    assert exportable(done) == []
    assert approve(waiting, people.lea).state == State.VOID


def test_an_ended_agreement_stops_what_was_approved(people: SimpleNamespace, book: ClientBook) -> None:
    add(book)
    export = ready(people, people.lin)
    with acting(people.ming):
        outsider = create_recipient(
            actor=people.ming,
            name="诚信会计师事务所",
            kind="adviser",
            agreement="entrustment",
            agreed_on=timezone.localdate() - timedelta(days=2),
            agreed_until=timezone.localdate(),
            abroad=False,
        )
    export.colleague, export.outsider = None, outsider
    assert still_receives(export)
    Recipient.objects.filter(pk=outsider.pk).update(agreed_until=timezone.localdate() - timedelta(days=1))
    assert not still_receives(export)
    assert exportable(export) == []


def test_attack_whoever_reads_another_language_ends_an_export_by_looking_at_it(
    people: SimpleNamespace, book: ClientBook
) -> None:
    """What was asked for in Chinese is approved in English: it is the same recipient and agreement."""
    add(book)
    with acting(people.ming), translation.override("zh-hans"):
        outsider = create_recipient(
            actor=people.ming,
            name="诚信会计师事务所",
            kind="adviser",
            agreement="entrustment",
            agreed_on=timezone.localdate(),
            agreed_until=None,
            abroad=False,
        )
        wanted = Wanted(
            purpose="service", fields=CONTACT, format="csv", masked=False, priced=False, outsider=outsider
        )
        export = request_export(actor=people.ming, wanted=wanted, reason=WHY)
    with translation.override("en"):
        assert approve(export, people.lea).state == State.CARRIED_OUT


def test_what_goes_abroad_needs_each_clients_word_whatever_the_agreement(
    people: SimpleNamespace, book: ClientBook
) -> None:
    """PIPL 39: also to somebody who only processes for us, and until the client takes the word back."""
    told_book(people.olivia, book, purpose=Purpose.SERVICE, basis=Basis.CONTRACT, overseas=True)
    asked, silent = add(book), add(book, {"name": "李四", "phone": "13900139002"})
    said(asked, "service.overseas")
    browser, page = client_of(people.ming), reverse("vault:recipients")
    today = timezone.localdate().isoformat()
    typed = {"name": "香港信永会计师行", "kind": "adviser", "agreement": "entrustment", "agreed_on": today}
    assert browser.post(page, typed).context["form"].errors.keys() == {"abroad"}  # nobody is inland unasked
    assert not Recipient.objects.exists()
    assert send(browser, page, **typed, abroad="abroad").status_code == 302
    outsider = Recipient.objects.get()
    assert outsider.abroad
    with acting(people.ming):
        wanted = Wanted(
            purpose="service", fields=CONTACT, format="csv", masked=False, priced=False, outsider=outsider
        )
        export = request_export(actor=people.ming, wanted=wanted, reason=WHY)
        assert "Hong Kong" in recipient_words(export)
    assert list(export.items.values_list("client_id", flat=True)) == [asked.pk]
    assert PurposeAlert.objects.get(book=book).reason == Unlawful.NO_CONSENT
    assert LogEntry.objects.filter(subjects__contains=[silent.pk], result="refused").exists()
    approve(export, people.lea)
    assert [client.pk for client in exportable(export)] == [asked.pk]
    said(asked, "service.overseas", given=False)
    assert exportable(export) == []
