"""Plaintext and lists are closed to who has not accepted a policy in time, until they have."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from audit.actions import Action, Reason
from audit.models import LogEntry
from people.policies.models import PolicyVersion
from people.policies.services import accept
from tests.cast import client_of
from tests.people.policies.making import overdue
from tests.vault.disclosures.makers import ask, ready, reveal, taken
from tests.vault.records.makers import acting, add
from tests.vault.relations.makers import followup_of
from vault.disclosures.holds import ExportsHeld
from vault.records.models import Client, ClientBook
from vault.records.reveals.refusals import Lack, RevealRefused

pytestmark = pytest.mark.django_db(transaction=True)
DATA = {"CONTACT-purpose": "service", "CONTACT-reason": "call"}


@pytest.fixture
def client(people: SimpleNamespace, book: ClientBook) -> Client:
    return add(book)


def make_good(people: SimpleNamespace, version: PolicyVersion) -> None:
    with acting(people.ming):
        accept(actor=people.ming, version=version, text_hash=bytes(version.text_hash), language="en")


def test_a_reveal_says_what_is_owed_and_where_it_is_made_good(
    people: SimpleNamespace, client: Client
) -> None:
    version = overdue(people)
    with pytest.raises(RevealRefused) as refused:
        reveal(people.ming, client)
    assert refused.value.lack is Lack.OWING
    page = client_of(people.ming).post(reverse("vault:client_reveal", args=[client.pk, "contact"]), DATA)
    text = page.content.decode()
    assert reverse("people:policies_mine") in text
    assert "zhang@qq.com" not in text
    assert LogEntry.objects.filter(
        action=Action.CLIENT_REVEAL, object_id=client.pk, reason=Lack.OWING, result="refused"
    ).exists()
    make_good(people, version)
    reveal(people.ming, client)


def test_a_number_to_call_is_not_shown(people: SimpleNamespace, client: Client) -> None:
    followup = followup_of(client, people.ming)
    overdue(people)
    page = client_of(people.ming).post(reverse("vault:followup_call", args=[followup.pk])).content.decode()
    assert "you are late with what you owe the house" in page
    assert "13800138000" not in page


def test_no_export_is_asked_for_or_taken(people: SimpleNamespace, client: Client) -> None:
    export = ready(people, people.lin)
    version = overdue(people)
    for attempt in (lambda: taken(export), lambda: ask(people.ming, people.lin)):
        with pytest.raises(ExportsHeld):
            attempt()
    browser = client_of(people.ming)
    answer = browser.post(reverse("vault:export_download", args=[export.pk]), follow=True)
    assert "A policy of the house is not accepted" in answer.content.decode()
    export.refresh_from_db()
    assert export.downloads == 0
    assert LogEntry.objects.filter(object_id=export.pk, reason=Reason.IN_ARREARS, result="refused").exists()
    make_good(people, version)
    assert taken(export) is not None
