"""The Celery application: jobs take ids, never personal data, and call services."""

import os

from celery import Celery
from celery.signals import setup_logging, worker_process_init, worker_ready

from config import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("sealroom")
app.config_from_object("django.conf:settings", namespace="CELERY")
SLICES_WITH_TASKS = [
    "people.approvals",
    "people.duties",
    "people.guests",
    "people.headcount",
    "people.notices",
    "people.partners",
    "people.posts",
    "people.sessions",
    "people.staffing",
    "people.staffsessions",
    "people.training",
    "vault.intake",
    "vault.custody",
    "vault.custody.freezing",
    "vault.custody.suites",
    "vault.records",
    "vault.records.importing",
    "vault.relations.followups",
    "vault.disclosures",
    "deals.files",
    "deals.previews",
    "deals.redaction",
    "deals.seals",
    "compliance.accessreviews",
    "compliance.destruction",
    "compliance.logretention",
    "compliance.outside",
    "compliance.partners",
    "compliance.proofs",
    "compliance.retention",
    "compliance.review",
    "compliance.speakup",
    "compliance.tree",
    "compliance.verifying",
    "compliance.anomalies",
    "compliance.stream",
]
app.autodiscover_tasks(SLICES_WITH_TASKS)


@worker_process_init.connect
def settle_memory(**_: object) -> None:
    memory.settle()


@worker_ready.connect
def note_what_changed(**_: object) -> None:
    from config.starting import note_start  # noqa: PLC0415 (it needs the apps loaded)

    note_start()


@setup_logging.connect
def keep_the_logging_of_the_settings(**_: object) -> None:
    """Celery would put a handler of its own in the place of ours, which prints the words of exceptions."""
