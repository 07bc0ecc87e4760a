"""Publishing notices, and recording that a client was told."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.purposes.bases.models import BookBasis
from vault.purposes.catalogue import Holding
from vault.purposes.codes import Channel
from vault.purposes.notices.models import Notice, NoticeDelivery
from vault.purposes.notices.texts import Inputs, content_of, hash_of, terms_of
from vault.records.access import get_client
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook


def notice_in_force(book_id: UUID) -> Notice | None:
    """The newest version."""
    return Notice.objects.filter(book_id=book_id).order_by("-version").first()


def is_told(client: Client) -> bool:
    """Whether the client was given the notice that is in force.

    Of an entrusted client nobody here is the one who tells: the principal is (PIPL 21).
    """
    if client.book.holding == Holding.ENTRUSTED:
        return True
    notice = notice_in_force(client.book_id)
    return notice is not None and NoticeDelivery.objects.filter(client=client, notice=notice).exists()


def rows_on(book_id: UUID) -> list[BookBasis]:
    """The purposes of the book that are on, in a fixed order."""
    return list(BookBasis.objects.filter(book_id=book_id, on=True).order_by("purpose"))


def is_stale(notice: Notice, rows: list[BookBasis]) -> bool:
    """Whether the book's bases have moved on, so that the notice in force no longer says what is done."""
    return hash_of(content_of(rows, notice.inputs)) != bytes(notice.text_hash)


def publish_notice(*, actor: User, book_id: UUID, inputs: Inputs) -> Notice:
    """A new version, in force at once. Purposes whose terms changed ask for consent anew.

    Raises:
        Refused: the actor does not manage purposes.
        NotPossible: an entrusted book, nothing that is on, or nothing that changed.
    """
    require(actor, Permission.PURPOSE_MANAGE)
    with transaction.atomic():
        book = ClientBook.objects.select_for_update(no_key=True).get(pk=book_id)
        return _publish(actor, book, inputs)


def start_notice(book: ClientBook, actor: User) -> Notice | None:
    """A new book of ours begins with the words of the house's newest notice; None where there is none yet."""
    if book.holding == Holding.ENTRUSTED:
        return None
    newest = Notice.objects.order_by("-id").first()
    return _publish(actor, book, newest.inputs) if newest else None


def _publish(actor: User, book: ClientBook, inputs: Inputs) -> Notice:
    if book.holding == Holding.ENTRUSTED:
        raise NotPossible(_("The principal tells the people in an entrusted book, not we."))
    rows = rows_on(book.pk)
    if not rows:
        raise NotPossible(_("Switch a purpose on first: the notice says what the data are used for."))
    last = notice_in_force(book.pk)
    content = content_of(rows, inputs)
    asks_anew = last is not None and any(row.consents_since > last.version for row in rows)
    if last is not None and hash_of(content) == bytes(last.text_hash) and not asks_anew:
        raise NotPossible(_("This is the text that is in force already."))
    terms = terms_of(rows, inputs)
    notice = Notice.objects.create(
        book=book,
        version=last.version + 1 if last else 1,
        content=content,
        inputs=dict(inputs),
        terms=terms,
        text_hash=hash_of(content),
        published_by=actor,
    )
    _ask_anew(book, notice, last.terms if last else {})
    record_change(
        Entry(
            action=Action.NOTICE_PUBLISH,
            object_type=ObjectType.BOOK,
            object_id=book.pk,
            fields=(f"version.{notice.version}",),
        )
    )
    return notice


def _ask_anew(book: ClientBook, notice: Notice, before: Mapping[str, str]) -> None:
    changed = [purpose for purpose, digest in notice.terms.items() if before.get(purpose) != digest]
    BookBasis.objects.filter(book=book, purpose__in=changed).update(consents_since=notice.version)


@transaction.atomic
def record_delivery(*, actor: User, client_id: UUID, channel: Channel) -> NoticeDelivery:
    """That the client was given the notice in force otherwise than by link. Raises Refused, NotPossible."""
    client = get_client(actor, client_id, Permission.CLIENT_EDIT)
    notice = notice_in_force(client.book_id)
    if notice is None:
        raise NotPossible(_("This book has no notice yet. A compliance officer publishes it."))
    return deliver(client, notice, channel, actor)


def deliver(client: Client, notice: Notice, channel: Channel, recorded_by: User | None) -> NoticeDelivery:
    """In the caller's transaction; a second time changes nothing."""
    delivery, made = NoticeDelivery.objects.get_or_create(
        client=client, notice=notice, defaults={"channel": channel, "recorded_by": recorded_by}
    )
    if made:
        record_change(
            Entry(
                action=Action.NOTICE_DELIVER,
                object_type=ObjectType.CLIENT,
                object_id=client.pk,
                subjects=(client.pk,),
                fields=(f"version.{notice.version}", f"channel.{channel.value}"),
            )
        )
    return delivery
