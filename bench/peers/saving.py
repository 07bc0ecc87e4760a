"""A model of ten columns, saved one row at a time: alone, and under three packages that keep a history."""

import uuid

import pghistory
from auditlog.registry import auditlog
from django.db import models
from simple_history.models import HistoricalRecords


class Ten(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=100)
    status = models.CharField(max_length=20)
    phone = models.CharField(max_length=40)
    email = models.CharField(max_length=100)
    city = models.CharField(max_length=40)
    amount = models.IntegerField()
    agreed_on = models.DateField()
    active = models.BooleanField()
    notes = models.TextField()

    class Meta:
        abstract = True


class PlainTen(Ten):
    """Saved by itself, and by us with an entry of the log in the same transaction."""


class AuditlogTen(Ten):
    """django-auditlog."""


class SimpleHistoryTen(Ten):
    """django-simple-history."""

    history = HistoricalRecords()


@pghistory.track()
class PghistoryTen(Ten):
    """django-pghistory: triggers of the database."""


auditlog.register(AuditlogTen)
