"""Numbered system checks of the log (`manage.py check --database default`)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 (Django's name)
from django.db import connection

from audit import state


@register(Tags.database)
def check_log(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The log is append-only for this login, and has room for the months to come."""
    if "default" not in (databases or ()):
        return []
    now = datetime.now(UTC)
    with connection.cursor() as wrapped:
        cursor = wrapped.cursor
        cursor.execute("select to_regclass('log.entry') is not null")
        if not cursor.fetchone()[0]:
            return [
                Error(
                    "The log does not exist in the database.", hint="Run the migrations.", id="sealroom.A001"
                )
            ]
        found: list[CheckMessage] = [
            Error(
                f"The log can be changed: {table} has no trigger {name} that always fires.",
                hint="See docs/operations.md.",
                id="sealroom.A002",
            )
            for table, name in state.missing_triggers(cursor)
        ]
        if state.missing_months(cursor, now, ahead=1):
            found.append(
                Error(
                    "The log has no partition for this month or the next.",
                    hint="See why the job add-log-partitions fails: without partitions all answers are 503.",
                    id="sealroom.A003",
                )
            )
        elif state.missing_months(cursor, now, ahead=state.MONTHS_AHEAD - 1):
            found.append(
                Warning(
                    "The log's daily job add-log-partitions has not run for a month.",
                    hint="Is the Celery beat process running?",
                    id="sealroom.A004",
                )
            )
        found += [
            Error(f"Too much power: {power}.", id="sealroom.A005") for power in state.login_powers(cursor)
        ]
        if not state.has_guard(cursor):
            found.append(
                Warning(
                    "No event trigger guards the log against its own owner.",
                    hint="A superuser can install config/database/event_trigger.sql.",
                    id="sealroom.A006",
                )
            )
    return found
