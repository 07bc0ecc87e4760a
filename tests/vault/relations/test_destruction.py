"""Invariant 6: of a destroyed client no row is left, none opens, and the count of clients stays right."""

from collections import Counter
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from tests.cast import client_of
from tests.vault.records.makers import acting, add
from tests.vault.relations.makers import (
    company_in,
    draft_of,
    followup_of,
    mandate_of,
    person_in,
    propose_share,
    said_to,
    share,
)
from vault.access import Mode, access
from vault.keys import store
from vault.keys.errors import KeyWithheld
from vault.purposes.uploads import Proof
from vault.records.destruction import Purged, purge_records
from vault.records.entries import client_entry
from vault.records.models import Client, ClientBook
from vault.relations.communications.models import Communication
from vault.relations.models import (
    FollowUp,
    Mandate,
    PositionProposal,
    Preference,
    Rating,
    Relation,
    Transaction,
)
from vault.relations.rows import ClientRow
from vault.relations.service.services import record_preference, record_rating, record_transaction

MODELS: tuple[type[ClientRow], ...] = (
    *(Communication, FollowUp, Mandate, PositionProposal, Preference, Rating, Relation, Transaction),
)


def test_every_row_about_a_client_is_tried_here() -> None:
    assert {model for model in apps.get_models() if issubclass(model, ClientRow)} == set(MODELS)


@pytest.mark.django_db
def test_i6_with_the_client_all_its_rows_go_and_the_others_stay(
    people: SimpleNamespace, book: ClientBook
) -> None:
    ming, goes, stays, company = people.ming, add(book), person_in(book), company_in(book)
    for client in (goes, stays):
        share(company, client, ming, "10")
        propose_share(company, client, ming, "20")
        followup_of(client, ming, note="回访")
        said_to(client, ming)
        draft_of(client)
        with acting(ming):
            record_rating(actor=ming, client_id=client.pk, score=5, words="好")
            record_transaction(
                actor=ming, client_id=client.pk, kind="fee", amount="100", on=timezone.localdate()
            )
            record_preference(actor=ming, client_id=client.pk, channel="call", hours="any", industry="trade")
    with transaction.atomic():
        assert purge_records([goes.pk]) == Purged(clients=1, versions=0)
    for model in MODELS:
        assert not model.objects.filter(client_id=goes.pk).exists(), model
        assert model.objects.filter(client_id=stays.pk).exists(), model
    assert [row.client_id for row in company.positions.all()] == [stays.pk]
    page = client_of(ming).get(reverse("vault:people", args=[company.pk]))
    assert page.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_i6_after_its_key_died_a_row_out_of_a_backup_opens_no_more(
    people: SimpleNamespace, book: ClientBook, as_worker: None
) -> None:
    """The holder's share too, though the company and its key live on: it is sealed under the holder's."""
    ming, holder, company = people.ming, add(book), company_in(book)
    row, relation = said_to(holder, ming), share(company, holder, ming, "51")
    mandate = mandate_of(holder, document=Proof("", "application/pdf", "JVBERi0="))
    assert relation.key_id == row.key_id == mandate.key_id == holder.key_id != company.key_id
    assert live(holder, company) == {holder.pk: 1, company.pk: 1}  # rows have no keys of their own
    order = Entry(
        action=Action.DESTRUCTION_ORDER,
        object_type=ObjectType.CLIENT,
        object_id=holder.pk,
        subjects=(holder.pk,),
    )
    with acting(ming):
        store.destroy(record_read(order), [holder.pk])
        with pytest.raises(KeyWithheld), access(Mode.OPEN, client_entry(holder, Action.CLIENT_VIEW)):
            pass
    assert live(holder, company) == {company.pk: 1}
    with transaction.atomic():
        purge_records([holder.pk])  # what was signed goes once the key is gone, and no sooner
    assert not Mandate.objects.filter(pk=mandate.pk).exists()


def live(*clients: Client) -> Counter[UUID]:
    copies = store.copies([client.pk for client in clients])
    return Counter(copy.owner for copy in copies if copy.live)
