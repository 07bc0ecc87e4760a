"""A purpose that a book does not know, or that its clients' facets rule out, is refused on every path with
the reason, logged, and put before the officers: once. What is no purpose at all is an invalid form."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from audit.actions import Action, Result
from audit.models import LogEntry
from people.approvals.models import ApprovalRequest
from tests.cast import client_of
from tests.vault.disclosures.makers import CONTACT, WHY, ask, fill
from tests.vault.records.makers import acting, add, book_of
from tests.vault.relations.makers import followup_of, said_to, share
from vault.disclosures.models import Agreement, Export, Recipient, RecipientKind
from vault.disclosures.recipients import create_recipient
from vault.disclosures.selection import Use, select
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.catalogue import Purpose, Reason
from vault.purposes.codes import Act, Unlawful
from vault.purposes.lawfulness import NotLawful
from vault.records.drafts import ClientDraft
from vault.records.errors import NotPossible
from vault.records.labels import Field, Group
from vault.records.models import Client, ClientBook
from vault.records.reading import reveal_group
from vault.records.services import create_clients
from vault.relations.models import FollowUp

pytestmark = pytest.mark.django_db

SPACED = "<span>0013</span><span>8000</span>"
NEVER = "may never be used for this purpose"
Sent = tuple[str, dict[str, str]]


@pytest.fixture
def entrusted(people: SimpleNamespace) -> ClientBook:
    return book_of(people.ming, deal=uuid4())


def told(prefix: str, purpose: str = "marketing") -> dict[str, str]:
    return {f"{prefix}-purpose": purpose, f"{prefix}-reason": "call"}


def contact(client: Client, _people: SimpleNamespace) -> Sent:
    return reverse("vault:client_reveal", args=[client.pk, "contact"]), told("CONTACT")


def permit(client: Client, _people: SimpleNamespace) -> Sent:
    return reverse("vault:reveal_ask", args=[client.pk, "contact"]), {"purpose": "marketing", "reason": WHY}


def followup(client: Client, people: SimpleNamespace) -> Sent:
    row = followup_of(client, people.ming)
    FollowUp.objects.filter(pk=row.pk).update(purpose="marketing")  # by SQL, past the form
    return reverse("vault:followup_call", args=[row.pk]), {}


def communication(client: Client, people: SimpleNamespace) -> Sent:
    return reverse("vault:communication_reveal", args=[said_to(client, people.ming).pk]), told("TEXT")


def positions(client: Client, people: SimpleNamespace) -> Sent:
    company = add(client.book, {"name": "深圳瑞鑫贸易有限公司"}, kind="company")
    share(company, client, people.ming, "31.75")
    return reverse("vault:people_reveal", args=[company.pk]), told("SHARE")


def wishes(client: Client, _people: SimpleNamespace) -> Sent:
    return reverse("vault:service_reveal", args=[client.pk, "wishes"]), told("WISHES")


def planned(client: Client, _people: SimpleNamespace) -> Sent:
    task = {"due_at": f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}", "reason": "call"}
    address = reverse("vault:client_followups", args=[client.pk])
    return address, task | {"purpose": "marketing", "repeat": "0", "note": ""}


def exported(client: Client, people: SimpleNamespace) -> Sent:
    form = {"purpose": "marketing", "fields_wanted": "phone", "masked": "no", "priced": "no", "format": "csv"}
    more = {"recipient": f"c-{people.lin.pk}", "reason": WHY, "clients": str(client.pk)}
    return reverse("vault:export_new"), form | more


USES = [contact, permit, followup, planned, communication, positions, wishes, exported]


def alert_of(book: ClientBook) -> PurposeAlert:
    """The only one, which stands for a refusal in the log."""
    alert = PurposeAlert.objects.using("audit").get(book=book.pk)
    entry = LogEntry.objects.using("audit").get(pk=alert.pk)
    assert (entry.action, entry.result) == (Action.PURPOSE_REFUSE, Result.REFUSED)
    assert (entry.reason, entry.purpose) == (alert.reason, alert.purpose)
    return alert


@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__)
def test_a_purpose_that_the_book_does_not_know(
    people: SimpleNamespace, entrusted: ClientBook, use: Callable[[Client, SimpleNamespace], Sent]
) -> None:
    address, data = use(add(entrusted), people)
    answer = client_of(people.ming).post(address, data, follow=True).content.decode()
    assert NEVER in answer
    assert SPACED not in answer
    alert = alert_of(entrusted)
    assert (alert.reason, alert.purpose) == (Unlawful.UNKNOWN_PURPOSE, "marketing")
    assert (alert.actor_id, alert.act) == (people.ming.pk, Act.EXPORT if use is exported else Act.REVEAL)
    assert not Export.objects.exists()
    assert not ApprovalRequest.objects.exists()


def test_a_client_is_not_added_for_a_purpose_that_the_book_does_not_know(
    people: SimpleNamespace, entrusted: ClientBook
) -> None:
    draft = ClientDraft("person", {"name": "李四"}, purpose=Purpose.MARKETING)
    with acting(people.ming), pytest.raises(NotLawful, match=NEVER), translation.override("en"):
        create_clients(actor=people.ming, book_id=entrusted.pk, drafts=[draft])
    alert = alert_of(entrusted)
    assert (alert.reason, alert.purpose, alert.clients) == (Unlawful.UNKNOWN_PURPOSE, "marketing", 0)
    assert not Client.objects.filter(book=entrusted).exists()


def test_what_is_no_purpose_at_all_is_an_invalid_form(people: SimpleNamespace, entrusted: ClientBook) -> None:
    client = add(entrusted)
    browser = client_of(people.ming)
    for address, data in (
        (contact(client, people)[0], told("CONTACT", "fun")),
        (permit(client, people)[0], {"purpose": "fun", "reason": WHY}),
        (exported(client, people)[0], exported(client, people)[1] | {"purpose": "fun"}),
    ):
        assert browser.post(address, data).status_code == 422
    with acting(people.ming), pytest.raises(ValueError, match="fun"):
        reveal_group(
            actor=people.ming, client_id=client.pk, group=Group.CONTACT, purpose="fun", reason=Reason.CALL
        )
    assert not PurposeAlert.objects.using("audit").filter(book=entrusted.pk).exists()


@pytest.mark.parametrize(
    ("facets", "reason"),
    [({"use": "marketing"}, Unlawful.NOT_OF_USE), ({"origin": "external"}, Unlawful.NO_SOURCE)],
)
def test_what_the_facets_rule_out(
    people: SimpleNamespace, book: ClientBook, facets: dict[str, str], reason: Unlawful
) -> None:
    client = add(book, **facets)  # type: ignore[arg-type]
    address = reverse("vault:client_reveal", args=[client.pk, "contact"])
    answer = client_of(people.ming).post(address, told("CONTACT", "service"))
    assert str(reason.label) in answer.content.decode()
    assert alert_of(book).reason == reason
    with pytest.raises(NotLawful) as refused:
        ask(people.ming, people.lin)
    assert refused.value.reason is reason
    acts = PurposeAlert.objects.using("audit").filter(book=book.pk, reason=reason)
    assert set(acts.values_list("act", "clients")) == {(Act.REVEAL, 1), (Act.EXPORT, 1)}


def test_who_is_left_out_of_an_export_is_put_before_the_officers(
    people: SimpleNamespace, book: ClientBook
) -> None:
    add(book)
    fresh = add(book, {"name": "李四", "phone": "+8613900139000"}, use="marketing")
    export = ask(people.ming, people.lin)
    assert (export.size, export.left_out) == (1, {"purpose_not_of_use": 1})
    alert = alert_of(book)
    assert (alert.reason, alert.act, alert.clients) == (Unlawful.NOT_OF_USE, Act.EXPORT, 1)
    assert LogEntry.objects.using("audit").get(pk=alert.pk).subjects == [fresh.pk]


def test_a_list_of_two_deals_still_names_who_was_refused(people: SimpleNamespace, book: ClientBook) -> None:
    for deal in (uuid4(), uuid4()):
        add(book_of(people.ming, deal=deal, name=str(deal)[:8]))
    add(book)
    use = Use.towards(None, Purpose.DEAL, [Field.PHONE])
    with acting(people.ming), translation.override("en"), pytest.raises(NotPossible, match="one deal"):
        select(people.ming, use, filters={})
    assert alert_of(book).reason == Unlawful.UNKNOWN_PURPOSE


def test_nothing_goes_outside_for_a_foreign_purpose(people: SimpleNamespace, entrusted: ClientBook) -> None:
    fill(entrusted, 2)
    with acting(people.ming):
        outsider = create_recipient(
            actor=people.ming,
            name="某评估事务所",
            kind=RecipientKind.ADVISER,
            agreement=Agreement.PROVISION,
            agreed_on=entrusted.created_at.date(),
            agreed_until=None,
            abroad=False,
        )
        use = Use.towards(Recipient.objects.get(pk=outsider.pk), "marketing", CONTACT)
        assert select(people.ming, use, filters={}).clients == []
    alert = alert_of(entrusted)
    assert (alert.act, alert.reason, alert.clients) == (Act.SHARE, Unlawful.UNKNOWN_PURPOSE, 2)
