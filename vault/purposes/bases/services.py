"""Setting what carries each purpose of a book."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.posts.codes import Post
from people.posts.holding import NotTheirs, speaking_for
from people.roles.access import require
from people.roles.permissions import Permission
from vault.purposes.bases.models import BookBasis
from vault.purposes.catalogue import (
    CARRIED_BY,
    NEEDED,
    NEVER_NEEDED,
    Basis,
    Purpose,
    default_basis,
    purposes_of,
)
from vault.purposes.codes import Why
from vault.purposes.needs import in_words
from vault.purposes.notices.services import notice_in_force
from vault.records.errors import NotPossible
from vault.records.labels import HELD, Field
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
            fields=list(NEEDED[purpose]),
            changed_by_id=book.lead_id,
        )
        for purpose in purposes_of(book.holding)
        if purpose is not Purpose.MARKETING or purpose == main
    )


DECIDES = Post.DPO  # alone, once somebody was appointed


@contextmanager
def _decided_by_the_officer(actor: User) -> Iterator[None]:
    """What carries a purpose, and what it needs, is the data protection officer's to decide (PIPL 13, 52).
    Raises NotPossible."""
    try:
        with speaking_for(DECIDES, actor), transaction.atomic():
            yield
    except NotTheirs as refused:
        raise NotPossible(str(refused)) from refused


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

    A purpose that is new to the book needs what the catalogue says; `set_needs` changes it.

    Raises:
        Refused: the actor does not manage purposes.
        NotPossible: it is for another to decide, the book's kind does not know the purpose, or the basis
        cannot carry it.
    """
    require(actor, Permission.PURPOSE_MANAGE)
    book = ClientBook.objects.get(pk=book_id)
    if purpose not in purposes_of(book.holding):
        raise NotPossible(
            _("An entrusted book has its deal as its only purpose, and no other book has that purpose.")
        )
    if basis not in CARRIED_BY[purpose]:
        raise NotPossible(_("This basis cannot carry the purpose."))
    with _decided_by_the_officer(actor):
        said = {
            "holding": book.holding,
            "basis": basis,
            "on": on,
            "ask_sensitive": ask_sensitive,
            "recipients": sorted(set(recipients)),
            "overseas": overseas,
            "why": why,
            "changed_by": actor,
            "changed_at": timezone.now(),
        }
        row, _made = BookBasis.objects.update_or_create(
            book=book,
            purpose=purpose,
            defaults=said,
            create_defaults={**said, "fields": list(NEEDED[purpose])},
        )
        _log(book, purpose, why, (f"basis.{basis.value}", "basis.on" if on else "basis.off"))
    return row


def set_needs(
    *, actor: User, book_id: UUID, needs: Mapping[Purpose, Collection[str]], why: Why
) -> list[BookBasis]:
    """Say which fields of a client each of these purposes needs; gives the rows that this changed.

    It counts from the next request on. A purpose that is to need more outdates the consents given to it: who
    consented was told of other data (PIPL 14), so that the next version of the notice asks anew. Needing less
    outdates nothing.

    Raises:
        Refused: the actor does not manage purposes.
        NotPossible: it is for another to decide, the book was never used for one of the purposes, or the
        purpose may never need a field.
    """
    require(actor, Permission.PURPOSE_MANAGE)
    with _decided_by_the_officer(actor):
        book = ClientBook.objects.get(pk=book_id)
        rows = {row.purpose: row for row in BookBasis.objects.select_for_update().filter(book=book)}
        notice = notice_in_force(book_id)
        changed = []
        for purpose, codes in needs.items():
            wanted = _checked(purpose, codes)
            row = rows.get(purpose)
            if row is None:
                raise NotPossible(_("Switch the purpose on first, then say what it needs."))
            more, less = wanted - set(row.fields), set(row.fields) - wanted
            if not more and not less:
                continue
            if more and notice is not None:
                row.consents_since = max(row.consents_since, notice.version + 1)
            row.fields = [code for code in HELD if code in wanted]
            row.why, row.changed_by, row.changed_at = why, actor, timezone.now()
            row.save(update_fields=["fields", "consents_since", "why", "changed_by", "changed_at"])
            _log(book, purpose, why, _in_codes(more, less))
            changed.append(row)
    return changed


def _checked(purpose: Purpose, codes: Collection[str]) -> set[str]:
    never = [code for code in NEVER_NEEDED.get(purpose, ()) if code in codes]
    if never:
        raise NotPossible(
            _("%(purpose)s never needs: %(fields)s. Nothing was changed.")
            % {"purpose": purpose.label, "fields": in_words(never)}
        )
    wanted = set(codes).intersection(HELD)
    if Field.BIRTH_DATE in wanted and Field.ID_NUMBER not in wanted:
        raise NotPossible(
            _(
                "A birth date beside the masked ID number would give that number away. Nothing was changed:"
                " tick both for this purpose, or neither."
            )
        )
    return wanted


def _in_codes(more: Collection[str], less: Collection[str]) -> tuple[str, ...]:
    return (
        *(f"needs.{code}" for code in HELD if code in more),
        *(f"spares.{code}" for code in HELD if code in less),
    )


def _log(book: ClientBook, purpose: Purpose, why: Why, fields: tuple[str, ...]) -> None:
    record_change(
        Entry(
            action=Action.PURPOSE_BASIS,
            object_type=ObjectType.BOOK,
            object_id=book.pk,
            deal=book.deal_id,
            purpose=purpose.value,
            reason=why.value,
            fields=fields,
        )
    )
