"""Campaigns of the house (M8): what is shown to whom, from when to when, and who saw or joined it."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from people.roles.models import RoleCode

PERSON = settings.AUTH_USER_MODEL


class CampaignKind(models.TextChoices):
    POSTER = "poster", pgettext_lazy("campaign", "Poster")
    LECTURE = "lecture", pgettext_lazy("campaign", "Lecture")
    CONTEST = "contest", pgettext_lazy("campaign", "Contest")
    CASE = "case", _("Case of the month")


JOINED = (CampaignKind.LECTURE, CampaignKind.CONTEST)  # one takes part in these; the others one reads


class Act(models.TextChoices):
    SEEN = "seen", pgettext_lazy("campaign", "Read")
    JOINED = "joined", pgettext_lazy("campaign", "Took part")


class Campaign(models.Model):
    """`roles` are those whose people it is for; none: all staff. `word` is said at the lecture, or is the
    contest's answer: who types it was there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=CampaignKind)
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    text_zh = models.TextField(max_length=4000)
    text_en = models.TextField(max_length=4000)
    roles = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    word = models.CharField(max_length=40, default="")
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CampaignKind.values), name="campaign_kind_known"),
            models.CheckConstraint(
                condition=Q(roles__contained_by=RoleCode.values), name="campaign_roles_known"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="campaign_ends_later"),
            models.CheckConstraint(
                condition=(Q(kind__in=list(JOINED)) & ~Q(word="")) | (~Q(kind__in=list(JOINED)) & Q(word="")),
                name="campaign_word_where_one_joins",
            ),
        ]

    @property
    def title(self) -> str:
        """In the reader's language."""
        return self.title_zh if get_language() == "zh-hans" else self.title_en

    @property
    def text(self) -> str:
        return self.text_zh if get_language() == "zh-hans" else self.text_en

    @property
    def is_joined(self) -> bool:
        """Whether one takes part in it."""
        return self.kind in JOINED

    @property
    def is_running(self) -> bool:
        return self.starts_on <= timezone.localdate() <= self.ends_on


class CampaignReach(models.Model):
    """That somebody opened it, or took part: by their own act, while it ran (trigger of migration 0019)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="reach")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=Act)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "person", "act"], name="reach_once"),
            models.CheckConstraint(condition=Q(act__in=Act.values), name="reach_act_known"),
        ]
