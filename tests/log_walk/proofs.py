"""Taking evidence out of the log, and reading its checkpoints back."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import copy
from uuid import UUID

from django.conf import settings

from audit.actions import Action
from audit.checkpoints import keys, places, store
from audit.checkpoints.keys import FILE
from audit.checkpoints.sinks.file import FileSink
from audit.merkle.body import Body
from compliance.proofs.tasks import compare
from tests import databases
from tests.compliance.proofs.signed import DEALS, KEYS, signed, written
from tests.conftest import DATABASE
from tests.log_walk import Job, Row, World


def _a_checkpoint_is_gone(world: World) -> Job:
    world.patch.setattr(settings, "SINKS_DIR", world.folder / "sinks")
    world.patch.setattr(settings, "CHECKPOINTS_DIR", world.folder / "checkpoints")
    places.change("file", size=7, note="n")
    return compare


def _signed_log(world: World) -> tuple[UUID, store.Checkpoint]:
    """An entry of a log that is signed, with the keys that outlive a test as the log does."""
    world.patch.setattr(settings, "SINKS_DIR", world.folder / "sinks")
    world.patch.setattr(settings, "CHECKPOINTS_DIR", world.folder / "checkpoints")
    entry = written(2)[0]
    lasting, own = settings.HOME_DIR / KEYS / FILE, Path(settings.KEYS_DIR) / FILE
    own.parent.mkdir(exist_ok=True)
    lasting.parent.mkdir(exist_ok=True)
    if lasting.exists():
        copy(lasting, own)
    with closing(databases.superuser(DATABASE)) as superuser:
        newest = signed(superuser, world.patch)
    copy(own, lasting)
    return entry, newest


def _taken(*command: str) -> Callable[[World], Job]:
    def build(world: World) -> Job:
        entry, _ = _signed_log(world)
        arguments = [str(entry) if part == "ENTRY" else part for part in command]
        return lambda: world.manage(*arguments, "--as", "olivia", "--out", str(world.folder / "out"))

    return build


def _entries_are_lost(world: World) -> Job:
    """A checkpoint of more entries than there are lies outside."""
    _, newest = _signed_log(world)
    log, size = keys.load(), newest.size + 1000
    note = log.sign(Body(log.origin, size, bytes(32)).text()).encoded()
    FileSink(world.folder / "checkpoints").put(store.Checkpoint(size, note, newest.at))
    return lambda: world.manage("lost_history", "--show", "--as", "olivia")


ROWS = [
    Row(job="compliance.proofs.tasks.compare", action=Action.CHECKPOINT_DIFFER, build=_a_checkpoint_is_gone),
    Row(job="prove_entry", action=Action.LOG_PROVE, build=_taken("prove_entry", "ENTRY")),
    Row(job="lost_history", action=Action.LOG_READ, build=_entries_are_lost),
    Row(job="prove_growth", action=Action.LOG_PROVE, build=_taken("prove_growth", "--from", "1")),
    Row(
        job="export_evidence",
        action=Action.LOG_EXPORT,
        build=_taken("export_evidence", "--deal", str(DEALS[0])),
    ),
]
SILENT = {
    "compliance.proofs.tasks.publish": "brings what is signed outside; the log must not grow by it each time",
}
