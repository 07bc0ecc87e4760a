"""Whom an export would hold: what the person may export, less what may not be used for this."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from people.accounts.models import User
from people.roles.permissions import Permission
from vault.disclosures.categories import Category, gravest
from vault.disclosures.counting import category_of
from vault.disclosures.models import Agreement, Export, Recipient, RecipientKind
from vault.purposes.codes import Act, Unlawful
from vault.purposes.codes import Recipient as ThirdParty
from vault.purposes.lawfulness import judge, refuse
from vault.records.access import may_reveal, which_clients, within_grade
from vault.records.errors import NotPossible
from vault.records.labels import FIELDS_OF, Field, Group
from vault.records.listing import clients_matching
from vault.records.models import Client

MAX_EXPORT = 5000  # people; a longer list is asked for book by book


NOT_OPEN = "not_open"
ABOVE_GRADE = "above_grade"
GONE = "gone"
HELD = "held"
_LEFT_OUT = {
    NOT_OPEN: _("Storage only, or not completed"),
    ABOVE_GRADE: _("Above the level that your role reaches"),
    GONE: _("Destroyed"),
    HELD: _("Exports of the book are stopped: a corrective action of an audit is overdue"),
    **{reason.value: reason.label for reason in Unlawful},
}
# What a recipient outside is to the consents (PIPL 23 wants the kind said).
_KINDS = {RecipientKind.PARTNER: ThirdParty.PARTNER, RecipientKind.ADVISER: ThirdParty.ADVISER}


@dataclass(frozen=True, slots=True)
class Use:
    """What an export does with its clients, as the lawful bases and consents know it."""

    purpose: str
    fields: Sequence[Field]
    act: Act
    third_party: ThirdParty
    abroad: bool = False

    @classmethod
    def of(cls, export: Export) -> "Use":
        return cls.towards(export.outsider, export.purpose, export.chosen)

    @classmethod
    def towards(cls, outsider: Recipient | None, purpose: str, fields: Sequence[Field]) -> "Use":
        """Who processes for us or orders us is no third party to whom we provide (PIPL 21, 23), but may be
        abroad (PIPL 39)."""
        abroad = outsider is not None and outsider.abroad
        if outsider is None or outsider.agreement != Agreement.PROVISION:
            return cls(purpose, fields, Act.EXPORT, ThirdParty.NONE, abroad)
        kind = _KINDS.get(RecipientKind(outsider.kind), ThirdParty.NONE)
        return cls(purpose, fields, Act.SHARE, kind, abroad)

    @property
    def groups(self) -> set[Group]:
        """The disclosure groups that hold the fields."""
        chosen = set(self.fields)
        return {group for group, fields in FIELDS_OF.items() if chosen.intersection(fields)}


@dataclass(frozen=True, slots=True)
class Selection:
    """The clients, oldest first, and how many were left out for which reason."""

    clients: list[Client]
    left_out: Mapping[str, int]
    refused: Mapping[UUID, Unlawful]

    def categories(self, fields: Sequence[Field]) -> dict[UUID, Category]:
        """The class in which each counts when these fields are shown."""
        shown = gravest(fields)
        return {client.pk: category_of(client.kind, shown) for client in self.clients}


def select(
    actor: User, use: Use, *, filters: Mapping[str, Any] | None = None, ids: Iterable[UUID] | None = None
) -> Selection:
    """The clients of a filter, or those ticked, as far as the person may export them for this use.

    Whom the law keeps out is logged and alerted. Raises NotPossible: too many, or from two deals.
    """
    if ids is None:
        found = clients_matching(actor, filters or {}, Permission.CLIENT_EXPORT)
    else:
        found = which_clients(actor, Permission.CLIENT_EXPORT).filter(pk__in=list(ids))
    clients = list(found.order_by("pk")[: MAX_EXPORT + 1])
    if len(clients) > MAX_EXPORT:
        raise NotPossible(
            _("More than %(limit)d clients: narrow the list and ask for each part.") % {"limit": MAX_EXPORT}
        )
    reached = [one for one in clients if within_grade(actor, one, Permission.CLIENT_EXPORT, use.fields)]
    chosen = usable(reached, use)
    if len(reached) < len(clients):
        left_out = {**chosen.left_out, ABOVE_GRADE: len(clients) - len(reached)}
        chosen = replace(chosen, left_out=left_out)
    refuse(actor, clients, chosen.refused, purpose=use.purpose, act=use.act, groups=use.groups)
    if len({client.book.deal_id for client in chosen.clients}) > 1:
        raise NotPossible(
            _("What was entrusted for one deal is not exported with another's. Choose one book.")
        )
    return chosen


def usable(clients: Iterable[Client], use: Use) -> Selection:
    """Those of `clients` whose data may be used so today."""
    found = list(clients)
    open_ones = [client for client in found if may_reveal(client, *use.groups)]
    verdict = judge(
        open_ones,
        purpose=use.purpose,
        act=use.act,
        groups=use.groups,
        fields=use.fields,
        recipient=use.third_party,
        abroad=use.abroad,
    )
    left_out = Counter(reason.value for reason in verdict.refused.values())
    left_out[NOT_OPEN] = len(found) - len(open_ones)
    kept = [client for client in open_ones if client.pk in verdict.lawful]
    return Selection(kept, dict(+left_out), verdict.refused)


def left_out_words(left_out: Mapping[str, int]) -> list[tuple[str, int]]:
    """Why in words, and how many."""
    return [(str(_LEFT_OUT[code]), count) for code, count in left_out.items()]
