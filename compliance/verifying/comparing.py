"""Comparing one book with the log, and handing what differs to the officers. Nothing is opened."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType, Result
from audit.alone import alone
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from compliance.verifying.findings import FAILED, note
from vault.records.models import ClientBook
from vault.records.verifying.codes import CLIENT
from vault.records.verifying.comparing import Outcome, compare_book

OVERDUE = timedelta(days=2)  # two nights


def not_compared_since(moment: datetime) -> list[UUID]:
    """Books whose last comparison ended before that, or never did."""
    ids = ClientBook.objects.order_by("pk").values_list("pk", flat=True)
    done = LogEntry.objects.filter(action=Action.RECORDS_VERIFY, result=Result.DONE, at__gte=moment)
    return [pk for pk in ids if not done.filter(object_id=pk).exists()]  # by the log's index, book by book


def overdue() -> "QuerySet[ClientBook]":
    """Books whose comparison was left out for OVERDUE: the worker, or its clock, does not run."""
    since = timezone.now() - OVERDUE
    done = LogEntry.objects.filter(
        action=Action.RECORDS_VERIFY, result=Result.DONE, object_id=OuterRef("pk"), at__gte=since
    )
    return ClientBook.objects.filter(~Exists(done), created_at__lt=since)


def is_compared() -> bool:
    """Whether any night has ended for any book."""
    return LogEntry.objects.filter(action=Action.RECORDS_VERIFY, result=Result.DONE).exists()


def compare(book_id: UUID) -> None:
    """Compare every row about the clients of the book, or return at once when another worker does.

    A book that cannot be compared is put before the officers as such, and the error goes on.
    """
    with alone(book_id) as mine:
        book = ClientBook.objects.filter(pk=book_id).first() if mine else None
        if book is None:
            return
        try:
            _compare(book)
        except Exception:
            note(book_id, Outcome(), state=FAILED)
            raise


def _compare(book: ClientBook) -> None:
    found = compare_book(book)
    note(book.pk, found, state=f"{found.state:040x}" if found.differ else "")
    record_read(
        Entry(
            action=Action.RECORDS_VERIFY,
            object_type=ObjectType.BOOK,
            object_id=book.pk,
            deal=book.deal_id,
            fields=(
                f"clients-{found.checked[CLIENT]}",
                f"rows-{found.rows}",
                f"unknown-{found.unknown}",
                f"differ-{found.differ}",
            ),
        )
    )
