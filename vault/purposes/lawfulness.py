"""May these clients' data be used for this purpose, now? Every reveal and every export asks here.

The answer is read from the database at each call and kept nowhere: a withdrawal is effective with the next
request of every process. A refusal is committed to the log, and put before the officers, on a connection of
its own: no rollback erases it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from people.accounts.models import User
from vault.masking.grades import Grade
from vault.purposes.alerts.raising import raise_alert
from vault.purposes.asks import Ask, demanded, is_firm_enough
from vault.purposes.bases.models import BookBasis
from vault.purposes.catalogue import Basis, Holding, Purpose, purposes_of
from vault.purposes.codes import WHAT_TO_DO, Act, Recipient, Unlawful
from vault.purposes.consents.ledger import Word, words_of
from vault.purposes.endings import ended
from vault.records.errors import NotPossible
from vault.records.labels import Group
from vault.records.models import Client, ClientBook

# PIPL 28 names financial accounts; pictures of identity documents lie in data rooms, graded L4.
SENSITIVE_GROUPS = frozenset({Group.FINANCIAL})


class NotLawful(NotPossible):
    """The use is refused and nothing was opened; `message` says why and what to do, `reason` is the code."""

    def __init__(self, reason: Unlawful, clients: Sequence[UUID]) -> None:
        super().__init__(f"{reason.label} {WHAT_TO_DO[reason]}")
        self.reason = reason
        self.clients = clients


@dataclass(frozen=True, slots=True)
class Verdict:
    """`lawful`: client → what carries the use. `refused`: client → why not."""

    lawful: Mapping[UUID, Basis]
    refused: Mapping[UUID, Unlawful]


def require_lawful(
    *,
    actor: User,
    clients: Sequence[Client],
    purpose: str,
    act: Act,
    groups: Collection[Group] = (),
    recipient: Recipient = Recipient.NONE,
) -> Basis:
    """The basis that carries the use of every one of these clients (of the first, where they differ).

    Args:
        groups: the disclosure groups to be opened; none named means all of them.
        recipient: the kind of third party, for Act.SHARE.

    Raises:
        NotLawful: for at least one of them nothing carries it; the refusal is logged and alerted.
        ValueError: no client was named.
    """
    if not clients:
        raise ValueError("a use names whose data it is about")
    verdict = judge(clients, purpose=purpose, act=act, groups=groups, recipient=recipient)
    if verdict.refused:
        refuse(actor, clients, verdict.refused, purpose=purpose, act=act, groups=groups)
        first = next(iter(verdict.refused.values()))
        raise NotLawful(first, list(verdict.refused))
    return next(iter(verdict.lawful.values()))


def judge(
    clients: Iterable[Client],
    *,
    purpose: str,
    act: Act,
    groups: Collection[Group] = (),
    recipient: Recipient = Recipient.NONE,
) -> Verdict:
    """Which of these clients (loaded with their book) are lawful for the purpose. Nothing is logged.

    Three queries at most, whatever their number.
    """
    clients = list(clients)
    if purpose not in Purpose.values:
        return Verdict({}, {client.pk: Unlawful.UNKNOWN_PURPOSE for client in clients})
    rows = _rows_of({client.book_id for client in clients}, purpose)
    over = ended({client.book.deal_id for client in clients if client.book.deal_id})
    wanted = {
        client.pk: _demands(client, rows.get(client.book_id), act, groups, recipient) for client in clients
    }
    asked = [client_id for client_id, asks in wanted.items() if asks]
    words = words_of(asked, purpose=purpose) if asked else {}
    lawful: dict[UUID, Basis] = {}
    refused: dict[UUID, Unlawful] = {}
    for client in clients:
        row = rows.get(client.book_id)
        problem = _closed(client.book, row, purpose, over)
        if problem is None and row is not None:
            problem = _missing(wanted[client.pk], words.get(client.pk, {}), row)
        if problem is None and row is not None:
            lawful[client.pk] = Basis(row.basis)
        elif problem is not None:
            refused[client.pk] = problem
    return Verdict(lawful, refused)


def refuse(
    actor: User,
    clients: Iterable[Client],
    refused: Mapping[UUID, Unlawful],
    *,
    purpose: str,
    act: Act,
    groups: Collection[Group] = (),
) -> None:
    """Log and alert these refusals, once for each book and reason. Raises LogUnavailable."""
    parts: dict[tuple[UUID, Unlawful], list[UUID]] = defaultdict(list)
    books: dict[UUID, ClientBook] = {}
    for client in clients:
        if client.pk in refused:
            parts[client.book_id, refused[client.pk]].append(client.pk)
            books[client.book_id] = client.book
    for (book_id, reason), subjects in parts.items():
        raise_alert(
            actor_id=actor.pk,
            book=books[book_id],
            subjects=subjects,
            purpose=purpose,
            act=act,
            reason=reason,
            groups=tuple(group.value for group in groups),
        )


def _rows_of(books: Collection[UUID], purpose: str) -> dict[UUID, BookBasis]:
    return {row.book_id: row for row in BookBasis.objects.filter(book_id__in=books, purpose=purpose)}


def _closed(book: ClientBook, row: BookBasis | None, purpose: str, over: Collection[UUID]) -> Unlawful | None:
    """Why nothing of the book may be used for this, whoever the client is."""
    if purpose not in purposes_of(book.holding):
        return Unlawful.UNKNOWN_PURPOSE
    if row is None or not row.on:
        return Unlawful.OFF
    if book.holding == Holding.ENTRUSTED and book.deal_id in over:
        return Unlawful.DEAL_ENDED
    return None


def _demands(
    client: Client, row: BookBasis | None, act: Act, groups: Collection[Group], recipient: Recipient
) -> list[Ask]:
    if row is None:
        return []
    highest = client.grade == Grade.L4
    sensitive = highest or not groups or bool(SENSITIVE_GROUPS.intersection(groups))
    return demanded(row, act, sensitive=sensitive, highest=highest, recipient=recipient)


def _missing(
    asks: Sequence[Ask], words: Mapping[tuple[str, str, str], Word], row: BookBasis
) -> Unlawful | None:
    for ask in asks:
        word = words.get((ask.purpose.value, ask.scope.value, ask.recipient.value))
        if word is None:
            return Unlawful.NO_CONSENT
        if not word.given:
            return Unlawful.WITHDRAWN
        if word.notice_version < row.consents_since:
            return Unlawful.OUTDATED
        if not is_firm_enough(word.form, ask.form):
            return Unlawful.TOO_WEAK
    return None
