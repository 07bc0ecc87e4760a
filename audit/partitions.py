"""The months of the log.

There is no default partition: rows in it would have to be moved when their month is made, and nothing moves
rows of an append-only table. Instead a daily job keeps three months ready, so that it may fail for a
quarter before an entry finds no place (then reads answer 503 and changes fail: nothing happens unrecorded);
a system check warns a month after the first failure.
"""

from datetime import UTC, datetime

from django.db import connection

from audit.state import MONTHS_AHEAD, months_from


def add_partitions() -> list[datetime]:
    """Make this month's and the next months' partitions where they are not there; returns the months made.

    Needs the worker's or the owner's login.
    """
    made = []
    with connection.cursor() as cursor:
        for month in months_from(datetime.now(UTC), ahead=MONTHS_AHEAD):
            cursor.execute("select log.add_partition(%s)", [month.date()])
            if cursor.fetchone()[0]:
                made.append(month)
    return made
