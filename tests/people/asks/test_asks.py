"""Asking for access on a closed page: noted with the log entry of the refusal, and the same whether it
exists."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from people.asks.models import AccessAsk
from tests.cast import client_of

pytestmark = pytest.mark.django_db

ASK = "people:ask_access"


def test_the_request_names_the_refusal_and_nothing_else(people: SimpleNamespace) -> None:
    client = client_of(people.bo)
    closed = client.get(reverse("people:person", args=[people.lin.pk]))
    missing = client.get(reverse("people:person", args=[uuid4()]))
    assert closed.status_code == missing.status_code == 404
    client.post(reverse(ASK), {"path": "/people/secret/"})
    client.post(reverse(ASK), {"path": "/people/secret/"})
    ask = AccessAsk.objects.get(person=people.bo)
    refusal = LogEntry.objects.get(pk=ask.refusal)
    assert (refusal.actor, refusal.result) == (people.bo.pk, "refused")
    assert {field.name for field in AccessAsk._meta.fields} == {
        "id",
        "person",
        "refusal",
        "asked_at",
        "handled_at",
        "handled_by",
    }


def test_without_a_refusal_it_is_noted_too(people: SimpleNamespace) -> None:
    client_of(people.sam).post(reverse(ASK))
    assert AccessAsk.objects.get(person=people.sam).refusal is None


def test_an_administrator_puts_it_aside(people: SimpleNamespace) -> None:
    client_of(people.bo).post(reverse(ASK))
    ask = AccessAsk.objects.get(person=people.bo)
    ada = client_of(people.ada)
    assert "Bo" in ada.get(reverse("people:asks")).content.decode()
    ada.post(reverse("people:ask_handle", args=[ask.pk]))
    ask.refresh_from_db()
    assert ask.handled_by == people.ada
    assert AccessAsk.objects.filter(handled_at__isnull=True).count() == 0


def test_what_the_database_refuses(people: SimpleNamespace) -> None:
    AccessAsk.objects.create(person=people.bo)
    for name, row in (
        ("ask_once_a_refusal", {"person": people.bo}),
        ("ask_handled_by_someone", {"person": people.ben, "handled_at": timezone.now()}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            AccessAsk.objects.create(**row)
