"""A month of the log that becomes old enough, and leaves."""

from contextlib import closing
from pathlib import Path
from shutil import copy

from django.conf import settings

from audit.actions import Action
from audit.checkpoints.keys import FILE
from compliance.logretention import tasks
from tests import databases
from tests.audit.retention.months import add_month, fill, months_ago
from tests.compliance.logretention.doing import agreed, asked, taken_away
from tests.compliance.proofs.signed import KEYS, signed
from tests.conftest import DATABASE
from tests.log_walk import Job, Row, World

MONTH = months_ago(40)


def _begun(world: World) -> None:
    """A month of long ago, signed; nothing of it is left behind by the job (see _alone)."""
    for name in ("SINKS_DIR", "CHECKPOINTS_DIR", "LOG_ARCHIVE_DIR"):
        world.patch.setattr(settings, name, world.folder / name.lower())
    lasting, own = settings.HOME_DIR / KEYS / FILE, Path(settings.KEYS_DIR) / FILE
    own.parent.mkdir(exist_ok=True)
    lasting.parent.mkdir(exist_ok=True)
    if lasting.exists():  # the log outlives a test, and so do the keys that sign it
        copy(lasting, own)
    with closing(databases.superuser(DATABASE)) as superuser:
        with superuser.cursor() as cursor:
            cursor.execute("set role sealroom_log")
            add_month(cursor, MONTH)
            fill(cursor, MONTH, 1)
            cursor.execute("reset role")
        signed(superuser, world.patch)
    copy(own, lasting)


def _alone(job: Job) -> Job:
    def run() -> None:
        try:
            job()
        finally:
            with closing(databases.superuser(DATABASE)) as superuser:
                taken_away(superuser, [MONTH])

    return run


def _old_enough(world: World) -> Job:
    _begun(world)
    return _alone(tasks.look)


def _ordered(world: World) -> Job:
    _begun(world)
    world.patch.setattr(tasks.leave, "delay", lambda code: None)
    tasks.look()
    agreed(world.people.otto, asked(world.people.olivia, MONTH))
    with closing(databases.superuser(DATABASE)) as superuser:
        signed(superuser, world.patch)
    return _alone(lambda: tasks.leave(f"{MONTH:%Y-%m}"))


ROWS = [
    Row(job="compliance.logretention.tasks.look", action=Action.LOG_ARCHIVE, build=_old_enough),
    Row(job="compliance.logretention.tasks.leave", action=Action.LOG_DROP, build=_ordered),
]
SILENT = {
    "compliance.logretention.tasks.shred": "its order is an entry of two officers; tested with its own entry",
    "compliance.logretention.tasks.resume": "queues what officers ordered, whose job leaves the entry",
}
