"""What officers keep of their work at the log: views, sign-offs, and the samples that they ask about.

Ids, codes and times only; a view's name is what its owner calls it. What a reader answers to a sample is
sealed beside the log entry of the answer, under the client's own key, and dies with the client.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.ids import uuid7

ADDRESS = r"^[a-z_]+=[a-z0-9_.*-]+(&[a-z_]+=[a-z0-9_.*-]+)*$"  # filters: ids and codes, nothing typed


class SavedView(models.Model):
    """Filters under a name, one officer's own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name of the view"), max_length=40)
    address = models.CharField(max_length=1000)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="log_view_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="log_view_has_a_name"),
            models.CheckConstraint(condition=Q(address__regex=ADDRESS), name="log_view_holds_filters"),
        ]


class SignOff(models.Model):
    """An officer's word on a stretch of the log, and what it was about: never changed (trigger).

    `digest` is SHA-256 over the SHA-256 of each entry's leaf, oldest first: whoever has the log can make it
    again. `unread` entries were in the stretch and on no page that the officer had open.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=1000)
    since = models.DateTimeField()
    until = models.DateTimeField()
    entries = models.PositiveIntegerField()
    explained = models.PositiveIntegerField()
    unread = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(address__regex=ADDRESS), name="sign_off_holds_filters"),
            models.CheckConstraint(
                condition=Q(since__lt=F("until"), until__lte=F("signed_at")), name="sign_off_of_what_was"
            ),
            models.CheckConstraint(
                condition=Q(explained__lte=F("entries"), unread__lte=F("entries")), name="sign_off_counts"
            ),
        ]
        indexes = [models.Index(fields=["-signed_at"], name="sign_off_newest")]


class Drawn(models.TextChoices):
    """From which entries a rule draws."""

    UNEXPLAINED = "unexplained", pgettext_lazy("samples", "Reveals that nothing explains")
    REVEALS = "reveals", pgettext_lazy("samples", "All reveals")
    FINANCIAL = "financial", pgettext_lazy("samples", "Reveals of bank accounts")


class SampleRule(models.Model):
    """How many reveals a week are asked about; none: the rule rests."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    drawn = models.CharField(_("drawn from"), max_length=12, choices=Drawn, unique=True)
    per_week = models.PositiveSmallIntegerField(_("a week"))
    days = models.PositiveSmallIntegerField(_("days to answer"), default=5)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(drawn__in=Drawn.values), name="sample_rule_known"),
            models.CheckConstraint(condition=Q(per_week__lte=50), name="sample_rule_bounded"),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=30), name="sample_rule_gives_time"),
        ]


class SampleDraw(models.Model):
    """One week of one rule. The seed is random, and said only once the week is over: nobody can know
    beforehand what will be asked about, and everybody can draw again afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.ForeignKey(SampleRule, on_delete=models.PROTECT, related_name="draws")
    week = models.DateField()
    seed = models.BinaryField(max_length=32)
    population = models.PositiveIntegerField()
    drawn_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "week"], name="sample_draw_once_a_week"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="sample_draw_of_a_week"),
        ]


class SampleState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("sample", "Waits for an answer")
    ANSWERED = "answered", pgettext_lazy("sample", "Answered")
    ACCEPTED = "accepted", pgettext_lazy("sample", "Accepted")
    FINDING = "finding", pgettext_lazy("sample", "Taken up as a finding")


class Sample(models.Model):
    """“Why did you open this?”: one reveal, asked of whoever saw it. `answer` is the entry of the answer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draw = models.ForeignKey(SampleDraw, on_delete=models.PROTECT, related_name="samples")
    entry = models.UUIDField(unique=True)
    client = models.UUIDField()
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=SampleState, default=SampleState.ASKED)
    answer = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    judge = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__isnull=True, answered_at__isnull=True)
                | Q(answer__isnull=False, answered_at__isnull=False),
                name="sample_answer_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state=SampleState.ASKED, answer__isnull=True)
                | Q(state__in=(SampleState.ANSWERED, SampleState.ACCEPTED), answer__isnull=False)
                | Q(state=SampleState.FINDING),
                name="sample_answered_before_accepted",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(SampleState.ASKED, SampleState.ANSWERED),
                    judge__isnull=True,
                    judged_at__isnull=True,
                )
                | Q(
                    state__in=(SampleState.ACCEPTED, SampleState.FINDING),
                    judge__isnull=False,
                    judged_at__isnull=False,
                ),
                name="sample_judged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(judge__isnull=True) | ~Q(judge=F("reader")),
                name="sample_not_judged_by_its_reader",
            ),
        ]
        indexes = [models.Index(fields=["reader", "state", "due_at"], name="sample_waiting")]
