"""What was shown to whom, the day's account of it, and the permits that a second person gave.

Codes, ids and times only. Rows about a client go with the client.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.ids import uuid7
from vault.purposes.catalogue import Purpose

MOST_A_DAY = 10_000
GROUP = r"^client\.[a-z_]+$"  # the code of a disclosure group


class RevealLimit(models.Model):
    """How much a role may be shown in a day; a role without a row has `limits.DECLARED`."""

    role = models.OneToOneField("people.Role", primary_key=True, on_delete=models.PROTECT, related_name="+")
    per_day = models.PositiveIntegerField(_("Per day"))
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(per_day__lte=MOST_A_DAY), name="reveal_limit_sane"),
        ]


class RevealDay(models.Model):
    """One person's account of one day (Asia/Shanghai): what is spent, and what an officer added."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    spent = models.PositiveIntegerField(default=0)
    extra = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="reveal_day_once"),
            models.CheckConstraint(condition=Q(extra__lte=MOST_A_DAY), name="reveal_day_extra_sane"),
        ]


class Reveal(models.Model):
    """That a group was shown to a person for a purpose. The log proves it; this row only counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("vault.Client", on_delete=models.CASCADE, related_name="+")
    group = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    weight = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(group__regex=GROUP), name="reveal_group_known"),
        ]
        indexes = [models.Index(fields=["client", "person", "at"], name="reveal_by_client")]


class RevealPermit(models.Model):
    """A second person's word: this person, this client, this group, this purpose; until then, and once.

    The triggers of migration 0007 take a permit only from an approval of exactly this that is just being
    carried out, and let it be used only once and in time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("vault.Client", on_delete=models.CASCADE, related_name="+")
    group = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    approval_id = models.UUIDField(unique=True)
    given_at = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(group__regex=GROUP), name="permit_group_known"),
            models.CheckConstraint(condition=Q(valid_until__gt=F("given_at")), name="permit_ends_later"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_at__lte=F("valid_until")),
                name="permit_used_in_time",
            ),
        ]
        indexes = [models.Index(fields=["client", "person"], name="permit_by_client")]

    @property
    def purpose_label(self) -> str:
        return str(Purpose(self.purpose).label)
