"""Reading the log through the ORM. Writing is `audit.log` alone."""

from typing import Any, NoReturn

from django.contrib.postgres.fields import ArrayField
from django.db import models


class EntryQuerySet(models.QuerySet["LogEntry"]):
    """Entries, to be read only: the database refuses changes, and this says so before it is asked."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("log entries are append-only and are written by audit.log")

    create = bulk_create = bulk_update = delete = update = get_or_create = update_or_create = _refuse


class LogEntry(models.Model):
    """One row of log.entry, a table of another role that this login may only read and append to."""

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
        raise TypeError("log entries are append-only and are written by audit.log")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("log entries are append-only and are written by audit.log")
