"""Showing clients: masked, or in plaintext one disclosure group at a time; never without a log entry."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db import transaction

from audit.actions import Action, ObjectType
from audit.entry import MAX_SUBJECTS, Entry
from audit.log import record_read, record_refusal
from audit.refusals import Refused
from people.accounts.models import User
from people.arrears import arrears_of
from people.factors.pausing import paused_until
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.disclosures.categories import CATEGORY_OF_GROUP, Category, category_of_codes
from vault.disclosures.counting import count_shown
from vault.keys.freezing import frozen_among
from vault.purposes.catalogue import Purpose, Reason
from vault.purposes.codes import Act
from vault.purposes.lawfulness import require_lawful
from vault.purposes.needs import needed_for
from vault.records.access import get_client, may_open, may_reveal, within_grade
from vault.records.entries import client_entry
from vault.records.grading.rules import rules
from vault.records.labels import FIELDS_OF, HELD, HELD_IN, Group
from vault.records.models import Client
from vault.records.reasons import seal_reason
from vault.records.reveals.limits import count_reveals
from vault.records.reveals.needs import needs_of
from vault.records.reveals.permits import use_permit
from vault.records.reveals.refusals import Lack, RevealRefused
from vault.sealed.context import current_access

LISTED = (Group.IDENTITY, Group.CONTACT)


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A disclosure group as it is shown: masks, or plaintext when `is_open`, but for what is `withheld`."""

    group: Group
    values: Mapping[str, str] = field(repr=False)
    extras: Mapping[str, str] = field(repr=False)
    is_open: bool = False
    withheld: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MaskedRow:
    """A client in a list: unsealed columns, and masks of name, phone and number."""

    client: Client
    name: str
    phone: str
    number: str
    frozen: bool = False


def masked_rows(clients: Sequence[Client], *, object_id: UUID | None = None) -> list[MaskedRow]:
    """Masks of one page (at most 1,000 clients), under one entry that names all of them."""
    if not clients:
        return []
    if len(clients) > MAX_SUBJECTS:
        raise ValueError(f"a page has at most {MAX_SUBJECTS} clients")
    # A frozen book must not take the others' rows along: its own show that they are there, and nothing else.
    frozen = frozen_among(client.book_id for client in clients)
    shown = [client for client in clients if client.book_id not in frozen]
    entry = Entry(
        action=Action.CLIENT_LIST,
        object_type=ObjectType.BOOK,
        object_id=object_id,
        subjects=tuple(client.pk for client in shown),
        keys=keys_of(shown),
    )
    with access(Mode.MASK, entry, groups=LISTED):
        return [
            MaskedRow(client, "", "", "", frozen=True) if client.book_id in frozen else masked_row(client)
            for client in clients
        ]


def keys_of(clients: Iterable[Client]) -> tuple[int, ...]:
    """The clients' keys and, once each, the compartment keys that they hang from."""
    clients = list(clients)
    return (*{client.book.key_id for client in clients}, *(client.key_id for client in clients))


def masked_row(client: Client) -> MaskedRow:
    """In a context of mask mode. A storage-only client shows that it is there, and nothing of it."""
    if not may_open(client):
        return MaskedRow(client, "", "", "")
    return MaskedRow(client, client.name, client.phone, client.id_number or client.credit_code)


def view_client(*, actor: User, client_id: UUID) -> tuple[Client, list[ShownGroup]]:
    """One client with every group masked. Raises Refused."""
    client = get_client(actor, client_id, Permission.CLIENT_VIEW)
    if not may_open(client):
        record_read(look_without_keys(client))
        return client, []
    with access(Mode.MASK, client_entry(client, Action.CLIENT_VIEW)):
        return client, [_shown(client, group) for group in Group]


def mask_group(*, actor: User, client_id: UUID, group: Group) -> tuple[Client, ShownGroup]:
    """One group, masked again after it was shown. Raises Refused."""
    client = get_client(actor, client_id, Permission.CLIENT_VIEW)
    if not may_open(client):
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_VIEW)
    with access(Mode.MASK, client_entry(client, Action.CLIENT_VIEW), groups={group}):
        return client, _shown(client, group)


@contextmanager
def revealed(
    *,
    actor: User,
    client_id: UUID,
    group: Group,
    purpose: str,
    reason: Reason,
    words: str = "",
    confirmed: bool = False,
    opened: Collection[str] | None = None,
    fields: Sequence[str] | None = None,
    needs: Collection[str] = (),
    others: Sequence[Client] = (),
    counted_as: Category | None = None,
) -> Iterator[Client]:
    """The client with a group open, for a lawful purpose. Every reveal passes here.

    Of the client's own fields those that the purpose does not need stay masks, are not logged as shown and do
    not count; rows about the client open where the purpose needs something of the group that they count as.

    Args:
        group: what this reveal needs and counts as: its grade decides.
        words: free text beside the reason code; sealed under the client's key before it is logged.
        confirmed: whether the person has just confirmed who they are (people.stepup).
        opened: codes of the groups that open, where they are not `group`: those of rows about it.
        fields: codes of what is shown, for the log, where it is less than all of `opened`.
        needs: codes of fields that the purpose has to need though they are not shown themselves.
        others: more clients of the same book whose rows are part of what is shown, loaded with their book.
        counted_as: the class in which it counts, where rows about a client are graver than `group`.

    Raises:
        Refused: no such client for this person, or it is kept for storage only.
        ValueError: there is no such purpose.
        OfficerNeeded: the person's counts have reached the marks; nothing was opened.
        RevealRefused: something else is missing; it is logged, and nothing was opened.
        NotLawful: the book's holding does not know this purpose, it is not what the data were taken in for,
            or neither basis nor consent carries it; logged and alerted, and nothing was opened.
    """
    client = get_client(actor, client_id, Permission.CLIENT_REVEAL)
    everybody = (client, *others)
    if not all(may_reveal(one, group) for one in everybody):
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_REVEAL)
    allowed = Purpose(purpose)
    named = [code for code in (*(fields or ()), *needs) if code in HELD]
    require_lawful(
        actor=actor, clients=everybody, purpose=allowed, act=Act.REVEAL, groups={group}, fields=named
    )
    # Read after the judgement: if an officer narrows the purpose in between, less is opened and not more.
    needed = needed_for(client.book_id, allowed)
    groups = {group.value} if opened is None else set(opened)
    shown = [code for code in HELD_IN[group] if code in needed] if opened is None else []
    if 0 < len(shown) < len(HELD_IN[group]):
        fields = [group.value, *shown]
    entry = Entry(
        action=Action.CLIENT_REVEAL,
        object_type=ObjectType.CLIENT,
        object_id=client_id,
        subjects=tuple(one.pk for one in everybody),
        deal=client.book.deal_id,
        purpose=allowed.value,
        reason=Reason(reason).value,
        fields=tuple(fields or sorted(groups)),
    )
    category = counted_as or (category_of_codes(shown) if shown else CATEGORY_OF_GROUP[group])
    try:
        _take_leave(actor, everybody, group, allowed, category, confirmed=confirmed)
    except RevealRefused as refused:
        if refused.lack is not Lack.STEP_UP:  # being asked who one is refuses nothing yet
            record_refusal(replace(entry, reason=refused.lack.value))
        raise
    detail = None
    if words:
        # The key that seals the words comes, like any key, only after an entry of its own.
        detail = seal_reason(client, words)
    entry = replace(entry, keys=keys_of(everybody), detail=detail)
    with access(Mode.OPEN, entry, groups=groups, withheld=set(HELD) - needed):
        yield client


def reveal_group(
    *,
    actor: User,
    client_id: UUID,
    group: Group,
    purpose: str,
    reason: Reason,
    words: str = "",
    confirmed: bool = False,
) -> tuple[Client, ShownGroup]:
    """One group in plaintext. Arguments and refusals are those of `revealed`."""
    with revealed(
        actor=actor,
        client_id=client_id,
        group=group,
        purpose=purpose,
        reason=reason,
        words=words,
        confirmed=confirmed,
    ) as client:
        return client, _shown(client, group, is_open=True)


@transaction.atomic
def _take_leave(
    actor: User,
    clients: Sequence[Client],
    group: Group,
    purpose: Purpose,
    category: Category,
    *,
    confirmed: bool,
) -> None:
    """Whatever must hold before plaintext is shown, in order of what the person can do about it.

    What is used up (a permit, a part of the day's limit) is used up in this one transaction, which commits
    before anything is opened: a reveal that then fails costs the person a try, never the house an account.
    """
    until = paused_until(actor)
    if until is not None:
        raise RevealRefused(Lack.PAUSED, until=until)
    if arrears_of(actor):
        raise RevealRefused(Lack.OWING)
    if not all(within_grade(actor, one, Permission.CLIENT_REVEAL, FIELDS_OF[group]) for one in clients):
        raise RevealRefused(Lack.GRADE)
    house, weights = rules(), {}
    for client in clients:
        needs = needs_of(client, group, house)
        if needs.step_up and not confirmed:
            raise RevealRefused(Lack.STEP_UP)
        if needs.second_person:
            use_permit(actor=actor, client=client, group=group, purpose=purpose)
        weights[client] = needs.weight
    count_reveals(actor=actor, weights=weights, group=group, purpose=purpose)
    count_shown(actor, clients, category, purpose.value)


def _shown(client: Client, group: Group, *, is_open: bool = False) -> ShownGroup:
    values = {name.value: getattr(client, name) for name in FIELDS_OF[group]}
    context = current_access()
    withheld = context.withheld if context else frozenset()
    return ShownGroup(group, values, client.extras if group is Group.NOTES else {}, is_open, withheld)


def look_without_keys(client: Client) -> Entry:
    """The entry of a look at a client that releases no key."""
    return replace(client_entry(client, Action.CLIENT_VIEW), keys=())
