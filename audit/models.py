"""Reading the log through the ORM. Writing is `audit.log` alone."""

from typing import Any, NoReturn

from django.contrib.postgres.fields import ArrayField
from django.db import models

from audit.query import EntryQuerySet


class LogEntry(models.Model):
    """One row of log.entry. The table belongs to another role; this login may not change it, and nor may this class."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    writer = models.UUIDField()
    seq = models.BigIntegerField()
    actor = models.UUIDField(null=True)
    on_behalf_of = models.UUIDField(null=True)
    session = models.UUIDField(null=True)
    request = models.UUIDField(null=True)
    action = models.TextField()
    purpose = models.TextField()
    reason = models.TextField()
    result = models.TextField()
    object_type = models.TextField()
    object_id = models.UUIDField(null=True)
    subjects = ArrayField(models.UUIDField())
    deal = models.UUIDField(null=True)
    fields = ArrayField(models.TextField())
    keys = ArrayField(models.BigIntegerField())
    network = models.TextField(null=True)
    leaf = models.BinaryField()
    detail = models.BinaryField(null=True)
    detail_key = models.BigIntegerField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = '"log"."entry"'
        ordering = ("-at", "-id")
        default_permissions = ()

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("log entries are written by audit.log")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("log entries are append-only")
