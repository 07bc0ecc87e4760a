"""No use without a basis or a consent; a withdrawal counts from the next request on."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import Action, Result
from audit.models import LogEntry
from deals.pipeline.models import Deal, DealType, Stage
from tests.cast import client_of
from tests.vault.purposes.makers import reveal, said, told_book
from tests.vault.records.makers import ZHANG, acting, add, add_many, book_of
from tests.vault.relations.makers import mandate_of
from vault.keys import store
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.bases.models import BookBasis
from vault.purposes.bases.services import set_basis
from vault.purposes.catalogue import CARRIED_BY, Basis, Purpose
from vault.purposes.codes import Act, Channel, Form, Recipient, Unlawful, Why
from vault.purposes.lawfulness import NotLawful, judge, require_lawful
from vault.purposes.notices.services import publish_notice
from vault.records.errors import NotPossible
from vault.records.labels import Group
from vault.records.models import Client, ClientBook

pytestmark = pytest.mark.django_db


def refusal(client: Client, purpose: str = Purpose.MARKETING, group: Group = Group.CONTACT) -> Unlawful:
    with pytest.raises(NotLawful) as refused:
        reveal(client, purpose, group)
    return refused.value.reason


def test_no_basis_no_reveal(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    assert reveal(client, Purpose.SERVICE) == ZHANG["phone"]
    with acting(people.olivia):
        set_basis(
            actor=people.olivia,
            book_id=book.pk,
            purpose=Purpose.SERVICE,
            basis=Basis.CONTRACT,
            on=False,
            why=Why.STOP,
        )
    assert refusal(client, Purpose.SERVICE) is Unlawful.OFF
    BookBasis.objects.filter(book=book).delete()
    assert refusal(client, Purpose.MANDATE) is Unlawful.OFF


def test_marketing_without_consent(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book, use="marketing")
    assert refusal(client) is Unlawful.OFF  # a new book is not for marketing
    told_book(people.olivia, book)
    assert refusal(client) is Unlawful.NO_CONSENT
    said(client)
    assert reveal(client) == ZHANG["phone"]
    said(client, given=False)
    assert refusal(client) is Unlawful.WITHDRAWN


def test_nothing_but_consent_carries_marketing(people: SimpleNamespace, book: ClientBook) -> None:
    assert CARRIED_BY[Purpose.MARKETING] == (Basis.CONSENT,)
    with acting(people.olivia), pytest.raises(NotPossible):
        set_basis(
            actor=people.olivia,
            book_id=book.pk,
            purpose=Purpose.MARKETING,
            basis=Basis.CONTRACT,
            on=True,
            why=Why.NEW_USE,
        )
    with pytest.raises(IntegrityError, match="basis_can_carry_the_purpose"), transaction.atomic():
        BookBasis.objects.create(book=book, holding="own", purpose="marketing", basis="contract")


def test_a_refusal_is_logged_and_alerted_beyond_a_rollback(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book, use="marketing")
    with pytest.raises(NotLawful), transaction.atomic():
        reveal(client)
    entry = LogEntry.objects.using("audit").get(action=Action.PURPOSE_REFUSE, object_id=client.pk)
    assert (entry.result, entry.purpose, entry.reason) == (Result.REFUSED, "marketing", "unlawful.off")
    assert (entry.subjects, entry.actor) == ([client.pk], people.ming.pk)
    alert = PurposeAlert.objects.using("audit").get(pk=entry.pk)
    assert (alert.book_id, alert.clients, alert.outcome) == (book.pk, 1, "")
    assert (
        not LogEntry.objects.using("audit").filter(action=Action.CLIENT_REVEAL, object_id=client.pk).exists()
    )


def test_the_page_says_why_and_what_to_do_and_the_officer_is_told(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book, use="marketing")
    address = reverse("vault:client_reveal", args=[client.pk, "contact"])
    answer = client_of(people.ming).post(address, {"CONTACT-purpose": "marketing", "CONTACT-reason": "call"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "switched off in this book" in page
    assert "ask a compliance officer" in page
    assert ZHANG["phone"] not in page
    officer = client_of(people.olivia)
    assert reverse("vault:purpose_alerts") in officer.get("/").content.decode()
    alert = PurposeAlert.objects.get(book=book)
    register = officer.get(reverse("vault:purpose_alerts")).content.decode()
    assert "Ming" in register
    words = "<script>客户已解释</script>"
    handled = {"outcome": "alert.explained", "words": words}
    assert officer.post(reverse("vault:purpose_alert", args=[alert.pk]), handled).status_code == 302
    alert.refresh_from_db()
    assert (alert.outcome, alert.handled_by_id) == ("alert.explained", people.olivia.pk)
    entry = LogEntry.objects.get(action=Action.PURPOSE_HANDLE, object_id=alert.pk)
    assert entry.detail_key == store.detail_key(client.pk)
    assert "解释".encode() not in bytes(entry.detail or b"")
    officer.post(reverse("vault:purpose_alert", args=[alert.pk]), {"outcome": "alert.seen"})
    alert.refresh_from_db()
    assert alert.outcome == "alert.explained"


def test_a_changed_purpose_asks_for_consent_again(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book, use="marketing")
    notice = told_book(people.olivia, book)
    said(client)
    with acting(people.olivia):
        other = notice.inputs | {"retention_zh": "三年", "retention_en": "Three years"}
        publish_notice(actor=people.olivia, book_id=book.pk, inputs=other)
    assert reveal(client) == ZHANG["phone"]  # what consent depends on is unchanged
    with acting(people.olivia):
        changed = other | {"method_zh": "交由外呼系统拨打", "method_en": "Dialled by a machine"}
        publish_notice(actor=people.olivia, book_id=book.pk, inputs=changed)
    assert refusal(client) is Unlawful.OUTDATED
    said(client)
    assert reveal(client) == ZHANG["phone"]


def test_a_general_consent_does_not_open_a_bank_account(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book, visibility="semi_public")  # private: a second person too
    told_book(people.olivia, book, purpose=Purpose.MANDATE, basis=Basis.CONSENT)
    said(client, "mandate.use")
    assert refusal(client, Purpose.MANDATE, Group.FINANCIAL) is Unlawful.NO_CONSENT
    with pytest.raises(NotPossible):
        said(client, "mandate.sensitive", form=Form.GENERAL)
    said(client, "mandate.sensitive")
    assert reveal(client, Purpose.MANDATE, Group.FINANCIAL) == "opened"
    Client.objects.filter(pk=client.pk).update(grade=4)
    said(client, "mandate.sensitive", given=False)
    # Of the highest grade every group is sensitive.
    assert refusal(client, Purpose.MANDATE) is Unlawful.WITHDRAWN


def test_giving_to_one_third_party_is_no_consent_to_another(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    mandate_of(client)
    told_book(
        people.olivia,
        book,
        purpose=Purpose.MANDATE,
        basis=Basis.CONTRACT,
        recipients=["partner", "adviser"],
        overseas=True,
    )

    def verdict(act: Act, recipient: Recipient = Recipient.NONE, *, abroad: bool = False) -> object:
        fresh = Client.objects.select_related("book").get(pk=client.pk)
        found = judge(
            [fresh], purpose="mandate", act=act, groups={Group.CONTACT}, recipient=recipient, abroad=abroad
        )
        return found.lawful.get(client.pk) or found.refused[client.pk]

    assert verdict(Act.EXPORT) is Basis.CONTRACT
    assert verdict(Act.SHARE, Recipient.PARTNER) is Unlawful.NO_CONSENT
    said(client, "mandate.share.partner")
    assert verdict(Act.SHARE, Recipient.PARTNER) is Basis.CONTRACT
    assert verdict(Act.SHARE, Recipient.ADVISER) is Unlawful.NO_CONSENT
    for act, to in ((Act.EXPORT, Recipient.NONE), (Act.SHARE, Recipient.PARTNER)):
        assert verdict(act, to, abroad=True) is Unlawful.NO_CONSENT
    said(client, "mandate.overseas")
    for act, to in ((Act.EXPORT, Recipient.NONE), (Act.SHARE, Recipient.PARTNER)):
        assert verdict(act, to, abroad=True) is Basis.CONTRACT
    assert verdict(Act.SHARE, Recipient.ADVISER, abroad=True) is Unlawful.NO_CONSENT
    Client.objects.filter(pk=client.pk).update(grade=4)
    assert verdict(Act.SHARE, Recipient.PARTNER) is Unlawful.TOO_WEAK
    said(client, "mandate.share.partner", form=Form.WRITTEN)
    assert verdict(Act.SHARE, Recipient.PARTNER) is Basis.CONTRACT


def test_i8_as_many_queries_for_ten_clients_as_for_a_thousand(
    people: SimpleNamespace, book: ClientBook
) -> None:
    told_book(people.olivia, book)
    add_many(book, 1_000)
    clients = list(Client.objects.select_related("book"))
    said(clients[0])
    counts = []
    for part in (clients[:10], clients):
        with CaptureQueriesContext(connection) as captured:
            verdict = judge(part, purpose="marketing", act=Act.EXPORT, groups={Group.CONTACT})
        counts.append(len(captured))
        assert len(verdict.lawful) + len(verdict.refused) == len(part)
    assert counts == [2, 2]


def test_one_unlawful_client_refuses_the_whole_use(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book)
    one = add(book, use="marketing")
    other = add(book, {"name": "李四", "phone": "+8613900139000"}, use="marketing")
    said(one)
    with acting(people.ming), pytest.raises(NotLawful) as refused:
        require_lawful(
            actor=people.ming,
            clients=[one, other],
            purpose="marketing",
            act=Act.EXPORT,
            groups={Group.CONTACT},
        )
    assert refused.value.clients == [other.pk]


def test_entrusted_book_knows_no_other_purpose(people: SimpleNamespace) -> None:
    book = book_of(people.lea, deal=uuid4())
    client = add(book)
    assert reveal(client, Purpose.DEAL) == ZHANG["phone"]
    assert [row.purpose for row in BookBasis.objects.filter(book=book)] == ["deal"]
    fresh = Client.objects.select_related("book").get(pk=client.pk)
    for purpose in set(Purpose) - {Purpose.DEAL}:
        verdict = judge([fresh], purpose=purpose, act=Act.REVEAL, groups={Group.CONTACT})
        assert verdict.refused == {client.pk: Unlawful.UNKNOWN_PURPOSE}
        with acting(people.olivia), pytest.raises(NotPossible):
            set_basis(
                actor=people.olivia,
                book_id=book.pk,
                purpose=purpose,
                basis=CARRIED_BY[purpose][0],
                on=True,
                why=Why.NEW_USE,
            )
    row = {"book": book, "purpose": "service", "basis": "contract"}
    for holding, named in (("entrusted", "for_the_deal_alone"), ("own", "basis_of_the_books_holding")):
        with pytest.raises(IntegrityError, match=named), transaction.atomic():
            BookBasis.objects.create(holding=holding, **row)


def test_the_end_of_the_deal_ends_every_use(people: SimpleNamespace) -> None:
    deal = Deal.objects.create(
        code_name="青松", deal_type=DealType.SHARES, lead=people.lea, created_by=people.lea
    )
    client = add(book_of(people.lea, deal=deal.pk))
    assert reveal(client, Purpose.DEAL) == ZHANG["phone"]
    Deal.objects.filter(pk=deal.pk).update(stage=Stage.CLOSED)
    assert refusal(client, Purpose.DEAL) is Unlawful.DEAL_ENDED


def test_of_an_entrusted_client_the_principal_instructs(people: SimpleNamespace) -> None:
    book = book_of(people.lea, deal=uuid4())
    client = add(book)
    with acting(people.olivia):
        set_basis(
            actor=people.olivia,
            book_id=book.pk,
            purpose=Purpose.DEAL,
            basis=Basis.ENTRUSTED,
            on=True,
            why=Why.NEW_USE,
            recipients=["adviser"],
        )
    with pytest.raises(NotPossible):
        said(client, "deal.share.adviser")  # on paper: by the client
    said(client, "deal.share.adviser", channel=Channel.PRINCIPAL)
    fresh = Client.objects.select_related("book").get(pk=client.pk)
    verdict = judge([fresh], purpose="deal", act=Act.SHARE, recipient=Recipient.ADVISER)
    assert verdict.lawful == {client.pk: Basis.ENTRUSTED}


def test_an_agent_switches_no_purpose_on(people: SimpleNamespace, book: ClientBook) -> None:
    address = reverse("vault:basis", args=[book.pk, "marketing"])
    data = {"on": "on", "basis": "consent", "why": "basis.new_use"}
    assert client_of(people.ming).post(address, data).status_code == 404
    assert client_of(people.olivia).post(address, data | {"basis": "contract"}).status_code == 422
    assert client_of(people.olivia).post(address, data).status_code == 302
    assert BookBasis.objects.get(book=book, purpose="marketing").on


def test_a_new_book_stands_on_the_basis_that_was_chosen(people: SimpleNamespace) -> None:
    browser = client_of(people.ming)
    form = {"name": "新客户", "holding": "own", "purpose": "service", "basis": "statute"}
    assert browser.post(reverse("vault:book_add"), form).status_code == 422
    assert browser.post(reverse("vault:book_add"), form | {"basis": "consent"}).status_code == 302
    book = ClientBook.objects.get()
    assert BookBasis.objects.get(book=book, purpose="service").basis == Basis.CONSENT
    assert refusal(add(book), Purpose.SERVICE) is Unlawful.NO_CONSENT
