"""Setting what carries each purpose of a book."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.roles.access import require
from people.roles.permissions import Permission
from vault.purposes.bases.models import BookBasis
from vault.purposes.catalogue import CARRIED_BY, Basis, Purpose, default_basis, purposes_of
from vault.purposes.codes import Why
from vault.records.errors import NotPossible
from vault.records.models import ClientBook


def start_bases(book: ClientBook, basis: Basis | None = None) -> None:
    """What a new book may be used for, in the caller's transaction: all but marketing, unless it is for that.

    `basis` carries the book's main purpose; the others start with their usual one, as books of before did
    in migration 0009.

    Raises NotPossible: `basis` cannot carry the main purpose.
    """
    main = Purpose(book.purpose)
    if basis is not None and basis not in CARRIED_BY[main]:
        raise NotPossible(_("This basis cannot carry the purpose."))
    BookBasis.objects.bulk_create(
        BookBasis(
            book=book,
            holding=book.holding,
            purpose=purpose,
            basis=basis if basis is not None and purpose == main else default_basis(purpose),
            changed_by_id=book.lead_id,
        )
        for purpose in purposes_of(book.holding)
        if purpose is not Purpose.MARKETING or purpose == main
    )


def set_basis(
    *,
    actor: User,
    book_id: UUID,
    purpose: Purpose,
    basis: Basis,
    on: bool,
    why: Why,
    ask_sensitive: bool = False,
    recipients: Sequence[str] = (),
    overseas: bool = False,
) -> BookBasis:
    """Switch a purpose of a book on or off and say what carries it; effective with the next request.

    Raises:
        Refused: the actor does not manage purposes.
        NotPossible: the book's kind does not know the purpose, or the basis cannot carry it.
    """
    require(actor, Permission.PURPOSE_MANAGE)
    book = ClientBook.objects.get(pk=book_id)
    if purpose not in purposes_of(book.holding):
        raise NotPossible(_("An entrusted book knows its deal alone, and no other book knows that purpose."))
    if basis not in CARRIED_BY[purpose]:
        raise NotPossible(_("This basis cannot carry the purpose."))
    with transaction.atomic():
        row, _made = BookBasis.objects.update_or_create(
            book=book,
            purpose=purpose,
            defaults={
                "holding": book.holding,
                "basis": basis,
                "on": on,
                "ask_sensitive": ask_sensitive,
                "recipients": sorted(set(recipients)),
                "overseas": overseas,
                "why": why,
                "changed_by": actor,
                "changed_at": timezone.now(),
            },
        )
        record_change(
            Entry(
                action=Action.PURPOSE_BASIS,
                object_type=ObjectType.BOOK,
                object_id=book.pk,
                deal=book.deal_id,
                purpose=purpose.value,
                reason=why.value,
                fields=(f"basis.{basis.value}", "basis.on" if on else "basis.off"),
            )
        )
    return row
