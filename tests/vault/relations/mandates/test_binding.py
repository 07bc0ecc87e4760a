"""What a mandate binds: uses on the basis of a contract, and giving to others."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actions import Action
from audit.models import LogEntry
from tests.vault.purposes.makers import reveal, told_book
from tests.vault.records.makers import ZHANG, acting, add, add_many
from tests.vault.relations.makers import draft_of, followup_of, mandate_of, past_mandate, person_in
from vault.disclosures.selection import Use, select
from vault.purposes import engagements
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.catalogue import Basis, Purpose
from vault.purposes.codes import Act, Recipient, Unlawful
from vault.purposes.lawfulness import NotLawful, judge
from vault.records.labels import Field, Group
from vault.records.models import Client, ClientBook
from vault.relations.followups.services import call
from vault.relations.mandates.models import MandateKind, Why
from vault.relations.mandates.services import end_early
from vault.relations.mandates.standing import has_mandate

pytestmark = pytest.mark.django_db


def verdict(client: Client, act: Act, *, purpose: str = "service", to: Recipient = Recipient.NONE) -> object:
    fresh = Client.objects.select_related("book").get(pk=client.pk)
    found = judge([fresh], purpose=purpose, act=act, groups={Group.CONTACT}, recipient=to)
    return found.lawful.get(client.pk) or found.refused[client.pk]


def test_who_never_engaged_us_is_used_to_conclude_the_contract_but_not_given_away(book: ClientBook) -> None:
    client = add(book)
    draft_of(client)  # binds nobody, and opens nothing
    for act in (Act.REVEAL, Act.EXPORT):
        assert verdict(client, act) is Basis.CONTRACT
    assert verdict(client, Act.SHARE, to=Recipient.BUYER) is Unlawful.NO_MANDATE
    mandate_of(client, first=5)  # signed, and still to begin
    assert verdict(client, Act.REVEAL) is Basis.CONTRACT
    assert verdict(client, Act.SHARE, to=Recipient.BUYER) is Unlawful.NO_MANDATE
    mandate_of(client)
    assert verdict(client, Act.SHARE, to=Recipient.BUYER) is Unlawful.NO_CONSENT  # asked next, as ever


def test_a_mandate_ended_early_ends_every_use_on_the_contract(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    followup = followup_of(client, people.ming)
    made = mandate_of(client)
    assert reveal(client, Purpose.SERVICE) == ZHANG["phone"]
    with acting(people.ming):
        end_early(actor=people.ming, mandate_id=made.pk, why=Why.CLIENT)
    with pytest.raises(NotLawful) as refused:
        reveal(client, Purpose.SERVICE)
    assert refused.value.reason is Unlawful.MANDATE_ENDED
    entry = LogEntry.objects.using("audit").get(action=Action.PURPOSE_REFUSE, object_id=client.pk)
    assert (entry.reason, entry.subjects) == ("unlawful.mandate_ended", [client.pk])
    assert PurposeAlert.objects.using("audit").get(pk=entry.pk).reason == "unlawful.mandate_ended"
    with acting(people.ming), pytest.raises(NotLawful):
        call(actor=people.ming, followup_id=followup.pk, confirmed=True)
    use = Use.towards(None, "service", [Field.PHONE])
    with acting(people.ming):
        found = select(people.ming, use, ids=[client.pk])
    assert (found.clients, found.left_out) == ([], {"unlawful.mandate_ended": 1})
    assert verdict(client, Act.SHARE, to=Recipient.BUYER) is Unlawful.MANDATE_ENDED


def test_running_out_ends_it_too_and_another_basis_goes_on(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    past_mandate(client, last=0)  # its last day
    assert verdict(client, Act.REVEAL) is Basis.CONTRACT
    other = person_in(book)
    past_mandate(other, last=-1)
    assert verdict(other, Act.REVEAL) is Unlawful.MANDATE_ENDED
    assert verdict(other, Act.REVEAL, purpose="complaint") is Basis.LEGAL_DUTY
    told_book(people.olivia, book, purpose=Purpose.SERVICE, basis=Basis.CONSENT)
    assert verdict(other, Act.REVEAL) is Unlawful.NO_CONSENT


def test_a_renewal_opens_it_again(book: ClientBook) -> None:
    client = add(book)
    past_mandate(client)
    draft_of(client)
    assert verdict(client, Act.REVEAL) is Unlawful.MANDATE_ENDED
    mandate_of(client, first=3)
    assert verdict(client, Act.REVEAL) is Basis.CONTRACT


def test_i8_one_query_more_and_only_where_a_contract_carries_the_use(
    people: SimpleNamespace, book: ClientBook
) -> None:
    add_many(book, 200)
    clients = list(Client.objects.select_related("book"))
    past_mandate(Client.objects.select_related("book").get(pk=clients[0].pk))
    counts = {}
    for purpose in ("service", "legal_duty"):
        for part in (clients[:10], clients):
            with CaptureQueriesContext(connection) as captured:
                found = judge(part, purpose=purpose, act=Act.EXPORT, groups={Group.CONTACT})
            counts[purpose, len(part)] = len(captured)
    assert counts == {("service", 10): 2, ("service", 200): 2, ("legal_duty", 10): 1, ("legal_duty", 200): 1}
    assert [*found.refused] == []


def test_a_gate_without_an_answer_does_not_open(book: ClientBook, monkeypatch: pytest.MonkeyPatch) -> None:
    client = add(book)
    monkeypatch.setattr(engagements, "_providers", [])
    with pytest.raises(ValueError, match="unpack"):
        verdict(client, Act.REVEAL)


def test_what_deals_may_ask(book: ClientBook) -> None:
    client = add(book)
    mandate_of(client, first=2)
    assert not has_mandate(client.pk)
    mandate_of(client, kind="filing")
    assert has_mandate(client.pk)
    assert not has_mandate(client.pk, MandateKind.SELL)
    assert has_mandate(client.pk, MandateKind.FILING)
