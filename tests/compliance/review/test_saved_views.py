"""Views that an officer keeps, and links to them: filters only, and the list's own gate."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from compliance.review.forms import LogFilterForm
from compliance.review.models import SavedView
from compliance.review.saved import MOST, save_view
from tests.cast import cast, client_of
from tests.vault.records.makers import acting
from vault.records.errors import NotPossible

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


def test_a_view_is_kept_opened_and_removed(people: SimpleNamespace) -> None:
    browser, address = client_of(people.olivia), f"action=client.%2A&person={people.ming.pk}"
    sent = browser.post(reverse("compliance:log_view_save"), {"name": "Ming", "address": address})
    [view] = SavedView.objects.all()
    assert (view.owner, view.name) == (people.olivia, "Ming")
    assert sent["Location"] == f"{reverse('compliance:log')}?{view.address}"
    assert [one.name for one in browser.get(sent["Location"]).context["saved"]] == ["Ming"]
    assert list(client_of(people.otto).get(reverse("compliance:log")).context["saved"]) == []
    browser.post(reverse("compliance:log_view_drop", args=[view.pk]))
    assert not SavedView.objects.exists()
    made = LogEntry.objects.filter(object_id=view.pk).order_by("at").values_list("action", flat=True)
    assert list(made) == [Action.LOG_VIEW_SAVE, Action.LOG_VIEW_DROP]


def test_the_link_opens_for_readers_of_the_log_alone(people: SimpleNamespace) -> None:
    link = f"{reverse('compliance:log')}?person={people.ming.pk}"
    assert [client_of(who).get(link).status_code for who in (people.otto, people.aud, people.ming)] == [
        *(200, 200, 404)
    ]


def test_attack_another_officers_view_cannot_be_removed(people: SimpleNamespace) -> None:
    with acting(people.olivia):
        view = save_view(actor=people.olivia, name="mine", address="result=refused")
    answer = client_of(people.otto).post(reverse("compliance:log_view_drop", args=[view.pk]))
    assert answer.status_code == 404
    assert SavedView.objects.filter(pk=view.pk).exists()


@pytest.mark.parametrize("typed", ["", "client=138-0013-8000", "q=zhang", "client=%E5%BC%A0"])
def test_attack_only_filters_are_kept(people: SimpleNamespace, typed: str) -> None:
    browser = client_of(people.olivia)
    browser.post(reverse("compliance:log_view_save"), {"name": "x", "address": typed})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("address", ["client=张三", "q=a b", "=x", "person=", "client=a&&x=b", "a=1#b"])
def test_the_table_takes_nothing_but_filters(people: SimpleNamespace, address: str) -> None:
    with pytest.raises(IntegrityError, match="log_view_holds_filters"), transaction.atomic():
        SavedView.objects.create(owner=people.olivia, name="x", address=address)


def test_the_table_wants_a_name_and_takes_it_once(people: SimpleNamespace) -> None:
    with pytest.raises(IntegrityError, match="log_view_has_a_name"), transaction.atomic():
        SavedView.objects.create(owner=people.olivia, name="", address="hour=1")
    SavedView.objects.create(owner=people.olivia, name="x", address="hour=1")
    with pytest.raises(IntegrityError, match="log_view_name_once"), transaction.atomic():
        SavedView.objects.create(owner=people.olivia, name="x", address="hour=2")


def test_the_same_name_keeps_the_newer_filters_and_there_is_a_bound(people: SimpleNamespace) -> None:
    with acting(people.olivia):
        for number in range(MOST):
            save_view(actor=people.olivia, name=f"view {number}", address="hour=1")
        assert save_view(actor=people.olivia, name="view 0", address="hour=2").address == "hour=2"
        with pytest.raises(NotPossible, match="40 views"):
            save_view(actor=people.olivia, name="one more", address="hour=1")


def test_an_address_is_the_same_however_it_was_typed(people: SimpleNamespace) -> None:
    who, client = people.ming.pk, uuid4()
    asked = {
        "person": str(who).upper(),
        "client": str(client),
        "hour": "0",
        "since": "2026-01-31",
        "result": "",
    }
    form = LogFilterForm(asked)
    assert form.is_valid()
    assert form.address() == f"client={client}&hour=0&person={who}&since=2026-01-31"
