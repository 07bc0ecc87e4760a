"""Showing a company's people and a client's positions: masked names, bands of shares, or exact shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from django.db import connection
from django.db.models import Q

from audit.actions import Action, ObjectType
from audit.entry import MAX_SUBJECTS, Entry
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.purposes.catalogue import Reason
from vault.records.access import get_client, may_open, may_reveal, which_clients
from vault.records.labels import Field, Group
from vault.records.models import Client, ClientKind, ClientState
from vault.records.reading import keys_of, revealed
from vault.relations.people.models import SHARE, Position, Relation
from vault.relations.people.shares import BENEFICIAL, LEVELS, Holding, Structure, band, structure

SHOWN = 200  # rows of one client's page
REACH = 300  # holdings that a structure looks through

# Who holds whom above a company, level by level, each row once however often the holdings go round.
_ABOVE = """
with recursive above(company_id, level) as (
    select %s::uuid, 0
  union
    select relation.client_id, above.level + 1
      from above join vault_relation relation on relation.company_id = above.company_id
     where relation.position = 'shareholder' and relation.until is null and above.level < %s
)
select distinct relation.id from vault_relation relation join above using (company_id)
 where relation.position = 'shareholder' and relation.until is null limit %s
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A relation as a page shows it, seen from one side: `other` is the client at its other end.

    `share` is a band while masked, the percent when open; `owns` says that it is a quarter or more.
    """

    relation: Relation
    other: Client
    name: str = field(repr=False)
    share: str = field(repr=False, default="")
    total: str = field(repr=False, default="")
    owns: bool = False
    circular: bool = False

    @property
    def icon(self) -> str:
        return "building" if self.other.kind == ClientKind.COMPANY else "user"

    @property
    def width(self) -> int:
        """Of the bar, 0 to 100: the middle of the band, or the percent."""
        bands = {"< 25%": 12, "25–50%": 37, "≥ 50%": 75}
        return bands.get(self.share) or int(Decimal(self.share or 0).to_integral_value())


@dataclass(frozen=True, slots=True)
class Through:
    """Somebody who holds a part of the company through others alone."""

    other: Client
    name: str = field(repr=False)
    total: str = field(repr=False)
    owns: bool


@dataclass(frozen=True, slots=True)
class Positions:
    """Both sides of one client: who is what in it, what it is in others, and who is behind its holders."""

    people: Sequence[Row]
    positions: Sequence[Row]
    is_open: bool = False
    through: Sequence[Through] = ()

    @property
    def shareholders(self) -> list[Row]:
        live = [row for row in self.people if row.share and row.relation.until is None]
        return sorted(live, key=lambda row: -row.width)


def positions_of(client: Client) -> Positions:
    """Masked: names, and the band of each share, under one entry that names everybody shown."""
    relations = _relations(client)
    if not relations:
        return Positions((), ())
    masks = _masks(client, relations)
    return _sides(client, relations, masks)


def reveal_shares(
    *,
    actor: User,
    client_id: UUID,
    purpose: str,
    reason: Reason,
    words: str = "",
    confirmed: bool = False,
) -> tuple[Client, Positions]:
    """Exact shares, with what each holds through other companies; each holder counts, as by their identity.
    What somebody owns opens to a purpose that needs to know who they are, not to one that needs a name alone.

    Raises as `revealed` does.
    """
    company = get_client(actor, client_id, Permission.CLIENT_REVEAL)
    relations = _relations(company)
    above = _holdings_above(company)
    masks = _masks(company, [*relations, *above]) if relations else {}
    ids = {row.client_id for row in [*relations, *above]} - {client_id}
    seen = which_clients(actor, Permission.CLIENT_REVEAL).filter(pk__in=ids, state=ClientState.ACTIVE)
    # Who may not be revealed now is left out, share and all, and does not stop the others from being seen.
    others = [other for other in seen[: MAX_SUBJECTS - 1] if may_reveal(other, Group.IDENTITY)]
    with revealed(
        actor=actor,
        client_id=client_id,
        group=Group.IDENTITY,
        opened={SHARE},
        needs=(Field.ID_NUMBER.value,),
        purpose=purpose,
        reason=reason,
        words=words,
        confirmed=confirmed,
        others=others,
    ) as client:
        readable = {client_id, *(other.pk for other in others)}
        exact = {
            row.pk: row.percent
            for row in [*relations, *above]
            if row.client_id in readable and row.share is not None
        }
        parts = [
            Holding(row.client_id, row.company_id, Decimal(exact[row.pk])) for row in above if row.pk in exact
        ]
    found = structure(client_id, parts)
    sides = _sides(client, relations, masks, exact, found)
    return client, replace(sides, through=_through(sides, others, masks, found))


def _through(
    sides: Positions, others: Sequence[Client], masks: Mapping[UUID, str], found: Structure
) -> list[Through]:
    direct = {row.other.pk for row in sides.shareholders}
    return [
        Through(other, masks.get(other.pk, ""), _shown(total), total >= BENEFICIAL)
        for other in others
        if other.pk not in direct and (total := found.effective.get(other.pk))
    ]


def _relations(client: Client) -> list[Relation]:
    rows = Relation.objects.filter(Q(company=client) | Q(client=client))
    loaded = rows.select_related(
        *("client__book", "company__book", "by", "agreed_by", "ended_by", "end_agreed_by")
    )
    return list(loaded.order_by("until", "position", "-id")[:SHOWN])


def _holdings_above(company: Client) -> list[Relation]:
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [company.pk, LEVELS, REACH])
        ids = [row[0] for row in cursor.fetchall()]
    return list(Relation.objects.filter(pk__in=ids).select_related("client__book", "company__book"))


def _masks(client: Client, relations: Sequence[Relation]) -> Mapping[UUID, str]:
    """Masked names by client, and bands by relation, of everybody who may be shown at all."""
    everybody = {client.pk: client}
    for row in relations:
        everybody |= {row.client_id: row.client, row.company_id: row.company}
    shown = [one for one in everybody.values() if may_open(one)]
    entry = Entry(
        action=Action.CLIENT_LIST,
        object_type=ObjectType.CLIENT,
        object_id=client.pk,
        subjects=tuple(one.pk for one in shown),
        deal=client.book.deal_id,
        keys=keys_of(shown),
    )
    with access(Mode.MASK, entry, groups={Group.IDENTITY.value, SHARE}):
        names = {one.pk: one.name for one in shown}
        bands = {row.pk: row.percent for row in relations if row.client_id in names and row.share is not None}
    return names | bands


def _sides(
    client: Client,
    relations: Sequence[Relation],
    masks: Mapping[UUID, str],
    exact: Mapping[UUID, str] | None = None,
    found: Structure | None = None,
) -> Positions:
    people: list[Row] = []
    positions: list[Row] = []
    for row in relations:
        inwards = row.company_id == client.pk
        other = row.client if inwards else row.company
        share = (exact or masks).get(row.pk, "")
        total = found.effective.get(row.client_id) if found and inwards and row.until is None else None
        side = people if inwards else positions
        side.append(
            Row(
                relation=row,
                other=other,
                name=masks.get(other.pk, ""),
                share=share,
                total=_shown(total) if total is not None and total != Decimal(share or 0) else "",
                owns=_owns(row, masks.get(row.pk, ""), total),
                circular=bool(found and other.pk in found.circular),
            )
        )
    return Positions(people, positions, is_open=exact is not None)


def _owns(row: Relation, masked: str, total: Decimal | None) -> bool:
    """A quarter or more of what is known: the band while masked, else with what is held through others."""
    if row.position != Position.SHAREHOLDER or row.until is not None:
        return False
    return total >= BENEFICIAL if total is not None else bool(masked) and masked != band("1")


def _shown(total: Decimal) -> str:
    """Cut and never rounded up: nobody reaches the quarter by rounding."""
    return f"{total.quantize(Decimal('0.01'), rounding=ROUND_DOWN).normalize():f}"
