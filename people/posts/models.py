"""Who holds a post of the house from when to when, who was away, and how long one was vacant."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from people.posts.codes import LIVE, OVER, Place, Post, State

AWAY_AT_MOST = timedelta(days=31)
FILL_WITHIN = timedelta(days=14)
PERSON = settings.AUTH_USER_MODEL


class Appointment(models.Model):
    """A post (or its deputy's place) from `starts_at` to `ends_at` (None: without an end).

    Proposed by one, agreed to by another (`approval`), accepted in writing by its person: three people. The
    triggers of migration 0018 refuse what goes around that, an administrator in a post, and end it in the
    moment in which the account closes. `shown_name` and `contact` are the person's own choice, for everybody
    to read (people.posts.public).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.CharField(max_length=20, choices=Post)
    place = models.CharField(max_length=10, choices=Place)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    approval = models.ForeignKey(
        "people.ApprovalRequest", null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True)
    typed_name = models.CharField(max_length=80, default="")
    shown_name = models.CharField(max_length=60, default="")
    contact = models.CharField(max_length=120, default="")
    over_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(post__in=Post.values), name="appointment_post_known"),
            models.CheckConstraint(condition=Q(place__in=Place.values), name="appointment_place_known"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="appointment_ends_later",
            ),
            models.CheckConstraint(condition=~Q(proposed_by=F("person")), name="appointment_not_by_oneself"),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True)
                | (~Q(agreed_by=F("person")) & ~Q(agreed_by=F("proposed_by"))),
                name="appointment_agreed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=LIVE, over_at__isnull=True) | Q(state__in=OVER, over_at__isnull=False),
                name="appointment_over_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.AGREED, State.HELD])
                | Q(agreed_by__isnull=False, approval__isnull=False),
                name="appointment_agreed_as_a_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.HELD)
                | (Q(accepted_at__isnull=False) & ~Q(typed_name="") & ~Q(shown_name="") & ~Q(contact="")),
                name="appointment_accepted_in_writing",
            ),
            models.UniqueConstraint(
                fields=["post", "place"], condition=Q(state=State.HELD), name="appointment_one_holds"
            ),
            models.UniqueConstraint(
                fields=["post", "place"],
                condition=Q(state__in=[State.PROPOSED, State.AGREED]),
                name="appointment_one_waits",
            ),
            models.UniqueConstraint(
                fields=["post", "person"], condition=Q(state__in=LIVE), name="appointment_one_place_each"
            ),
        ]
        indexes = [models.Index(fields=["proposed_at", "id"], name="appointment_by_time")]

    @property
    def tone(self) -> str:
        """How much its state asks for attention."""
        if self.state in (State.PROPOSED, State.AGREED):
            return "wait"
        return "bad" if self.state in (State.REFUSED, State.DECLINED) else "rest"

    @property
    def is_in_force(self) -> bool:
        """By its state and days alone; whether its person can act is `holding.in_force`'s."""
        now = timezone.now()
        begun = self.state == State.HELD and self.starts_at <= now
        return begun and (self.ends_at is None or self.ends_at > now)


class Absence(models.Model):
    """The holder is away: the deputy decides in their place, and each entry names both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    noted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"), ends_at__lte=F("starts_at") + AWAY_AT_MOST),
                name="absence_at_most_a_month",
            ),
        ]


class Vacancy(models.Model):
    """How long nobody held a post: since when, by when the house wants it filled, who was told when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    post = models.CharField(max_length=20, choices=Post)
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    overdue_told_at = models.DateTimeField(null=True)
    filled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(post__in=Post.values), name="vacancy_post_known"),
            models.CheckConstraint(condition=Q(due_at__gt=F("since")), name="vacancy_due_later"),
            models.CheckConstraint(
                condition=Q(filled_at__isnull=True) | Q(filled_at__gte=F("since")),
                name="vacancy_filled_later",
            ),
            models.UniqueConstraint(
                fields=["post"], condition=Q(filled_at__isnull=True), name="vacancy_one_open"
            ),
        ]

    @property
    def is_overdue(self) -> bool:
        return self.filled_at is None and self.due_at <= timezone.now()
