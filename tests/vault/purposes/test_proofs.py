"""Attacks on the proof of a consent, often a picture of an ID card: opening it is a reveal like any other."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from tests.cast import client_of
from tests.vault.purposes.makers import MARKETING, PROVING, told_book
from tests.vault.purposes.test_ledger import PNG
from tests.vault.records.makers import add
from vault.purposes.consents.models import ConsentEvent
from vault.records.models import Client, ClientBook
from vault.records.reveals.models import RevealDay, RevealLimit

pytestmark = pytest.mark.django_db

WORDS = "证件复印件在铁柜第二格"


class Proved:
    """A client of Ming's whose consent was proved in words and by a scan, in Ming's browser."""

    def __init__(self, people: SimpleNamespace, book: ClientBook) -> None:
        told_book(people.olivia, book)
        self.client = add(book)
        self.browser = client_of(people.ming)
        form = {"channel": "paper", "form": "written", "words": WORDS}
        address = reverse("vault:consent_give", args=[self.client.pk, MARKETING])
        self.browser.post(address, form | {"file": SimpleUploadedFile("id.png", PNG)})
        self.event = ConsentEvent.objects.get()
        self.page = reverse("vault:consent_proof", args=[self.event.pk])
        self.file = reverse("vault:consent_proof_file", args=[self.event.pk])

    def change(self, **columns: object) -> None:
        Client.objects.filter(pk=self.client.pk).update(**columns)

    def is_linked(self) -> bool:
        record = self.browser.get(reverse("vault:client", args=[self.client.pk])).content.decode()
        return self.page in record


@pytest.fixture
def proved(people: SimpleNamespace, book: ClientBook) -> Proved:
    return Proved(people, book)


def is_shut(browser: Browser, *addresses: str) -> bool:
    answers = [browser.get(one) for one in addresses] + [browser.post(one, PROVING) for one in addresses]
    return {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "stop_use"},
        {"complete_by": timezone.now() - timedelta(minutes=1)},
    ],
    ids=["storage only", "not completed in time"],
)
def test_attack_the_scan_of_somebody_whose_record_is_shown_to_nobody(
    proved: Proved, columns: dict[str, object]
) -> None:
    assert proved.is_linked()
    proved.change(**columns)
    assert is_shut(proved.browser, proved.page, proved.file)
    assert not proved.is_linked()
    entries = LogEntry.objects.filter(action=Action.CONSENT_PROOF, subjects=[proved.client.pk])
    assert not entries.exists()


def test_attack_consent_is_given_for_somebody_who_is_kept_for_storage_only(proved: Proved) -> None:
    """Nothing more is taken in of them, no scan and no word that opens a use; taking back goes on."""
    proved.change(state="stop_use")
    form = {"channel": "paper", "form": "written", "words": WORDS}
    give = reverse("vault:consent_give", args=[proved.client.pk, MARKETING])
    assert proved.browser.get(give).status_code == 404
    assert proved.browser.post(give, form).status_code == 404
    assert ConsentEvent.objects.get() == proved.event
    withdraw = reverse("vault:consent_withdraw", args=[proved.client.pk, MARKETING])
    assert proved.browser.post(withdraw, form).status_code == 302
    assert not ConsentEvent.objects.latest("at").given


def test_attack_a_link_to_a_proof_opens_nothing_by_itself(proved: Proved) -> None:
    """A prefetch, the preview of a chat, an image tag send a GET: nothing opens, and no reason is made up."""
    for address in (proved.page, proved.file):
        assert WORDS not in proved.browser.get(address).content.decode()
        assert proved.browser.post(address, {"reason": ""}).status_code == 422
    mine = LogEntry.objects.filter(subjects__contains=[proved.client.pk])
    assert not mine.filter(action=Action.CLIENT_REVEAL).exists()
    opened = proved.browser.post(proved.page, PROVING)
    assert WORDS in opened.content.decode()
    assert opened["Refresh"].startswith("60; ")
    assert "no-store" in opened["Cache-Control"]
    [entry] = mine.filter(action=Action.CLIENT_REVEAL)
    assert (entry.purpose, entry.reason, entry.fields) == ("legal_duty", "verify", ["consent.proof"])


def test_attack_proofs_past_the_limit_of_the_day(proved: Proved, people: SimpleNamespace) -> None:
    RevealLimit.objects.create(role_id="agent", per_day=1)
    RevealDay.objects.create(person=people.ming, day=timezone.localdate(), spent=1)
    for address in (proved.page, proved.file):
        refused = proved.browser.post(address, PROVING, follow=True).content.decode()
        assert "Your limit for today is reached." in refused
        assert WORDS not in refused


def test_attack_the_proof_of_the_highest_grade_without_the_password(proved: Proved) -> None:
    proved.change(grade=4)
    for address in (proved.page, proved.file):
        answer = proved.browser.post(address, PROVING)
        assert "step_up_code" in answer.content.decode()
        assert WORDS not in answer.content.decode()
