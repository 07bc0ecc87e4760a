"""A case about conduct: who is heard, who decides, what was decided; and commendations beside them.

That nobody decides about themselves or twice is said by named constraints; that a case moves on only as heard
and decided, by the triggers of migration 0014. All free text is sealed under the case's own key (`texts.py`).
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audit.ids import uuid7
from compliance.conduct.codes import EvidenceKind, Measure, Says, State
from people.training.models import Track
from vault.masking import masks
from vault.sealed.fields import SealedGroup, SealedText
from vault.sealed.models import SealedModel

PERSON = settings.AUTH_USER_MODEL
TEXT = "conduct.text"


class ConductKeys(models.Model):
    """The one row that names the slice's own compartment; each case's key hangs from it."""

    one_row = models.BooleanField(primary_key=True, default=True)
    compartment = models.UUIDField(unique=True)
    key_id = models.BigIntegerField(unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(one_row=True), name="conduct_keys_one_row")]


def _apart(*pairs: tuple[str, str]) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(condition=~Q(**{one: F(other)}), name=f"conduct_{one}_is_not_{other}")
        for one, other in pairs
    ]


class ConductCase(models.Model):
    """`first` and `second` decide, both the same; `appeal_by` decides an appeal. All named when it opens."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    first = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    appeal_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    compartment = models.UUIDField()
    key_id = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    proposed = models.CharField(max_length=24, choices=Measure)
    track = models.ForeignKey(Track, null=True, on_delete=models.PROTECT, related_name="+")
    reply_due = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    measure = models.CharField(max_length=24, choices=Measure, blank=True)
    decided_at = models.DateTimeField(null=True)
    carried_out = models.BooleanField(default=False)
    appeal_due = models.DateTimeField(null=True)
    appealed_at = models.DateTimeField(null=True)
    answer_due = models.DateTimeField(null=True)
    appeal_measure = models.CharField(max_length=24, choices=Measure, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            *_apart(("opened_by", "person"), ("first", "person"), ("second", "person")),
            *_apart(("appeal_by", "person"), ("first", "second"), ("first", "opened_by")),
            *_apart(("second", "opened_by"), ("appeal_by", "first"), ("appeal_by", "second")),
            *_apart(("appeal_by", "opened_by")),
            models.CheckConstraint(condition=Q(state__in=State.values), name="conduct_state_known"),
            models.CheckConstraint(
                condition=Q(proposed__in=Measure.values)
                & Q(measure__in=["", *Measure.values])
                & Q(appeal_measure__in=["", *Measure.values]),
                name="conduct_measure_known",
            ),
            models.CheckConstraint(
                condition=~Q(proposed=Measure.RETRAINING) | Q(track__isnull=False),
                name="conduct_retraining_names_a_course",
            ),
            models.CheckConstraint(
                condition=Q(state=State.HELD, reply_due__isnull=True)
                | (~Q(state=State.HELD) & Q(reply_due__isnull=False)),
                name="conduct_open_is_heard",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.HELD, State.OPEN], measure="", decided_at__isnull=True)
                | (
                    ~Q(state__in=[State.HELD, State.OPEN])
                    & ~Q(measure="")
                    & Q(decided_at__isnull=False, appeal_due__isnull=False)
                ),
                name="conduct_decided_with_a_measure",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False, appealed_at__isnull=False)
                & ~Q(appeal_measure="")
                | (~Q(state=State.CLOSED) & Q(closed_at__isnull=True, appeal_measure="")),
                name="conduct_closed_with_an_answer",
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="conduct_about")]

    @property
    def result(self) -> str:
        """The measure that holds; "" before it was decided."""
        return self.appeal_measure or self.measure

    def named(self) -> set[uuid.UUID]:
        """Who handles it."""
        return {self.opened_by_id, self.first_id, self.second_id, self.appeal_by_id}


class ConductVote(models.Model):
    """A decider's word; both must say the same. Another word of the same takes its place until then."""

    case = models.ForeignKey(ConductCase, on_delete=models.PROTECT, related_name="votes")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=24, choices=Measure)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "by"], name="conduct_vote_once"),
            models.CheckConstraint(condition=Q(measure__in=Measure.values), name="conduct_vote_known"),
        ]


class ConductEvidence(models.Model):
    """Something that is kept elsewhere: its kind and id, never its content."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(ConductCase, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=16, choices=EvidenceKind)
    object_id = models.UUIDField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EvidenceKind.values), name="conduct_evidence_known"),
            models.UniqueConstraint(fields=["case", "kind", "object_id"], name="conduct_evidence_once"),
        ]


class ConductText(SealedModel):
    """What somebody wrote in a case; never changed (trigger), sealed under the case's key."""

    changeable = False

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(ConductCase, on_delete=models.PROTECT, related_name="texts")
    says = models.CharField(max_length=10, choices=Says)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    words = SealedGroup(TEXT)
    text = SealedText(words, 1, mask=masks.notes)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(says__in=Says.values), name="conduct_text_kind_known"),
            models.CheckConstraint(condition=Q(words__isnull=False), name="conduct_text_says_something"),
        ]
        indexes = [models.Index(fields=["case", "says", "at"], name="conduct_text_of_it")]

    def sealed_subject(self) -> uuid.UUID:
        return self.case_id

    def sealed_row(self) -> bytes:
        row: uuid.UUID = self.pk
        return row.bytes

    def sealed_compartment(self) -> bytes:
        return self.case.compartment.bytes


class Commendation(models.Model):
    """Somebody did well. `words` name no client (checked by the service)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("person")), name="commendation_by_another"),
            models.CheckConstraint(condition=~Q(words=""), name="commendation_says_something"),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="commendation_by_date")]
