"""Notices, bases and consents for the tests, made by the services themselves."""

from people.accounts.models import User
from tests.vault.records.makers import acting
from vault.purposes.bases.services import set_basis
from vault.purposes.catalogue import Basis, Purpose
from vault.purposes.codes import Channel, Form, Why
from vault.purposes.consents.models import ConsentEvent
from vault.purposes.consents.services import record_consent
from vault.purposes.notices.links import notice_link
from vault.purposes.notices.models import Notice
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


def told_book(officer: User, book: ClientBook, **basis: object) -> Notice:
    """Marketing switched on in the book, and its notice published."""
    with acting(officer):
        facts: dict[str, object] = {
            "purpose": Purpose.MARKETING,
            "basis": Basis.CONSENT,
            "on": True,
            "why": Why.NEW_USE,
        }
        set_basis(actor=officer, book_id=book.pk, **facts | basis)  # type: ignore[arg-type]
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
