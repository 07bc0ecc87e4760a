"""Notices, the messages that tell of them, and what each person chose."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.ids import uuid7
from people.notices.kinds import Group


class Channel(models.TextChoices):
    MAIL = "mail", _("E-mail")
    SMS = "sms", _("Text message")


class State(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("message", "Waiting")
    GATHERED = "gathered", pgettext_lazy("message", "In the next digest")
    SENT = "sent", pgettext_lazy("message", "Sent")
    DROPPED = "dropped", pgettext_lazy("message", "Not sent: the account is closed")
    DEAD = "dead", pgettext_lazy("message", "Given up")


class Cadence(models.TextChoices):
    DAILY = "daily", pgettext_lazy("digest", "Each day")
    WEEKLY = "weekly", pgettext_lazy("digest", "Each week, on Monday")


class ByMail(models.TextChoices):
    NOW = "now", pgettext_lazy("notices", "At once")
    DIGEST = "digest", pgettext_lazy("notices", "In the digest")
    OFF = "off", pgettext_lazy("notices", "Not by mail")


class Notice(models.Model):
    """One line of somebody's centre: a kind and ids, no words. `count` acts of one window are one row
    (`key`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    object_id = models.UUIDField(null=True)
    deal_id = models.UUIDField(null=True)
    key = models.CharField(max_length=160)
    count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="notice_once"),
            models.CheckConstraint(condition=Q(count__gte=1), name="notice_counts"),
            models.CheckConstraint(condition=Q(last_at__gte=F("created_at")), name="notice_goes_forward"),
        ]
        indexes = [
            models.Index(fields=["person", "-last_at", "-id"], name="notice_by_person"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["last_at"], name="notice_by_age"),
        ]


class Digest(models.Model):
    """What somebody is told of at once, at their hour: one a person and moment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "due_at"], name="digest_once")]


class Message(models.Model):
    """A notice or a digest on its way by one channel: the outbox. Written with the act, sent by the worker.

    `turn` counts the sendings of one notice that was added to after it had been sent. A message that waits
    for a digest becomes `sent` with it (`told_in`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(Notice, null=True, on_delete=models.CASCADE, related_name="messages")
    digest = models.ForeignKey(Digest, null=True, on_delete=models.CASCADE, related_name="messages")
    told_in = models.ForeignKey(Digest, null=True, on_delete=models.CASCADE, related_name="tells")
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveSmallIntegerField(default=1)
    trouble = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(notice__isnull=False, digest__isnull=True)
                | Q(notice__isnull=True, digest__isnull=False),
                name="message_of_one",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="message_state_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="message_channel_known"),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="message_sent_has_time",
            ),
            models.CheckConstraint(
                condition=Q(told_in__isnull=True) | Q(state=State.SENT, notice__isnull=False),
                name="message_told_in_digest",
            ),
            models.UniqueConstraint(fields=["notice", "channel"], name="message_once_a_channel"),
            models.UniqueConstraint(fields=["digest", "channel"], name="message_digest_once"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=State.WAITING), name="message_waiting"),
            models.Index(fields=["due_at"], condition=Q(state=State.DEAD), name="message_dead"),
        ]


class NoticeSettings(models.Model):
    """When somebody is left alone, and when their digest comes: in their own time zone."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.PROTECT, related_name="notice_settings"
    )
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    cadence = models.CharField(max_length=10, choices=Cadence, default=Cadence.DAILY)
    hour = models.PositiveSmallIntegerField(default=9, validators=[MaxValueValidator(23)])
    next_digest_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="notice_quiet_has_both_ends",
            ),
            models.CheckConstraint(condition=Q(cadence__in=Cadence.values), name="notice_cadence_known"),
            models.CheckConstraint(condition=Q(hour__lte=23), name="notice_digest_hour"),
        ]
        indexes = [models.Index(fields=["next_digest_at"], name="notice_digest_due")]


class NoticeChoice(models.Model):
    """How somebody wants to be told of one group. The database refuses one about security."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=20, choices=Group)
    mail = models.CharField(max_length=10, choices=ByMail, default=ByMail.NOW)
    sms = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "group"], name="notice_choice_once"),
            models.CheckConstraint(
                condition=Q(group__in=[one for one in Group.values if one != Group.SECURITY]),
                name="notice_choice_never_of_security",
            ),
            models.CheckConstraint(condition=Q(mail__in=ByMail.values), name="notice_choice_known"),
        ]


class Provider(models.TextChoices):
    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")


class RobotKeys(models.Model):
    """The compartment of the robots' addresses in the keyring, and its key. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    compartment = models.UUIDField(unique=True)
    compartment_key_id = models.BigIntegerField()
    key_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="robot_keys_is_one")]


class Robot(models.Model):
    """The robot of a group chat. Its address, which is a credential, and its secret are sealed, and gone once
    it has ended. `role` is the team whose notices it tells; empty for the house."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.CharField(max_length=10, choices=Provider)
    role = models.CharField(max_length=40, blank=True)
    groups = ArrayField(models.CharField(max_length=20))
    sealed = models.BinaryField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(provider__in=Provider.values), name="robot_provider_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) & ~Q(sealed=b"") | Q(ended_at__isnull=False, sealed=b""),
                name="robot_ended_holds_nothing",
            ),
            models.CheckConstraint(condition=~Q(groups=[]), name="robot_tells_something"),
        ]


class RobotPost(models.Model):
    """A notice on its way to a robot: once, however many people it concerns."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    robot = models.ForeignKey(Robot, on_delete=models.PROTECT, related_name="posts")
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    object_id = models.UUIDField(null=True)
    deal_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["robot", "key"], name="robot_post_once"),
            models.CheckConstraint(
                condition=Q(state__in=[State.WAITING, State.SENT, State.DROPPED, State.DEAD]),
                name="robot_post_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="robot_post_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=State.WAITING), name="robot_post_waiting")
        ]


class KnownPlace(models.Model):
    """Where somebody signs in from: a keyed hash of network and kind of browser, of no use by itself."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    mark = models.BinaryField(max_length=16)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "mark"], name="known_place_once")]
        indexes = [models.Index(fields=["seen_at"], name="known_place_by_age")]


class NoticeBatch(models.Model):
    """Something that goes on, such as an upload of many files: told once, a while after it began. Whom it
    concerns is asked then, of the gate of then."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40)
    deal_id = models.UUIDField()
    since = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "deal_id"], name="notice_batch_once"),
            models.CheckConstraint(condition=Q(due_at__gt=F("since")), name="notice_batch_waits"),
        ]
        indexes = [models.Index(fields=["due_at"], name="notice_batch_due")]
