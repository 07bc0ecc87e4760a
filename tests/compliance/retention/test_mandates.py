"""While a mandate binds nobody is let go; after the last one the period counts from its end."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.utils import timezone

from compliance.destruction.models import DestructionItem
from compliance.retention.approval import EndUse
from compliance.retention.due import due_clients, rules_in_force
from compliance.retention.ending import ask_to_end
from compliance.retention.models import Basis, EndOfUse, EndReason
from people.approvals.registry import CannotCarryOut
from tests.compliance import world
from tests.vault.records.makers import acting
from tests.vault.relations.makers import mandate_of, past_mandate
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.relations.mandates.models import Why
from vault.relations.mandates.services import end_early
from vault.relations.mandates.standing import house_midnight

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> SimpleNamespace:
    """Ming's book with a client of long ago, which is due under the year that the rule gives."""
    house = SimpleNamespace(**world.people())
    house.book = world.book_of(house.ming)
    [pk] = world.clients_in(house.book, house.ming, 1, age=world.LONG_AGO)
    house.client = Client.objects.select_related("book").get(pk=pk)
    house.rule = world.rule_of(house.olivia)
    return house


def due(house: SimpleNamespace, in_days: int = 0) -> set[UUID]:
    """Who would be let go then."""
    now = timezone.now() + timedelta(days=in_days)
    return set(due_clients(house.rule, rules_in_force(), now).values_list("pk", flat=True))


def test_nobody_is_let_go_while_a_mandate_binds(house: SimpleNamespace) -> None:
    assert due(house) == {house.client.pk}
    run = world.proposed(house.olivia)
    made = mandate_of(house.client, first=3)  # signed, and still to begin
    assert due(house) == due(house, 9999) == set()
    law = world.rule_of(house.olivia, basis=Basis.LAW, book=house.book)
    assert not due_clients(law, [law], timezone.now()).exists()
    with acting(house.olivia):
        world.services.propose_due(actor=house.olivia)
    assert not DestructionItem.objects.filter(run=run, live=True).exists()
    with acting(house.ming), pytest.raises(NotPossible):
        ask_to_end(actor=house.ming, client_id=house.client.pk, reason=EndReason.PURPOSE_DONE)
    with acting(house.ming):
        end_early(actor=house.ming, mandate_id=made.pk, why=Why.AGREED)
        ask_to_end(actor=house.ming, client_id=house.client.pk, reason=EndReason.PURPOSE_DONE)


def test_a_mandate_signed_meanwhile_stops_what_was_asked_or_decided(house: SimpleNamespace) -> None:
    with acting(house.ming):
        asked = ask_to_end(actor=house.ming, client_id=house.client.pk, reason=EndReason.PURPOSE_DONE)
    mandate_of(house.client)
    with pytest.raises(CannotCarryOut):
        EndUse().preview(asked.params)
    EndOfUse.objects.create(
        client_id=house.client.pk,
        book_id=house.book.pk,
        reason=EndReason.PURPOSE_DONE,
        approval_id=asked.pk,
        asked_by=house.ming,
        decided_by=house.olivia,
    )
    assert due(house) == set()


def test_the_period_counts_from_the_end_of_the_last_one(house: SimpleNamespace) -> None:
    past_mandate(house.client, first=-390, last=-380)
    assert due(house) == {house.client.pk}
    made = past_mandate(house.client, first=-200, last=-100)
    assert due(house) == due(house, 264) == set()
    assert due(house, 266) == {house.client.pk}
    Client.objects.filter(pk=house.client.pk).update(grade=4)
    house.rule.period_days = 90
    house.rule.save()
    [item] = world.proposed(house.olivia).items.all()
    assert item.since == house_midnight(made.ends_on)
