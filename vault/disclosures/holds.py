"""Exports that oversight has stopped: for which books, and why. Layers above register who says so.

Asked anew by each request that would let a list leave the house: asking for an export, making its file,
taking it, and taking a list from a deal's room. A hold takes nobody's key away, which a freeze does: work on
the clients goes on.
"""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from django.utils.functional import Promise

from audit.actions import Action, ObjectType, Reason
from audit.entry import Entry
from audit.log import record_refusal
from people.accounts.models import User
from people.factors.pausing import pause_words, paused_until, words_if_paused
from people.owing import words_if_owing
from vault.disclosures.models import Export
from vault.records.errors import NotPossible
from vault.records.models import Client

# Those of these books that are held, each with the reason, in a fixed number of queries.
Provider = Callable[[Collection[UUID]], Mapping[UUID, str | Promise]]

_providers: list[Provider] = []


class ExportsHeld(NotPossible):
    """The text says why; nothing left the house."""


def register(provider: Provider) -> None:
    """A second time changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def held_among(books: Collection[UUID]) -> dict[UUID, str | Promise]:
    """The books of these whose lists may not leave, and why."""
    return {book: why for provider in _providers for book, why in provider(books).items()}


def books_of(export: Export) -> set[UUID]:
    """The books that the people asked for are in."""
    clients = Client.objects.filter(pk__in=export.items.values("client_id"))
    return set(clients.order_by().values_list("book_id", flat=True).distinct())


def refuse_paused(taker: User, *, export: Export | None) -> None:
    """Raises ExportsHeld, logged, for somebody whose second factors were reset less than a day ago, or who is
    late with what they owe the house."""
    until = paused_until(taker)
    words = pause_words(until) if until else words_if_owing(taker)
    if not words:
        return
    record_refusal(
        Entry(
            action=Action.CLIENT_EXPORT,
            object_type=ObjectType.PERSON if export is None else ObjectType.EXPORT,
            object_id=taker.pk if export is None else export.pk,
            reason=(Reason.FACTOR_RESET if until else Reason.IN_ARREARS).value,
        )
    )
    raise ExportsHeld(words)


def why_not(taker: User, export: Export) -> str | Promise:
    """Why a ready export may not be taken now; empty when it may."""
    own = words_if_paused(taker) or words_if_owing(taker)
    return own or next(iter(held_among(books_of(export)).values()), "")


def refuse_held(books: Collection[UUID], *, export: Export | None, deal: UUID | None = None) -> None:
    """Raises ExportsHeld, logged, where one of the books is held."""
    held = held_among(books)
    if not held:
        return
    record_refusal(
        Entry(
            action=Action.CLIENT_EXPORT,
            object_type=ObjectType.BOOK if export is None else ObjectType.EXPORT,
            object_id=min(held) if export is None else export.pk,
            deal=deal,
            reason=Reason.EXPORTS_HELD.value,
        )
    )
    raise ExportsHeld(next(iter(held.values())))
