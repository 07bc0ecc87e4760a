"""Counting whose data a person took, for whom and for what: over reveal, export, share and program alike.

The counts say when an officer must look, and never that anything is in order (categories.py). They are kept
over three scopes at once, so that nobody gets around them by naming another purpose or another recipient:
exactly (person, recipient, purpose); the person over all recipients and purposes, where whoever was given to
two recipients counts twice; and the recipient, over all who gave. The highest decides.

`vault.records.reading` calls this: import nothing of records here but its models and labels.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from people.accounts.models import User
from vault.disclosures.categories import FULL, Category, points
from vault.disclosures.models import Channel, Disclosure, DisclosureTotal, OfficerReview, Scope
from vault.records.models import Client, ClientKind

Counts = Mapping[Category, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the counts are. `base` is where the last review by an officer that still holds left them."""

    by_scope: Mapping[Scope, Counts]
    base: int = 0

    @property
    def points(self) -> int:
        """Of the highest scope; FULL means that the marks are reached."""
        return max((points(counts) for counts in self.by_scope.values()), default=0)

    @property
    def needs_officer(self) -> bool:
        """Whether nothing more may be taken before an officer looks."""
        return self.points >= self.base + FULL

    def flat(self) -> list[int]:
        """The counts scope by scope, class by class."""
        return [self.by_scope.get(scope, {}).get(one, 0) for scope in Scope for one in Category]

    def plus(self, adding: Counts) -> "Standing":
        """The standing if these people came on top, none of whom was counted before."""
        more = {
            scope: {one: counts.get(one, 0) + adding.get(one, 0) for one in Category}
            for scope, counts in self.by_scope.items()
        }
        return replace(self, by_scope=more)


class OfficerNeeded(Exception):
    """The counts reach the marks: nothing was opened, and an officer has to look first.

    `adding`: the people that would have come on top, by class.
    """

    def __init__(self, purpose: str, client_id: UUID, adding: Counts) -> None:
        super().__init__("the counts reach the marks")
        self.purpose, self.client_id, self.adding = purpose, client_id, adding


def standing_of(person: User, recipient: UUID, purpose: str) -> Standing:
    """How far this person is towards this recipient for this purpose. One query, whatever the history."""
    exact = Q(scope=Scope.EXACT, person_id=person.pk, recipient_id=recipient, purpose=purpose)
    whole = Q(scope=Scope.PERSON, person_id=person.pk)
    theirs = Q(scope=Scope.RECIPIENT, recipient_id=recipient)
    counts: dict[Scope, dict[Category, int]] = {scope: {} for scope in Scope}
    for row in DisclosureTotal.objects.filter(exact | whole | theirs):
        counts[Scope(row.scope)][Category(row.category)] = row.count
    return Standing(counts)


@transaction.atomic
def count_disclosure(
    *,
    person: User,
    recipient: UUID,
    purpose: str,
    channel: Channel,
    subjects: Mapping[UUID, Category],
    object_id: UUID | None = None,
) -> Standing:
    """Enter these data subjects into the register, each once; the standing afterwards.

    `recipient` is the person's own id where they look for themselves. Safe to call again.
    """
    _lock(person.pk, recipient)
    rows = [
        Disclosure(
            person=person,
            recipient_id=recipient,
            purpose=purpose,
            category=category,
            subject_id=subject,
            channel=channel,
            object_id=object_id,
        )
        for subject, category in subjects.items()
    ]
    Disclosure.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    return standing_of(person, recipient, purpose)


@transaction.atomic
def count_or_stop(
    *,
    person: User,
    recipient: UUID,
    purpose: str,
    channel: Channel,
    subjects: Mapping[UUID, Category],
    object_id: UUID,
) -> None:
    """As `count_disclosure`, before anything is opened; as many queries for many as for one.

    What was counted before adds nothing and does not stop. Raises OfficerNeeded when together they reach the
    marks; whoever was counted for another purpose counts once more here, never once less.
    """
    _lock(person.pk, recipient)
    known = Disclosure.objects.filter(
        person=person, recipient_id=recipient, purpose=purpose, subject_id__in=subjects
    )
    counted = set(known.values_list("subject_id", "category"))
    new = {subject: one for subject, one in subjects.items() if (subject, one.value) not in counted}
    if not new:
        return
    adding = Counter(new.values())
    if _reviewed(person, recipient, purpose).plus(adding).needs_officer:
        raise OfficerNeeded(purpose, next(iter(new)), adding)
    count_disclosure(
        person=person,
        recipient=recipient,
        purpose=purpose,
        channel=channel,
        subjects=new,
        object_id=object_id,
    )


def count_shown(person: User, clients: Sequence[Client], category: Category, purpose: str) -> None:
    """Count what of these clients is shown to `person`. Raises OfficerNeeded."""
    count_or_stop(
        person=person,
        recipient=person.pk,
        purpose=purpose,
        channel=Channel.REVEAL,
        subjects={client.pk: category_of(client.kind, category) for client in clients},
        object_id=clients[0].pk,
    )


def own_standing(person: User, purpose: str) -> Standing:
    """The standing of what a person looks at for themselves, with the last review that still holds."""
    return _reviewed(person, person.pk, purpose)


def _reviewed(person: User, recipient: UUID, purpose: str) -> Standing:
    standing = standing_of(person, recipient, purpose)
    counts: dict[Scope, Counts] = dict(standing.by_scope)
    if recipient == person.pk:  # what colleagues exported to this person is not this person's doing
        del counts[Scope.RECIPIENT]
    # A review lets pass what the officer saw, and nothing towards anybody else or for anything else.
    held = OfficerReview.objects.filter(
        person=person,
        recipient_id=None if recipient == person.pk else recipient,
        purpose=purpose,
        until__gt=timezone.now(),
    )
    highest = held.order_by("-base").first()
    return Standing(counts, highest.base if highest else 0)


def category_of(kind: str, category: Category) -> Category:
    """The class of a client. A company is no natural person; the people named with it are of the last."""
    return Category.OTHER if kind == ClientKind.COMPANY else category


def _lock(*ids: UUID) -> None:
    """Whoever counts for the same person or recipient waits: two of them may not pass a mark side by side."""
    with connection.cursor() as cursor:
        for one in sorted({str(one) for one in ids}):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 17))", [one])
