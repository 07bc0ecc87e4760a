"""Books and clients for the tests, made by the services themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from audit.origin import Origin, acting_as
from people.accounts.models import User
from vault.purposes.catalogue import Holding
from vault.records.books import create_book, set_member
from vault.records.drafts import ClientDraft
from vault.records.models import Client, ClientBook, Level
from vault.records.services import BATCH, create_clients

ZHANG = {
    "name": "张三丰",
    "id_number": "11010519491231002X",
    "phone": "+8613800138000",
    "email": "zhang@qq.com",
    "address": "广东省深圳市南山区科技路1号",
    "bank_account": "6222021234567890128",
    "birth_date": "1949-12-31",
    "notes": "只在晚上接电话",
}


@contextmanager
def acting(user: User) -> Iterator[None]:
    """As the middleware does for a request."""
    with acting_as(Origin(actor=user.pk)):
        yield


def book_of(user: User, *, name: str = "私海客户", deal: UUID | None = None) -> ClientBook:
    """A book of our own clients, or one entrusted for `deal`."""
    holding = Holding.ENTRUSTED if deal else Holding.OWN
    with acting(user):
        return create_book(actor=user, name=name, holding=holding, deal_id=deal)


def let_in(book: ClientBook, user: User, level: Level = Level.WORK) -> None:
    with acting(book.lead):
        set_member(actor=book.lead, book_id=book.pk, user=user, level=level)


def add(
    book: ClientBook, values: dict[str, str] | None = None, *, kind: str = "person", **more: object
) -> Client:
    with acting(book.lead):
        [made] = create_clients(
            actor=book.lead,
            book_id=book.pk,
            drafts=[ClientDraft(kind, values or ZHANG, **more)],  # type: ignore[arg-type]
        )
    assert made is not None
    return Client.objects.select_related("book").get(pk=made)


def add_many(book: ClientBook, count: int, *, start: int = 0) -> None:
    """`count` people with a name and a phone each."""
    drafts = [
        ClientDraft("person", {"name": f"客户{number}", "phone": f"+86139{number:08}"})
        for number in range(start, start + count)
    ]
    with acting(book.lead):
        for at in range(0, count, BATCH):
            create_clients(actor=book.lead, book_id=book.pk, drafts=drafts[at : at + BATCH])
