"""Notices, bases and consents for the tests, made by the services themselves."""

from collections.abc import Collection

from audit.origin import Origin, acting_as
from people.accounts.models import User
from tests.vault.records.makers import acting
from vault.purposes.bases.models import BookBasis
from vault.purposes.bases.services import set_basis, set_needs
from vault.purposes.catalogue import Basis, Purpose
from vault.purposes.codes import Channel, Form, Why
from vault.purposes.consents.models import ConsentEvent
from vault.purposes.consents.services import answer_through_link, record_consent
from vault.purposes.notices.links import notice_link
from vault.purposes.notices.models import Notice, NoticeLink
from vault.purposes.notices.services import publish_notice
from vault.purposes.uploads import Proof
from vault.records.labels import Group
from vault.records.models import Client, ClientBook
from vault.records.reading import reveal_group

INPUTS = {
    f"{name}_{suffix}": f"{name} {suffix}"
    for name in ("who", "contact", "method", "retention", "extra")
    for suffix in ("zh", "en")
}
MARKETING = "marketing.use"
PROVING = {"reason": "verify"}  # what a page that opens a proof is told


def needing(officer: User, book: ClientBook, **needs: Collection[str]) -> None:
    """The book's purposes, by code, need just these fields from now on."""
    with acting(officer):
        set_needs(
            actor=officer,
            book_id=book.pk,
            needs={Purpose(purpose): codes for purpose, codes in needs.items()},
            why=Why.REVIEW,
        )


def only(officer: User, book: ClientBook, *codes: str) -> None:
    """No purpose of the book needs more than these."""
    rows = BookBasis.objects.filter(book=book)
    needing(officer, book, **{row.purpose: set(row.fields).intersection(codes) for row in rows})


def told_book(
    officer: User, book: ClientBook, *, needs: Collection[str] | None = None, **basis: object
) -> Notice:
    """Marketing switched on in the book, and its notice published."""
    with acting(officer):
        facts: dict[str, object] = {
            "purpose": Purpose.MARKETING,
            "basis": Basis.CONSENT,
            "on": True,
            "why": Why.NEW_USE,
        }
        row = set_basis(actor=officer, book_id=book.pk, **facts | basis)  # type: ignore[arg-type]
        if needs is not None:
            needing(officer, book, **{row.purpose: needs})
        return publish_notice(actor=officer, book_id=book.pk, inputs=INPUTS)


def said(client: Client, code: str = MARKETING, *, given: bool = True, **more: object) -> ConsentEvent:
    """The client's word, as the book's lead records it."""
    facts: dict[str, object] = {
        "channel": Channel.PAPER,
        "form": Form.GENERAL if code.endswith(".use") else Form.SEPARATE,
        "proof": Proof("纸质同意书存于档案柜二层"),
    }
    with acting(client.book.lead):
        return record_consent(
            actor=client.book.lead,
            client_id=client.pk,
            code=code,
            given=given,
            **facts | more,  # type: ignore[arg-type]
        )


def reveal(client: Client, purpose: str = Purpose.MARKETING, group: Group = Group.CONTACT) -> str:
    """The phone, in plaintext, to somebody who has just confirmed who they are."""
    with acting(client.book.lead):
        _client, shown = reveal_group(
            actor=client.book.lead,
            client_id=client.pk,
            group=group,
            purpose=purpose,
            reason="call",  # type: ignore[arg-type]
            confirmed=True,
        )
    return shown.values.get("phone", "opened")


def link_path(client: Client) -> str:
    """The path of a link for this client."""
    with acting(client.book.lead):
        address = notice_link(client.book.lead, client)
    return "/notice/" + address.split("/notice/")[1]


def given_nearby(client: Client, code: str = MARKETING) -> ConsentEvent:
    """Consent by a link from a network that is not known, and so not told from the agent's: it waits."""
    link_path(client)
    with acting_as(Origin()):
        made = answer_through_link(
            link=NoticeLink.objects.filter(client=client).latest("pk"), code=code, given=True
        )
    if made is None:
        raise ValueError("it is so already")
    return made
