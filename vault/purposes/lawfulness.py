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
from vault.purposes.engagements import Engagement, engagements_of
from vault.purposes.needs import needs_enough
from vault.records.errors import NotPossible
from vault.records.labels import Group
from vault.records.models import Client, ClientBook
from vault.records.reveals.needs import lack_of_facets

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
    fields: Collection[str] = (),
    recipient: Recipient = Recipient.NONE,
) -> Basis:
    """The basis that carries the use of every one of these clients (of the first, where they differ).

    Args:
        groups: the disclosure groups to be opened; none named means all of them. The purpose must need
            something of each.
        fields: codes of what is opened, where it is known; the purpose must need all of it.
        recipient: the kind of third party, for Act.SHARE.

    Raises:
        NotLawful: for at least one of them nothing carries it; the refusal is logged and alerted.
        ValueError: no client was named.
    """
    if not clients:
        raise ValueError("a use names whose data it is about")
    verdict = judge(clients, purpose=purpose, act=act, groups=groups, fields=fields, recipient=recipient)
    if verdict.refused:
        refuse(actor, clients, verdict.refused, purpose=purpose, act=act, groups=groups)
        first = next(iter(verdict.refused.values()))
        raise NotLawful(first, list(verdict.refused))
    return next(iter(verdict.lawful.values()))


def require_known_purpose(
    *, actor: User, book: ClientBook, purpose: str, clients: Sequence[UUID] = ()
) -> Purpose:
    """The purpose that is to be kept with a client, for the reveals to come; the book's kind has to know it.

    Raises:
        NotLawful: it does not; logged and alerted like the reveal that it would have led to.
        ValueError: there is no such purpose.
    """
    named = Purpose(purpose)
    if named not in purposes_of(book.holding):
        reason = Unlawful.UNKNOWN_PURPOSE
        raise_alert(
            actor_id=actor.pk,
            book=book,
            subjects=clients,
            purpose=named,
            act=Act.REVEAL,
            reason=reason,
            groups=(),
        )
        raise NotLawful(reason, clients)
    return named


def judge(
    clients: Iterable[Client],
    *,
    purpose: str,
    act: Act,
    groups: Collection[Group] = (),
    fields: Collection[str] = (),
    recipient: Recipient = Recipient.NONE,
    abroad: bool = False,
) -> Verdict:
    """Which of these clients (loaded with their book) are lawful for the purpose. Nothing is logged.

    `abroad`: whoever receives the data is outside mainland China, be it a third party or one who processes
    for us: each client's separate consent to that is asked for, too (PIPL 39).

    Three queries at most, whatever their number, and one more where a contract carries the use of any; for
    data from outside whose source is not named, those of the registered sources.
    """
    clients = list(clients)
    if purpose not in Purpose.values:
        return Verdict({}, {client.pk: Unlawful.UNKNOWN_PURPOSE for client in clients})
    rows = _rows_of({client.book_id for client in clients}, purpose)
    over = ended({client.book.deal_id for client in clients if client.book.deal_id})
    wanted = {
        client.pk: _demands(client, rows.get(client.book_id), act, groups, recipient=recipient, abroad=abroad)
        for client in clients
    }
    asked = [client_id for client_id, asks in wanted.items() if asks]
    words = words_of(asked, purpose=purpose) if asked else {}
    engaged = _engaged(clients, rows)
    lawful: dict[UUID, Basis] = {}
    refused: dict[UUID, Unlawful] = {}
    for client in clients:
        row = rows.get(client.book_id)
        problem = _closed(client.book, row, purpose, over) or lack_of_facets(client, purpose)
        if problem is None and row is not None and not needs_enough(row, groups, fields):
            problem = Unlawful.NOT_NEEDED
        if problem is None and row is not None:
            problem = _unengaged(row, act, engaged.get(client.pk, Engagement.NEVER))
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


def _engaged(clients: Iterable[Client], rows: Mapping[UUID, BookBasis]) -> Mapping[UUID, Engagement]:
    """How those clients stand by contract whose book carries the purpose by one."""
    books = {book for book, row in rows.items() if row.on and row.basis == Basis.CONTRACT}
    asked = [client.pk for client in clients if client.book_id in books]
    return engagements_of(asked) if asked else {}


def _unengaged(row: BookBasis, act: Act, engagement: Engagement) -> Unlawful | None:
    """PIPL 13 (2): what is needed to conclude a contract with the person, or to perform it.

    Before the first mandate the house may do what leads to it, but nobody has engaged it to tell others;
    after the last one nothing is left to perform.
    """
    if row.basis != Basis.CONTRACT:
        return None
    if engagement is Engagement.OVER:
        return Unlawful.MANDATE_ENDED
    if act is Act.SHARE and engagement is not Engagement.NOW:
        return Unlawful.NO_MANDATE
    return None


def _demands(
    client: Client,
    row: BookBasis | None,
    act: Act,
    groups: Collection[Group],
    *,
    recipient: Recipient,
    abroad: bool,
) -> list[Ask]:
    if row is None:
        return []
    highest = client.grade == Grade.L4
    sensitive = highest or not groups or bool(SENSITIVE_GROUPS.intersection(groups))
    return demanded(row, act, sensitive=sensitive, highest=highest, recipient=recipient, abroad=abroad)


def _missing(
    asks: Sequence[Ask], words: Mapping[tuple[str, str, str], Word], row: BookBasis
) -> Unlawful | None:
    for ask in asks:
        word = words.get((ask.purpose.value, ask.scope.value, ask.recipient.value))
        if word is None or (word.given and not word.stands):
            return Unlawful.NO_CONSENT
        if not word.given:
            return Unlawful.WITHDRAWN
        if word.notice_version < row.consents_since:
            return Unlawful.OUTDATED
        if word.waits:
            return Unlawful.UNCONFIRMED
        if not is_firm_enough(word.form, ask.form):
            return Unlawful.TOO_WEAK
    return None
