"""Sealed reasons: officers open one by one, each click an entry; they die with the client."""

import pytest
from django.urls import reverse

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from tests.cast import client_of
from tests.compliance import world
from vault.purposes.catalogue import Purpose, Reason
from vault.records.labels import Group
from vault.records.models import Client
from vault.records.reading import reveal_group

pytestmark = pytest.mark.django_db
WORDS = "asked me to call back about the lease"


@pytest.fixture
def everybody():
    return world.people()


@pytest.fixture
def revealed(everybody) -> LogEntry:
    ming = everybody["ming"]
    [client] = world.clients_in(world.book_of(ming), ming, 1)
    with acting_as(Origin(actor=ming.pk)):
        reveal_group(
            actor=ming,
            client_id=client,
            group=Group.CONTACT,
            purpose=Purpose.SERVICE,
            reason=Reason.CALL,
            words=WORDS,
        )
    return LogEntry.objects.get(object_id=client, action="client.reveal")


def test_the_words_are_nowhere_before_the_click(everybody, revealed) -> None:
    page = client_of(everybody["olivia"]).get(reverse("compliance:log_entry", args=[revealed.pk]))
    assert WORDS not in page.content.decode()
    assert WORDS.encode() not in bytes(revealed.leaf) + bytes(revealed.detail)


def test_an_officer_reads_them_and_that_is_an_entry(everybody, revealed) -> None:
    page = client_of(everybody["olivia"]).post(reverse("compliance:log_reason", args=[revealed.pk]))
    assert WORDS in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    [reading] = LogEntry.objects.filter(object_id=revealed.pk, action="log.reason")
    assert reading.subjects == [revealed.object_id]


def test_an_auditor_does_not(everybody, revealed) -> None:
    answer = client_of(everybody["aud"]).post(reverse("compliance:log_reason", args=[revealed.pk]))
    assert answer.status_code == 404


def test_they_die_with_the_client(everybody, revealed) -> None:
    Client.objects.filter(pk=revealed.object_id).delete()
    page = client_of(everybody["olivia"]).post(reverse("compliance:log_reason", args=[revealed.pk]))
    assert page.status_code == 200
    assert page.context["reason"] is None
