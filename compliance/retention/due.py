"""Which clients are due under which rule.

Where several rules cover a client, it stays until the last of them lets it go: a legal duty to keep is never
undercut by a shorter rule. Stop-use clients come due like others; they are only stored.

A grade may say how long its clients are kept at most (vault.records.grading), and an officer may decide that
a client is needed no more (compliance.retention.ending): both shorten every rule but one whose basis is a law
that prescribes the period.

While a mandate binds, a client is not due under any rule; after the last one, the period counts from its end
where that is later than the rule's own day (PIPL 19: until then the purpose, the contract, was there).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from compliance.destruction.models import DestructionItem
from compliance.retention.models import Basis, EndOfUse, RetentionRule
from vault.masking.grades import Grade
from vault.records.grading.rules import longest_days
from vault.records.models import Client
from vault.relations.mandates.standing import bound, ended_since


def rules_in_force() -> list[RetentionRule]:
    """The rules that count, in a fixed order."""
    return list(RetentionRule.objects.filter(active=True).order_by("created_at", "pk"))


def due_clients(rule: RetentionRule, rules: Sequence[RetentionRule], now: datetime) -> QuerySet[Client]:
    """The clients that `rule` lets go at `now` and none of `rules` still keeps, in two queries."""
    longest = longest_days()
    found: QuerySet[Client] = Client.objects.filter(~bound(), _scope(rule), _over(rule, longest, now))
    kept = Q()
    for other in rules:
        if other.pk != rule.pk:
            kept |= _scope(other) & ~_over(other, longest, now)
    return found.exclude(kept) if kept else found


def unlisted(found: QuerySet[Client]) -> QuerySet[Client]:
    """Those that are on no live list of destruction yet."""
    return found.filter(~Exists(DestructionItem.objects.filter(client_id=OuterRef("pk"), live=True)))


def rules_over(client_id: UUID) -> list[RetentionRule]:
    """The rules that cover one client; a query for each rule, of which a house has few."""
    one = Client.objects.filter(pk=client_id)
    return [rule for rule in rules_in_force() if one.filter(_scope(rule)).exists()]


def _over(rule: RetentionRule, longest: Mapping[Grade, int], now: datetime) -> Q:
    """Whether the period of a client has run out: the rule's, its grade's shorter one, or by decision."""
    over = _ran_out(rule, now - timedelta(days=rule.period_days))
    if rule.basis == Basis.LAW:
        return over
    over |= Q(pk__in=EndOfUse.objects.values("client_id"))
    for grade, days in longest.items():
        if days < rule.period_days:
            over |= Q(grade=grade) & _ran_out(rule, now - timedelta(days=days))
    return over


def _ran_out(rule: RetentionRule, before: datetime) -> Q:
    """Neither the rule's day nor the end of a mandate lies after `before`."""
    return Q(**{f"{rule.counted_from}__lte": before}) & Q(~ended_since(before))


def _scope(rule: RetentionRule) -> Q:
    scope = Q(book_id=rule.book_id) if rule.book_id else Q(pk__isnull=False)
    if rule.holding:
        scope &= Q(book__holding=rule.holding)
    if rule.source:
        scope &= Q(source=rule.source)
    if rule.purpose:
        scope &= Q(purpose=rule.purpose)
    return scope
