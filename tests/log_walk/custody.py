"""Keys: rotations, suites, freezes, recovery."""

import json
from pathlib import Path

from django.conf import settings

from audit.actions import Action
from config.celery import app
from tests.log_walk import Job, Row, World
from tests.vault.custody.making import ordered
from tests.vault.profiles import other
from tests.vault.records.makers import acting, add
from vault.crypto import recovery
from vault.crypto.suites import SUITES
from vault.custody import tasks
from vault.custody.suites import tasks as suite_tasks
from vault.custody.suites.services import order_move

HOLDERS = ("olivia", "otto")
PASSPHRASE = "correct horse battery staple"


def _ask_to_rotate(world: World) -> Job:
    add(world.book)
    return lambda: world.manage("rotate_keys", "--as", "olivia")


def _rotate(world: World) -> Job:
    add(world.book)
    rotation = ordered(world.people)
    return lambda: tasks.rotate(str(rotation.pk))


def _move(world: World) -> Job:
    add(world.book)
    with acting(world.people.olivia):
        move = order_move(actor=world.people.olivia, book=world.book, suite=other())
    return lambda: suite_tasks.move(str(move.pk))


def _reencrypt(world: World) -> Job:
    """The command waits for the worker, which is this process here."""
    add(world.book)
    suite = SUITES[other()].name.lower()
    options = ("--suite", suite, "--book", str(world.book.pk), "--as", "olivia")

    def run() -> None:
        app.conf.task_always_eager = True
        try:
            world.manage("reencrypt", *options)
        finally:
            app.conf.task_always_eager = False

    return run


def _holders(world: World) -> list[str]:
    world.patch.setattr(recovery, "_MEMORY", 64)  # KiB for Argon2id: what it costs is not the point here
    holders: list[str] = []
    for name in HOLDERS:
        world.manage("recovery_key", str(world.folder / name), typed=f"{PASSPHRASE}\n" * 2)
        holders += ["--holder", name, str(world.folder / f"{name}.pub")]
    return holders


def _copied(world: World, *more: str) -> str:
    out = world.folder / "out"
    who = ("--as", "olivia", "--needed", "2")
    return world.manage("recovery_copy", str(out), *who, *more, *_holders(world))


def _copy(world: World) -> Job:
    add(world.book)
    return lambda: _copied(world)


def _shares(world: World) -> list[str]:
    add(world.book)
    files = json.loads(_copied(world, "--json"))["shares"]
    held = zip(files, HOLDERS, strict=True)
    return [word for file, name in held for word in ("--share", file, str(world.folder / name))]


def _drill(world: World) -> Job:
    shares = _shares(world)
    return lambda: world.manage("recovery_drill", "--as", "olivia", *shares, typed=f"{PASSPHRASE}\n" * 2)


def _recover(world: World) -> Job:
    shares = _shares(world)
    Path(settings.KEYS_DIR, "root-keys.json").unlink()
    return lambda: world.manage("recover_keys", *shares, typed=f"{PASSPHRASE}\n" * 2)


ROWS = [
    Row(job="rotate_keys", action=Action.APPROVAL_REQUEST, build=_ask_to_rotate),
    Row(job="reencrypt", action=Action.CLIENT_RESEAL, build=_reencrypt),
    Row(job="recovery_copy", action=Action.KEYS_COPY, build=_copy),
    Row(job="recovery_drill", action=Action.KEYS_DRILL, build=_drill),
    Row(job="recover_keys", action=Action.KEYS_RECOVER, build=_recover),
    Row(job="vault.custody.tasks.rotate", action=Action.KEYS_ROTATED, build=_rotate),
    Row(job="vault.custody.suites.tasks.move", action=Action.CLIENT_RESEAL, build=_move),
]
SILENT = {
    "recovery_key": "runs on an officer's own machine, where there is no database: a new key, in a file",
    "vault.custody.tasks.resume_all": "queues ids again; each rotation leaves its own entries",
    "vault.custody.suites.tasks.resume_all": "queues ids again; each move leaves its own entries",
    "vault.custody.freezing.tasks.thaw_ordered": "the order that it carries out is the entry, without which"
    " the keyring thaws nothing",
}
