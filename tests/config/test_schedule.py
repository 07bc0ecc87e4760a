"""What is due by the clock. Without it nothing resumes after a kill, falls into the pool or comes due."""

import inspect
from datetime import timedelta

import pytest
from celery.schedules import BaseSchedule, crontab, maybe_schedule
from django.conf import settings

from config.celery import app

# Task → the longest time that may pass between two runs.
DUE = {
    "compliance.accessreviews.tasks.review_access": timedelta(hours=1),
    "compliance.anomalies.tasks.watch": timedelta(minutes=5),
    "compliance.destruction.tasks.resume_all": timedelta(minutes=1),
    "compliance.destruction.tasks.settle_copies": timedelta(minutes=10),
    "compliance.logretention.tasks.look": timedelta(days=1),
    "compliance.logretention.tasks.resume": timedelta(minutes=2),
    "compliance.outside.tasks.tend": timedelta(minutes=1),
    "compliance.partners.tasks.ask_back_ended": timedelta(hours=1),
    "compliance.proofs.tasks.compare": timedelta(minutes=1),
    "compliance.proofs.tasks.publish": timedelta(seconds=10),
    "compliance.retention.tasks.add_log_partitions": timedelta(days=1),
    "compliance.retention.tasks.propose_due": timedelta(hours=1),
    "compliance.speakup.tasks.destroy_due": timedelta(days=1),
    "compliance.stream.tasks.push": timedelta(minutes=1),
    "compliance.tree.tasks.compare": timedelta(days=1),
    "compliance.review.tasks.draw_samples": timedelta(days=1),
    "compliance.verifying.tasks.begin": timedelta(days=1),
    "deals.files.tasks.end_versions": timedelta(minutes=1),
    "deals.files.tasks.sweep_unfinished": timedelta(minutes=15),
    "deals.previews.tasks.end_previews": timedelta(minutes=1),
    "deals.redaction.tasks.resume_all": timedelta(minutes=1),
    "people.approvals.tasks.escalate_due": timedelta(minutes=15),
    "people.approvals.tasks.expire_due": timedelta(minutes=15),
    "deals.seals.tasks.tell_ending": timedelta(days=1),
    "people.duties.tasks.tell_ending": timedelta(days=1),
    "people.headcount.tasks.count": timedelta(days=1),
    "people.notices.tasks.forget": timedelta(days=1),
    "people.notices.tasks.gather": timedelta(minutes=5),
    "people.notices.tasks.send": timedelta(minutes=1),
    "people.partners.tasks.keep_firms": timedelta(hours=1),
    "people.posts.tasks.look_after": timedelta(minutes=5),
    "people.sessions.tasks.clear_over": timedelta(days=1),
    "people.staffing.tasks.carry_out_changes": timedelta(minutes=1),
    "people.staffsessions.tasks.end_sessions": timedelta(minutes=1),
    "people.training.tasks.keep_enrolled": timedelta(hours=1),
    "vault.custody.freezing.tasks.thaw_ordered": timedelta(minutes=1),
    "vault.custody.suites.tasks.resume_all": timedelta(minutes=1),
    "vault.custody.tasks.resume_all": timedelta(minutes=1),
    "vault.disclosures.tasks.tend": timedelta(minutes=1),
    "vault.intake.tasks.fall_due": timedelta(days=1),
    "vault.records.importing.tasks.resume_all": timedelta(minutes=1),
    "vault.relations.followups.tasks.tell_due": timedelta(hours=1),
    "vault.relations.followups.tasks.settle_left": timedelta(hours=1),
}
ENTRIES = {entry["task"]: entry for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def longest_wait(schedule: BaseSchedule) -> timedelta:
    """Of a schedule by seconds their number; a crontab here runs each day."""
    if isinstance(schedule, crontab):
        assert schedule.day_of_week == set(range(7))
        assert schedule.day_of_month == set(range(1, 32))
        assert schedule.month_of_year == set(range(1, 13))
        return timedelta(days=1)
    run_every: timedelta = schedule.run_every
    return run_every


def test_the_clock_runs_what_is_due_and_nothing_else() -> None:
    assert ENTRIES.keys() == DUE.keys()
    assert len(ENTRIES) == len(settings.CELERY_BEAT_SCHEDULE)


@pytest.mark.parametrize("name", sorted(DUE))
def test_each_is_a_task_of_the_worker_and_runs_often_enough(name: str) -> None:
    entry = ENTRIES[name]
    app.loader.import_default_modules()
    inspect.signature(app.tasks[name].run).bind(*entry.get("args", ()), **entry.get("kwargs", {}))
    assert longest_wait(maybe_schedule(entry["schedule"], app=app)) <= DUE[name]
