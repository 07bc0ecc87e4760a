"""Lawful bases and bought lists once somebody is data protection officer: theirs, and the deputy's for
them."""

from types import SimpleNamespace

import pytest
from django.test import Client as Browser
from django.urls import reverse

from audit.actions import Action, Reason
from audit.models import LogEntry
from people.posts.codes import Place
from people.roles.models import RoleCode
from tests.cast import client_of, person
from tests.people.posts.making import appointed, away
from tests.vault.records.makers import acting
from vault.purposes.bases.models import BookBasis
from vault.purposes.bases.services import set_basis, set_needs
from vault.purposes.catalogue import Basis, Purpose
from vault.purposes.codes import Why
from vault.records.errors import NotPossible
from vault.records.models import ClientBook

pytestmark = pytest.mark.django_db


def switch(people: SimpleNamespace, name: str, book: ClientBook, *, on: bool) -> BookBasis:
    actor = getattr(people, name)
    with acting(actor):
        return set_basis(
            actor=actor,
            book_id=book.pk,
            purpose=Purpose.SERVICE,
            basis=Basis.CONTRACT,
            on=on,
            why=Why.REVIEW,
        )


def test_the_officer_sets_lawful_bases_the_deputy_for_them_nobody_else(
    people: SimpleNamespace, book: ClientBook
) -> None:
    switch(people, "otto", book, on=False)  # nobody was ever appointed: officers, as before
    people.opal = person("opal", role=RoleCode.COMPLIANCE_OFFICER)
    held = appointed(people, people.olivia)
    appointed(people, people.opal, place=Place.DEPUTY)
    for name in ("otto", "opal"):
        with pytest.raises(NotPossible):
            switch(people, name, book, on=True)
    assert not BookBasis.objects.get(book=book, purpose=Purpose.SERVICE).on
    refused = LogEntry.objects.filter(reason=Reason.NOT_IN_POST.value)
    assert {entry.actor for entry in refused} >= {people.otto.pk, people.opal.pk}
    switch(people, "olivia", book, on=True)
    away(held)
    switch(people, "opal", book, on=False)
    entry = LogEntry.objects.using("default").filter(action=Action.PURPOSE_BASIS).latest("at")
    assert (entry.actor, entry.on_behalf_of) == (people.opal.pk, people.olivia.pk)


def test_what_a_purpose_needs_is_theirs_too(people: SimpleNamespace, book: ClientBook) -> None:
    appointed(people, people.olivia)
    with acting(people.otto), pytest.raises(NotPossible):
        set_needs(actor=people.otto, book_id=book.pk, needs={Purpose.SERVICE: ["phone"]}, why=Why.REVIEW)


def test_the_page_says_whose_decision_it_is(people: SimpleNamespace, book: ClientBook) -> None:
    appointed(people, people.olivia)
    browser: Browser = client_of(people.otto)
    typed = {"basis": Basis.CONTRACT.value, "why": Why.REVIEW.value}
    address = reverse("vault:basis", args=[book.pk, Purpose.SERVICE.value])
    answer = browser.post(address, typed)
    assert answer.status_code == 422
    assert "for the Data protection officer to decide" in answer.content.decode()
