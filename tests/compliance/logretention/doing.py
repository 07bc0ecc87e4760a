"""What the people of these tests do, one function each."""

from datetime import date

import pytest
from psycopg2.extensions import connection as Connection

from audit.dropped import verify_dropped
from audit.origin import Origin, acting_as
from audit.verify import Report
from compliance.logretention import leaving, tasks
from compliance.logretention.models import LogMonth
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import decide, open_preview
from tests.compliance.proofs.signed import signed
from tests.compliance.sequenced import emptied
from tests.databases import as_worker


def night(superuser: Connection, patch: pytest.MonkeyPatch) -> None:
    """Everything is signed, and the night's job has looked at the months."""
    signed(superuser, patch)
    with as_worker():
        tasks.look()


def asked(officer: User, month: date) -> ApprovalRequest:
    with acting_as(Origin(actor=officer.pk)):
        return leaving.ask(actor=officer, month=month, words="Three years are over.")


def agreed(officer: User, request: ApprovalRequest) -> ApprovalRequest:
    """The request in its new state. The job that it queues is the caller's to run."""
    with acting_as(Origin(actor=officer.pk)):
        open_preview(actor=officer, request=request)
        return decide(actor=officer, request=request, verdict=Verdict.APPROVE, reason="Seen.")


def as_recorded(superuser: Connection) -> bool:
    """Whether what is recorded of the months that left agrees with orders, leaves and chains. Not all of
    `verify_log`: the log that these tests share holds what others did to it."""
    report = Report()
    verify_dropped(superuser, report)
    return report.months > 0 and report.problems == []


def taken_away(superuser: Connection, months: list[date]) -> None:
    """As if these months had never been, nor the tree: the log of the tests outlives each of them."""
    with superuser.cursor() as cursor:
        cursor.execute("set lock_timeout = '10s'")
        for month in months:
            cursor.execute(f"drop table if exists log.entry_{month:%Y%m}")
        for table, own in (("dropped_chain", ["refuse_others"]), ("dropped", ["check_drop", "note_chains"])):
            cursor.execute(f"alter table log.{table} disable trigger user; delete from log.{table}")
            for trigger in ("refuse_change", "refuse_truncate", *own):
                cursor.execute(f"alter table log.{table} enable always trigger {trigger}")
        # The guard has seen them, and would not let them go.
        cursor.execute(
            "delete from guard.baseline where name like 'log.entry_%' and to_regclass(name) is null"
        )
    emptied(superuser)


def worked(superuser: Connection, patch: pytest.MonkeyPatch, month: date) -> LogMonth:
    """A checkpoint holds the order, and the worker has carried it out; the month as it then is."""
    signed(superuser, patch)
    with as_worker():
        tasks.leave(f"{month:%Y-%m}")
    return LogMonth.objects.get(pk=month)


def leaves(
    people: dict[str, User], superuser: Connection, patch: pytest.MonkeyPatch, month: date
) -> LogMonth:
    """Two officers and the worker let this month go."""
    agreed(people["otto"], asked(people["olivia"], month))
    return worked(superuser, patch, month)
