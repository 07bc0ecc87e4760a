"""Who answers `vault.records.saving`: claims and protection of every client that is saved, however it is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from audit.actions import Action
from people.accounts.models import User
from vault.intake import claims
from vault.intake.house import opened_house
from vault.intake.models import How
from vault.intake.ownership import note_owner, prolong, protection
from vault.keys import claims as doors
from vault.purposes.catalogue import Holding
from vault.records.labels import Field
from vault.records.models import Client, ClientBook
from vault.records.saving import Adding, Asked, Asking


class HouseKeeper:
    """Claims and protection are of our own books alone: what was entrusted to us is nobody's client here."""

    def asking(self, book: ClientBook) -> Asking | None:
        if book.holding != Holding.OWN:
            return None
        entry, key = opened_house(Action.CLAIM_ASK, book.pk)
        return Asking(entry, claims.claims_maker(key))

    @contextmanager
    def adding(
        self,
        *,
        actor: User,
        book: ClientBook,
        asked: Asked | None,
        ids: list[UUID | None],
        assigned: User | None,
        another: bool,
    ) -> Iterator[Adding]:
        """One question and one writing of claims, however many newcomers there are."""
        if asked is None:
            yield Adding(ids)
            return
        met = claims.meet(actor=actor, book=book, asked=asked, ids=ids, another=another)
        out = met.out
        left = [None if at in out else client_id for at, client_id in enumerate(ids)]
        yield Adding(left, met.owned, met.known, protection(book) if assigned else None)
        rows = [(client_id, mine) for client_id, mine in zip(left, asked.claims, strict=True) if client_id]
        if rows:
            doors.enter(replaced=[], rows=rows)

    def changed(
        self, *, actor: User, client: Client, values: Mapping[str, str], fields: Collection[str]
    ) -> None:
        """Claims follow the values. A change is not asked whether somebody has such a client: that would be
        an oracle without even a new record."""
        if client.book.holding != Holding.OWN:
            return
        if claims.FIELDS.intersection(fields):
            _, key = opened_house(Action.CLAIM_ENTER, client.book_id)
            tokens = set(claims.claims_maker(key)(values))
            doors.enter(replaced=[client.pk], rows=[(client.pk, tokens)])
        if Field.NOTES in fields:
            prolong(actor=actor, client_ids=[client.pk])

    def given(self, *, actor: User, clients: Sequence[Client], to: User | None) -> None:
        """Many at once, from the list: kept and protected like one."""
        how = How.ASSIGNED if to else How.RELEASED
        for book in {client.book_id: client.book for client in clients}.values():
            here = [client for client in clients if client.book_id == book.pk]
            note_owner(actor=actor, book=book, clients=here, to=to, how=how)

    def worked_on(self, *, actor: User, client_ids: Sequence[UUID]) -> None:
        prolong(actor=actor, client_ids=client_ids)
