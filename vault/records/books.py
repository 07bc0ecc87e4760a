"""Making client books, and letting people into them."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import Kind, User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.crypto.keywrap import KeyKind
from vault.keys.service import new_keys, open_new_compartment
from vault.purposes.bases.services import start_bases
from vault.purposes.catalogue import Basis, Holding, Purpose, check_purpose
from vault.purposes.notices.services import start_notice
from vault.records.access import get_book
from vault.records.errors import NotPossible
from vault.records.indexing import BookTokens
from vault.records.labels import IndexLabel
from vault.records.models import BookMember, ClientBook, IndexKey, Level
from vault.sealed.context import AccessContext


@transaction.atomic
def create_book(
    *,
    actor: User,
    name: str,
    holding: Holding,
    purpose: Purpose = Purpose.SERVICE,
    deal_id: UUID | None = None,
    basis: Basis | None = None,
) -> ClientBook:
    """A new book led by `actor`, with its compartment key and index keys, and what carries its purposes.

    `basis` carries the main purpose; None means the purpose's usual one.

    Raises:
        NotPossible: the basis cannot carry the main purpose.
        ValueError: an entrusted book without a deal, or one of our own with one.
        PurposeNotAllowed: an own book for a deal's purpose.
    """
    require(actor, Permission.BOOK_CREATE)
    if (holding == Holding.ENTRUSTED) != (deal_id is not None):
        raise ValueError("an entrusted book, and no other, belongs to one deal")
    main = Purpose.DEAL if holding == Holding.ENTRUSTED else check_purpose(holding, purpose)
    book_id = uuid4()
    compartment = open_new_compartment(book_id)
    book = ClientBook.objects.create(
        id=book_id,
        name=name,
        holding=holding,
        purpose=main,
        deal_id=deal_id,
        key_id=compartment.key.key_id,
        lead=actor,
    )
    keys = new_keys(KeyKind.INDEX, [label.owner for label in IndexLabel], parent=compartment)
    IndexKey.objects.bulk_create(
        [IndexKey(book=book, label=label, key_id=keys[label.owner]) for label in IndexLabel]
    )
    BookMember.objects.create(book=book, user=actor, level=Level.MANAGE, added_by=actor)
    start_bases(book, basis)
    start_notice(book, actor)
    _log_book(book, Action.BOOK_CREATE)
    return book


@transaction.atomic
def set_member(*, actor: User, book_id: UUID, user: User, level: Level) -> BookMember:
    """Let a member of staff into the book, or change what they may do there. Raises NotPossible."""
    book = get_book(actor, book_id, Permission.BOOK_MANAGE)
    if user.kind != Kind.STAFF or not user.is_active:
        raise NotPossible(_("Only staff with an open account can work in a client book."))
    if user.pk == book.lead_id and level != Level.MANAGE:
        raise NotPossible(_("The lead always manages the book."))
    member, _created = BookMember.objects.update_or_create(
        book=book, user=user, defaults={"level": level, "added_by": actor, "added_at": timezone.now()}
    )
    _log_book(book, Action.BOOK_MEMBER_ADD, user)
    return member


@transaction.atomic
def remove_member(*, actor: User, book_id: UUID, user: User) -> None:
    """Shut the book to the person, from the next request on. Raises NotPossible for the lead."""
    book = get_book(actor, book_id, Permission.BOOK_MANAGE)
    if user.pk == book.lead_id:
        raise NotPossible(_("The lead stays in the book."))
    shut_to(book, user)


def shut_to(book: ClientBook, person: User) -> None:
    """Takes a member out, inside the caller's transaction. Whether that may be is the caller's question:
    the gate's in `remove_member`, or that of a review of access."""
    BookMember.objects.filter(book=book, user=person).delete()
    _log_book(book, Action.BOOK_MEMBER_REMOVE, person)


@contextmanager
def opened_book(book: ClientBook) -> Iterator[tuple[AccessContext, BookTokens]]:
    """A logged access to the book's compartment key and index keys: for adding clients."""
    keys = index_keys(book)
    entry = Entry(
        action=Action.BOOK_OPEN,
        object_type=ObjectType.BOOK,
        object_id=book.pk,
        deal=book.deal_id,
        keys=(book.key_id, *keys.values()),
    )
    with access(Mode.WRITE, entry) as context:
        yield context, BookTokens(book, context, keys)


def index_keys(book: ClientBook) -> dict[int, int]:
    """Signed label → key id of the book's blind indexes, those in force first (see `indexing.Token`)."""
    return {key.signed: key.key_id for key in IndexKey.objects.live().filter(book=book)}


def _log_book(book: ClientBook, action: Action, person: User | None = None) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.BOOK,
            object_id=book.pk,
            deal=book.deal_id,
            subjects=(person.pk,) if person else (),
        )
    )
