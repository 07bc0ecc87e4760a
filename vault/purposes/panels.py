"""What the pages of a client and of a book show of purposes, notices and consents."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from vault.purposes.asks import Ask, asks_of
from vault.purposes.bases.models import BookBasis
from vault.purposes.bases.overview import line_of
from vault.purposes.catalogue import Holding
from vault.purposes.consents.ledger import Word, words_of
from vault.purposes.consents.proofs import COUNTS_AS
from vault.purposes.needs import in_words, needed_by_any
from vault.purposes.notices.forms import ToldForm
from vault.purposes.notices.models import NoticeDelivery, NoticeLink
from vault.purposes.notices.services import notice_in_force
from vault.purposes.sources.models import ListSource
from vault.records.access import may_open, may_reveal
from vault.records.labels import HELD, HELD_IN, Group
from vault.records.models import Client, ClientBook
from vault.records.panels import Panel, book_page, client_page
from vault.sealed.models import sealed_groups

SOURCES_SHOWN = 5
LOOKED_AT = 10_000  # of a book's newest clients, when it is counted who holds what nothing needs


@dataclass(frozen=True, slots=True)
class State:
    """One thing that the client is asked for, or was once, and the client's last word on it."""

    ask: Ask
    word: Word | None
    holds: bool
    waits: bool
    asked: bool


def states_of(client: Client, rows: list[BookBasis]) -> list[State]:
    """In the order of the catalogue; what is no longer asked stays as long as there is a word on it."""
    words = words_of([client.pk]).get(client.pk, {})
    since = {row.purpose: row.consents_since for row in rows}
    asks = asks_of(rows)
    known = {ask.code for ask in asks}
    every = asks + [ask for ask in map(Ask.stored, words) if ask.code not in known]
    states = []
    for ask in every:
        word = words.get((ask.purpose, ask.scope, ask.recipient))
        current = word is not None and word.notice_version >= since.get(ask.purpose, 0)
        holds = word is not None and current and word.counts
        waits = word is not None and current and word.waits
        states.append(State(ask, word, holds, waits, ask.code in known))
    return states


@dataclass(frozen=True, slots=True)
class Kept:
    """A group of which no purpose needs anything, and how many clients of the book hold something of it."""

    names: str
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class Needless:
    """What nothing needs: its names, and what of it is known to be held."""

    names: str
    held: list[Kept]


def needless_of(book: ClientBook, codes: Collection[str]) -> Needless:
    """Whether a group is there is seen without opening it; single fields of a group are sealed together, so
    that only the client's own page says whether one of them is held."""
    newest = Client.objects.filter(book=book).order_by("-id").values("pk")
    held = []
    for column in sealed_groups(Client):
        fields = HELD_IN[Group(column.label)]
        if set(fields).issubset(codes):
            those = Client.objects.filter(pk__in=newest[:LOOKED_AT], **{f"{column.name}__isnull": False})
            if count := those.count():
                held.append(Kept(in_words(fields), count, newest[LOOKED_AT:].exists()))
    return Needless(in_words(codes), held)


def of_client(user: User, client: Client) -> Mapping[str, Any] | None:
    """Was the client told, and to what did they consent? Five queries."""
    rows = list(BookBasis.objects.filter(book_id=client.book_id).order_by("purpose"))
    notice = notice_in_force(client.book_id)
    told = NoticeDelivery.objects.filter(client=client, notice=notice).first() if notice else None
    return {
        "client": client,
        "entrusted": client.book.holding == Holding.ENTRUSTED,
        "states": states_of(client, rows),
        "notice": notice,
        "told": told,
        "link": NoticeLink.objects.filter(client=client).order_by("-created_at").first(),
        "told_form": ToldForm(auto_id="told_%s"),
        "may": has(user, Permission.CLIENT_EDIT) and may_open(client),
        "may_prove": has(user, Permission.CLIENT_REVEAL) and may_reveal(client, COUNTS_AS),
    }


def of_book(user: User, book: ClientBook) -> Mapping[str, Any] | None:
    """What the book may be used for, what its people are told, where its lists come from. Three queries, and
    two for each group of which nothing is needed."""
    rows = list(BookBasis.objects.filter(book=book).order_by("purpose"))
    needed = needed_by_any(rows)
    sources = ListSource.objects.filter(book=book).select_related("recorded_by")
    return {
        "line": line_of(book, rows, notice_in_force(book.pk)),
        "needless": needless_of(book, [code for code in HELD if code not in needed]),
        "looked": LOOKED_AT,
        "sources": list(sources.order_by("-recorded_at", "-id")[:SOURCES_SHOWN]),
        "may": has(user, Permission.PURPOSE_MANAGE),
        "may_import": has(user, Permission.CLIENT_IMPORT),
    }


def connect() -> None:
    client_page.add_panel(Panel(template="vault/purposes/_client.html", context=of_client, order=40))
    book_page.add_panel(Panel(template="vault/purposes/_book.html", context=of_book, order=40))
