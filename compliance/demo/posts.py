"""The demo's posts: both are held, each with a deputy; and how many people the house knows, day by day."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.demo.deciding import agree, some_hours_ago
from compliance.demo.logins import LEAD, OFFICERS
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.headcount import counting
from people.headcount.models import HeadCount
from people.posts.codes import Place, Post
from people.posts.models import Appointment
from people.posts.services import APPOINT, accept, propose

_CONTACT = {Post.DPO: "privacy@qiming.example", Post.CONFIDENTIALITY: "baomi@qiming.example"}
_HELD = (
    (Post.DPO, Place.HOLDER, 0, "沈女士"),
    (Post.DPO, Place.DEPUTY, 1, "顾先生"),
    (Post.CONFIDENTIALITY, Place.HOLDER, 1, "顾先生"),
    (Post.CONFIDENTIALITY, Place.DEPUTY, 2, "贺女士"),
)
NAMES = tuple(shown for *_place, shown in _HELD)
_DAYS = 30


def make_posts(people: Mapping[str, User]) -> None:
    """Those that are held already stay so."""
    if Appointment.objects.exists():
        return
    lead, officers = people[LEAD.username], [people[one.username] for one in OFFICERS]
    for post, place, number, shown in _HELD:
        person, decider = officers[number], officers[(number + 1) % len(officers)]
        with some_hours_ago(), acting_as(Origin(actor=lead.pk)):
            wanted = propose(
                actor=lead,
                post=post,
                place=place,
                person=person,
                starts_at=timezone.now(),
                ends_at=timezone.now() + timedelta(days=3 * 365),
                reason="熟悉业务与法规，经管理层会议讨论。",
            )
        agree(
            decider,
            ApprovalRequest.objects.get(action=APPOINT, params__appointment=str(wanted.pk)),
            "人选合适。",
        )
        with acting_as(Origin(actor=person.pk)):
            accept(
                actor=person,
                appointment=wanted,
                typed_name=person.display_name,
                shown_name=shown,
                contact=_CONTACT[post],
            )


def count_people() -> None:
    """Today's count, and a month of smaller ones before it."""
    if HeadCount.objects.exists():
        return
    now = counting.count()
    HeadCount.objects.bulk_create(
        HeadCount(
            day=now.day - timedelta(days=ago),
            people=max(0, now.people - now.people * ago // (2 * _DAYS)),
            sensitive=max(0, now.sensitive - now.sensitive * ago // (2 * _DAYS)),
        )
        for ago in range(1, _DAYS)
    )
