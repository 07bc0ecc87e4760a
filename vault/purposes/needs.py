"""Which fields a purpose needs, and which therefore are in a book at all (PIPL 6, GDPR 5 (1) c).

What a purpose does not need stays masked whoever asks under it (`lawfulness`, `records.reading`); what no
purpose of a book needs is not taken in, by whichever way it comes (`require_needed`). Both read the rows at
each call: an officer who narrows a purpose is obeyed from the next request on.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_refusal
from vault.purposes.bases.models import BookBasis
from vault.records.errors import NotPossible
from vault.records.labels import HELD, HELD_IN, HELD_LABELS, Group
from vault.records.models import ClientBook

NOT_TAKEN_IN = "collect.not_needed"
WORDS = {NOT_TAKEN_IN: pgettext_lazy("refusal", "No purpose of the book needs these data")}


class NotNeeded(NotPossible):
    """No purpose of the book needs these fields: nothing was stored. `codes` are theirs."""

    def __init__(self, codes: Collection[str]) -> None:
        super().__init__(
            _(
                "No purpose of this book needs: %(fields)s. Nothing was stored. Leave it out, or ask a"
                " compliance officer to say which purpose needs it."
            )
            % {"fields": in_words(codes)}
        )
        self.codes = tuple(codes)


def needs_enough(row: BookBasis, groups: Collection[Group], fields: Collection[str]) -> bool:
    """Whether the purpose needs all of `fields`, and something of each group; none named means all groups."""
    needed = set(row.fields)
    return needed.issuperset(fields) and all(needed.intersection(HELD_IN[group]) for group in groups or Group)


def needed_for(book_id: UUID, purpose: str) -> frozenset[str]:
    """What the purpose needs of this book's clients; nothing while it is off. One query."""
    row = BookBasis.objects.filter(book_id=book_id, purpose=purpose, on=True).first()
    return frozenset(row.fields if row else ())


def needed_by_any(rows: Iterable[BookBasis]) -> frozenset[str]:
    """What at least one of these purposes needs, as far as they are on."""
    return frozenset(code for row in rows if row.on for code in row.fields)


def needed_in(book_id: UUID) -> frozenset[str]:
    """What any purpose of the book that is on needs: what may be taken in. One query."""
    return needed_by_any(BookBasis.objects.filter(book_id=book_id, on=True))


def needless_in(book_id: UUID) -> tuple[str, ...]:
    """The codes that no purpose of the book needs, in their usual order. One query."""
    needed = needed_in(book_id)
    return tuple(code for code in HELD if code not in needed)


def require_needed(
    book: ClientBook,
    codes: Iterable[str],
    *,
    action: Action,
    object_type: ObjectType = ObjectType.BOOK,
    object_id: UUID | None = None,
) -> None:
    """Let nothing be stored that no purpose of the book needs.

    Raises NotNeeded: the refusal is in the log, beyond any rollback.
    """
    given = set(codes)
    beyond = [code for code in needless_in(book.pk) if code in given] if given else []
    if not beyond:
        return
    record_refusal(
        Entry(
            action=action,
            object_type=object_type,
            object_id=object_id or book.pk,
            deal=book.deal_id,
            reason=NOT_TAKEN_IN,
            fields=tuple(beyond),
        )
    )
    raise NotNeeded(beyond)


def in_words(codes: Iterable[str]) -> str:
    """The names of fields, in the reader's language."""
    return _(", ").join(str(HELD_LABELS[code]) for code in codes)
