"""Invariant 1: every command and every job of the queue leaves an entry, or says why it has none to leave."""

import pkgutil
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.management import get_commands

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from config.celery import app
from people.roles.builtin import RoleCode
from tests import log_walk
from tests.cast import cast, person
from tests.log_walk import Row, World
from tests.vault.custody.conftest import own_root_keys
from tests.vault.records.conftest import as_worker
from tests.vault.records.makers import book_of

__all__ = ["as_worker", "own_root_keys"]

OURS = ("audit", "people", "vault", "deals", "compliance", "config")
MODULES = [
    import_module(f"tests.log_walk.{module.name}") for module in pkgutil.iter_modules(log_walk.__path__)
]
ROWS: list[Row] = [row for module in MODULES for row in module.ROWS]
SILENT: dict[str, str] = {job: why for module in MODULES for job, why in module.SILENT.items()}


def jobs() -> set[str]:
    ours = {config.name for config in apps.get_app_configs() if config.name.split(".")[0] in OURS}
    app.loader.import_default_modules()
    return {name for name, where in get_commands().items() if where in ours} | {
        name for name in app.tasks if name.split(".")[0] in OURS
    }


def test_i1_every_command_and_task_is_listed_once() -> None:
    listed = [row.job for row in ROWS] + list(SILENT)
    assert sorted(listed) == sorted(jobs())


def test_i1_who_leaves_no_entry_says_why() -> None:
    assert [job for job, why in SILENT.items() if len(why.split()) < 5] == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_i1_it_leaves_its_entry(
    as_worker: None, own_root_keys: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: Row
) -> None:
    with acting_as(Origin()):
        people = SimpleNamespace(**cast(), oscar=person("oscar", role=RoleCode.COMPLIANCE_OFFICER))
        world = World(people=people, book=book_of(people.ming), folder=tmp_path, patch=monkeypatch)
        job = row.build(world)
    before = set(LogEntry.objects.values_list("pk", flat=True))
    job()
    left = LogEntry.objects.exclude(pk__in=before)
    assert row.action in set(left.values_list("action", flat=True))
    assert not left.filter(actor=None).exists()
