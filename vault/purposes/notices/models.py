"""Notices, who was given which, and the links to them."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audit.ids import uuid7
from vault.purposes.codes import Channel
from vault.records.models import Client, ClientBook

GIVES_FOR = timedelta(days=30)


class Notice(models.Model):
    """One version of a book's notice (PIPL 17), never changed once published (triggers of 0009).

    Its text is written for the public and holds nobody's data. `content` is {language: [[heading, text], …]},
    `inputs` what the editor typed, `terms` {purpose: digest of all that was said about it}.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(ClientBook, on_delete=models.PROTECT, related_name="notices")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    inputs = models.JSONField()
    terms = models.JSONField()
    text_hash = models.BinaryField(max_length=32)
    effective_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "version"], name="notice_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="notice_version_positive"),
            models.CheckConstraint(
                condition=Q(content__has_keys=["zh-hans", "en"]), name="notice_in_both_languages"
            ),
        ]


class NoticeDelivery(models.Model):
    """That a client was told: which version, how, by whose word. No name, no text: nothing to seal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="deliveries")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=20, choices=Channel)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "notice"], name="delivery_once_a_version"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="delivery_channel_known"),
            models.CheckConstraint(
                condition=Q(channel=Channel.LINK, recorded_by__isnull=True)
                | (~Q(channel=Channel.LINK) & Q(recorded_by__isnull=False)),
                name="delivery_recorded_by_someone_unless_by_link",
            ),
        ]


class NoticeLink(models.Model):
    """The way by which a client reads the notice and answers. Of the token only a digest is kept.

    Consent can be given through it until `gives_until`; it can be withdrawn for as long as the client is in
    the book, since withdrawing must never be harder than giving was (PIPL 15).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="notice_links")
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    gives_until = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(gives_until__gt=models.F("created_at")), name="notice_link_lives_after_it_is_made"
            ),
        ]
