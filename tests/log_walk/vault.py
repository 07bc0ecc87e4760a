"""Clients: their commands, imports, exports, ownership."""

from datetime import timedelta

from django.utils import timezone

from audit.actions import Action
from tests.log_walk import Job, Row, World
from tests.vault.disclosures.makers import approve, ask, fill, made, taken
from tests.vault.records.makers import acting, add, add_many
from tests.vault.records.uploads import start, upload
from tests.vault.relations.makers import followup_of
from vault.disclosures import tasks as exports
from vault.disclosures.models import Export
from vault.intake.tasks import fall_due
from vault.records import rotating
from vault.records.importing import services, tasks
from vault.records.importing.models import ImportJob, UndoReason
from vault.records.models import Client
from vault.records.tasks import retire_index_keys
from vault.relations.followups.models import FollowUp
from vault.relations.followups.tasks import settle_left

LIST = "姓名,手机\n王五,13800138000\n赵六,13900139000\n"
LONG = LIST * 6_000  # longer than a page waits for


def _search(world: World) -> Job:
    add(world.book)
    return lambda: world.manage("search_clients", "--as", "ming", typed="13800138000\n")


def _import(world: World) -> Job:
    path = world.folder / "名单.csv"
    path.write_text(LIST, encoding="utf-8")
    return lambda: world.manage("import_clients", str(path), "--book", str(world.book.pk), "--as", "ming")


def _of_book(command: str) -> Row:
    def build(world: World) -> Job:
        add(world.book)
        return lambda: world.manage(command, "--book", str(world.book.pk), "--as", "ming")

    action = Action.INDEX_ROTATE if command == "rotate_indexes" else Action.INDEX_REBUILD
    return Row(job=command, action=action, build=build)


def _claims(world: World) -> Job:
    add(world.book)
    return lambda: world.manage("rebuild_claims")


def _retire(world: World) -> Job:
    add(world.book)
    with acting(world.people.ming):
        rotating.begin(actor=world.people.ming, book_id=world.book.pk)
        rotating.fill(actor=world.people.ming, book_id=world.book.pk)
    return lambda: retire_index_keys(str(world.book.pk), str(world.people.ming.pk))


def _asked(world: World) -> Export:
    fill(world.book, 5)
    return ask(world.people.ming, world.people.lin)


def _exported(world: World) -> Export:
    return made(_asked(world), world.people.lea)


def _trace(world: World) -> Job:
    sheet = world.folder / "leak.csv"
    sheet.write_bytes(taken(_exported(world)))
    return lambda: world.manage("trace_export", str(sheet), "--as", "olivia")


def _build(world: World) -> Job:
    export = _asked(world)
    approve(export, world.people.lea)
    return lambda: exports.build(str(export.pk))


def _tend(world: World) -> Job:
    export = _exported(world)
    Export.objects.filter(pk=export.pk).update(expires_at=timezone.now())
    return exports.tend


def _uploaded(world: World, text: str = LIST) -> ImportJob:
    with acting(world.people.ming):
        return upload(world.book, text)


def _started(world: World) -> ImportJob:
    job = _uploaded(world)
    with acting(world.people.ming):
        return start(job)


def _check(world: World) -> Job:
    job = _uploaded(world, LONG)
    return lambda: tasks.check(str(job.pk))


def _run(world: World) -> Job:
    job = _started(world)
    return lambda: tasks.run(str(job.pk))


def _discard(world: World) -> Job:
    job = _uploaded(world)
    with acting(world.people.ming):
        services.cancel_import(actor=world.people.ming, job_id=job.pk)
    return lambda: tasks.discard(str(job.pk))


def _undo(world: World) -> Job:
    job = _started(world)
    tasks.run(str(job.pk))
    with acting(world.people.ming):
        services.order_undo(actor=world.people.ming, job_id=job.pk, reason=UndoReason.WRONG_LIST)
    return lambda: tasks.undo(str(job.pk))


def _forgotten(world: World) -> Job:
    job = _uploaded(world)
    ImportJob.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(days=2))
    return tasks.resume_all


def _fall(world: World) -> Job:
    add_many(world.book, 1)
    Client.objects.update(assigned=world.people.ming, protected_until=timezone.now())
    return fall_due


def _left(world: World) -> Job:
    """Lin was to call Ming's client, and was taken out of the book."""
    client = add(world.book)
    Client.objects.update(assigned=world.people.ming)
    row = followup_of(client, world.people.ming)
    FollowUp.objects.filter(pk=row.pk).update(assigned=world.people.lin)
    return settle_left


ROWS = [
    Row(job="search_clients", action=Action.CLIENT_SEARCH, build=_search),
    Row(job="import_clients", action=Action.CLIENT_IMPORT, build=_import),
    _of_book("rebuild_indexes"),
    _of_book("rotate_indexes"),
    Row(job="rebuild_claims", action=Action.CLAIM_ENTER, build=_claims),
    Row(job="trace_export", action=Action.EXPORT_TRACE, build=_trace),
    Row(job="vault.records.retire_index_keys", action=Action.INDEX_ROTATE, build=_retire),
    Row(job="vault.records.importing.tasks.check", action=Action.IMPORT_READ, build=_check),
    Row(job="vault.records.importing.tasks.run", action=Action.CLIENT_IMPORT, build=_run),
    Row(job="vault.records.importing.tasks.discard", action=Action.DESTRUCTION_ORDER, build=_discard),
    Row(job="vault.records.importing.tasks.undo", action=Action.IMPORT_UNDONE, build=_undo),
    Row(job="vault.records.importing.tasks.resume_all", action=Action.IMPORT_CANCEL, build=_forgotten),
    Row(job="vault.disclosures.tasks.build", action=Action.EXPORT_BUILD, build=_build),
    Row(job="vault.disclosures.tasks.tend", action=Action.EXPORT_END, build=_tend),
    Row(job="vault.intake.tasks.fall_due", action=Action.CLIENT_OWNER, build=_fall),
    Row(
        job="vault.relations.followups.tasks.settle_left",
        action=Action.FOLLOWUP_HAND_OVER,
        build=_left,
    ),
]
SILENT = {
    "vault.relations.followups.tasks.tell_due": "notes for people that a day has come; no client is opened",
    "verify_records": "compares sealed bytes with digests in the log; opens nothing and asks for no key",
}
