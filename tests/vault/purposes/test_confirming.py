"""A consent given through a link from where its maker works waits until an officer has asked the client."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from people.accounts.models import User
from people.today import due_for
from tests.cast import client_of
from tests.vault.purposes.makers import MARKETING, link_path, reveal, said, told_book
from tests.vault.purposes.test_ledger import raw
from tests.vault.records.makers import ZHANG, acting, add
from vault.purposes.codes import Act, Unlawful
from vault.purposes.consents import nearness
from vault.purposes.consents.ledger import waiting
from vault.purposes.consents.models import ConsentConfirmation, ConsentEvent
from vault.purposes.consents.settling import settle_consent
from vault.purposes.lawfulness import NotLawful, judge
from vault.purposes.notices.models import NoticeLink
from vault.records.errors import NotPossible
from vault.records.labels import Group
from vault.records.models import Client, ClientBook

pytestmark = pytest.mark.django_db

GIVE, WITHDRAW = {"answer": f"give:{MARKETING}"}, {"answer": f"withdraw:{MARKETING}"}
OFFICE, HOME, BESIDE = "203.0.113.7", "198.51.100.20", "203.0.113.99"


@pytest.fixture(autouse=True)
def nobody_was_counted_before() -> None:
    cache.clear()


@pytest.fixture
def client(people: SimpleNamespace, book: ClientBook) -> Client:
    told_book(people.olivia, book)
    return add(book, use="marketing")


@pytest.fixture
def path(client: Client) -> str:
    """A link that the agent made at the office, and opens signed out."""
    browser = client_of(client.book.lead)
    browser.post(reverse("vault:notice_link", args=[client.pk]), REMOTE_ADDR=OFFICE)
    return link_path(client)


@pytest.fixture
def waits(client: Client, path: str) -> ConsentEvent:
    assert Browser(REMOTE_ADDR=BESIDE).post(path, GIVE).status_code == 302
    return ConsentEvent.objects.get()


def settled(officer: User, event: ConsentEvent, *, accepted: bool) -> ConsentConfirmation:
    with acting(officer):
        return settle_consent(actor=officer, event_id=event.pk, accepted=accepted, words="致电客户本人核实")


def test_what_an_agent_gives_by_the_clients_link_carries_no_use(
    people: SimpleNamespace, client: Client, waits: ConsentEvent
) -> None:
    with pytest.raises(NotLawful) as refused:
        reveal(client)
    assert refused.value.reason is Unlawful.UNCONFIRMED
    for act in (Act.REVEAL, Act.EXPORT):
        verdict = judge([client], purpose="marketing", act=act, groups={Group.CONTACT})
        assert verdict.refused == {client.pk: Unlawful.UNCONFIRMED}
    given = LogEntry.objects.get(action=Action.CONSENT_GIVE, object_id=waits.pk)
    assert "consent.to_confirm" in given.fields


def test_an_officer_confirms_it_with_a_reason_and_it_counts(
    people: SimpleNamespace, client: Client, waits: ConsentEvent
) -> None:
    settled(people.olivia, waits, accepted=True)
    assert reveal(client) == ZHANG["phone"]
    entry = LogEntry.objects.get(action=Action.CONSENT_CONFIRM, object_id=waits.pk)
    assert entry.detail
    assert "致电" not in str(bytes(entry.leaf).decode())
    with pytest.raises(NotPossible):
        settled(people.olivia, waits, accepted=False)


def test_rejected_it_never_counts_and_the_client_can_still_consent(
    people: SimpleNamespace, client: Client, path: str, waits: ConsentEvent
) -> None:
    settled(people.olivia, waits, accepted=False)
    with pytest.raises(NotLawful) as refused:
        reveal(client)
    assert refused.value.reason is Unlawful.NO_CONSENT
    assert LogEntry.objects.filter(action=Action.CONSENT_REJECT, object_id=waits.pk).exists()
    Browser(REMOTE_ADDR=HOME).post(path, GIVE)
    assert reveal(client) == ZHANG["phone"]


def test_from_elsewhere_it_counts_at_once(client: Client, path: str) -> None:
    Browser(REMOTE_ADDR=HOME).post(path, GIVE)
    assert reveal(client) == ZHANG["phone"]


def test_withdrawing_takes_effect_at_once_wherever_it_comes_from(
    people: SimpleNamespace, client: Client, path: str
) -> None:
    said(client)
    assert reveal(client) == ZHANG["phone"]
    Browser(REMOTE_ADDR=OFFICE).post(path, WITHDRAW)
    with pytest.raises(NotLawful) as refused:
        reveal(client)
    assert refused.value.reason is Unlawful.WITHDRAWN
    assert not ConsentEvent.objects.filter(to_confirm=True).exists()


def test_what_waits_can_be_withdrawn_and_waits_no_longer(
    people: SimpleNamespace, path: str, waits: ConsentEvent
) -> None:
    Browser(REMOTE_ADDR=HOME).post(path, WITHDRAW)
    assert not waiting().exists()
    with pytest.raises(NotPossible):
        settled(people.olivia, waits, accepted=True)


def test_giving_twice_is_one_row_while_it_waits(path: str, waits: ConsentEvent) -> None:
    Browser(REMOTE_ADDR=HOME).post(path, GIVE)
    assert ConsentEvent.objects.get() == waits


@pytest.mark.parametrize(
    ("network", "later", "near"),
    [
        ("203.0.113.0/24", 0, True),
        ("203.0.113.0/24", 31, False),
        ("198.51.100.0/24", 0, False),
        (None, 0, True),
    ],
)
def test_near_is_where_they_were_within_thirty_days(
    path: str, network: str | None, later: int, near: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = NoticeLink.objects.latest("created_at")
    then = timezone.now() + timedelta(days=later)
    monkeypatch.setattr(timezone, "now", lambda: then)
    with acting_as(Origin(network=network)):
        assert nearness.may_be_ours(link) is near


def test_nobody_but_officers_settles_and_no_maker_of_a_link(
    people: SimpleNamespace, client: Client, waits: ConsentEvent
) -> None:
    for name in ("ming", "lea", "ada", "aud"):
        with pytest.raises(Refused):
            settled(getattr(people, name), waits, accepted=True)
    NoticeLink.objects.filter(client=client).update(created_by=people.olivia)
    with pytest.raises(NotPossible):
        settled(people.olivia, waits, accepted=True)
    with acting(people.otto), pytest.raises(NotPossible):
        settle_consent(actor=people.otto, event_id=waits.pk, accepted=True, words=" ")
    assert not ConsentConfirmation.objects.exists()


def test_the_pages_say_that_it_waits_and_accuse_nobody(
    people: SimpleNamespace, client: Client, path: str, waits: ConsentEvent
) -> None:
    agent = client_of(client.book.lead).get(reverse("vault:client", args=[client.pk])).content.decode()
    assert "Waits to be confirmed" in agent
    assert "once a compliance officer has asked the client" in agent
    assert "We confirm it with you" in Browser(HTTP_ACCEPT_LANGUAGE="en").get(path).content.decode()
    officer = client_of(people.olivia)
    url = reverse("vault:consents_waiting")
    assert [item.count for item in due_for(people.olivia) if item.url == url] == [1]
    assert not [item for item in due_for(people.ming) if item.url == url]
    page = officer.get(url).content.decode()
    assert reverse("vault:consent_settle", args=[waits.pk]) in page
    for text in (agent, page):
        assert not [word for word in ("fraud", "forge", "suspic", "abuse") if word in text.lower()]
    answer = {"verdict": "confirm", "words": "电话核实"}
    assert officer.post(reverse("vault:consent_settle", args=[waits.pk]), answer).status_code == 302
    assert reveal(client) == ZHANG["phone"]
    assert "Confirmed" in officer.get(reverse("vault:ledger")).content.decode()


def test_a_page_of_many_costs_no_more_queries(
    people: SimpleNamespace, book: ClientBook, client: Client, path: str, waits: ConsentEvent
) -> None:
    officer = client_of(people.olivia)
    officer.get(reverse("vault:consents_waiting"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert officer.get(reverse("vault:consents_waiting")).status_code == 200
        return len(taken)

    one = queries()
    for number in range(3):
        other = add(book, {"name": "李四", "phone": f"1390013900{number}"})
        Browser(REMOTE_ADDR=BESIDE).post(link_path(other), GIVE)
    assert waiting().count() == 4
    assert queries() == one


def test_the_database_lets_nothing_else_wait_and_no_confirmation_change(
    people: SimpleNamespace, book: ClientBook, client: Client, waits: ConsentEvent
) -> None:
    paper = said(add(book, {"name": "李四", "phone": "13900139000"}))
    withdrawn = {"given": False, "channel": "link", "recorded_by_id": None, "to_confirm": True}
    for change in (withdrawn, {"to_confirm": True}):
        with pytest.raises(IntegrityError) as refused:
            raw(paper, **change)
        named = refused.value.__cause__.diag.constraint_name  # type: ignore[union-attr]
        assert named == "consent_waits_only_when_given_by_link"
    for event, whose in ((paper, paper.client_id), (waits, paper.client_id)):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            ConsentConfirmation.objects.create(event=event, client_id=whose, accepted=True, by=people.olivia)
        named = refused.value.__cause__.diag.constraint_name  # type: ignore[union-attr]
        assert named == "confirmation_of_a_consent_that_waits"
    made = settled(people.olivia, waits, accepted=False)
    for attack in (lambda: ConsentConfirmation.objects.update(accepted=True), made.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()
