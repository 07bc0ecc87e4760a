"""The vault's URLs: who gets to client books, clients and imports."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from tests.access_matrix import Row, World, who
from tests.vault.records.makers import acting, add, book_of, let_in
from tests.vault.records.uploads import upload
from vault.records.importing.models import ImportJob, ImportState, UndoReason
from vault.records.importing.services import order_undo
from vault.records.models import Client, Level

AGENTS = who("ming", "lin", "lea")
MEMBERS = who("ming", "lea")


def book(world: World) -> None:
    """Ming's book, into which Lea was let to work; Lin is an agent too, and not in it."""
    world.book = book_of(world.ming)
    let_in(world.book, world.lea, Level.WORK)


def client(world: World) -> None:
    book(world)
    world.client = add(world.book)


def stored(world: World) -> None:
    client(world)
    Client.objects.filter(pk=world.client.pk).update(state="stop_use")


def job(world: World) -> None:
    book(world)
    with acting(world.ming):
        world.job = upload(world.book, "姓名,手机\n王五,13800138000\n")


def imported(world: World) -> None:
    """The import ran a moment ago and added a client."""
    job(world)
    now = timezone.now()
    ImportJob.objects.filter(pk=world.job.pk).update(
        state=ImportState.DONE, started_at=now, ended_at=now, added=1, cursor=1
    )


def undoing(world: World) -> None:
    imported(world)
    with acting(world.ming):
        order_undo(actor=world.ming, job_id=world.job.pk, reason=UndoReason.WRONG_LIST)


def of(name: str, *more: str) -> Callable[[World], list[Any]]:
    return lambda world: [getattr(world, name).pk, *more]


REVEAL = {"CONTACT-purpose": "service", "CONTACT-reason": "call"}
_OK, _FORM, _MOVED = frozenset({200}), frozenset({422}), frozenset({302})

ROWS: list[Row] = [
    Row(url="vault:clients", who=AGENTS, status=_OK),
    Row(url="vault:search", who=AGENTS, status=_OK),
    Row(url="vault:search", who=AGENTS, method="post", data=lambda _: {"q": "13800138000"}, status=_OK),
    Row(url="vault:book_add", who=AGENTS, status=_OK),
    Row(url="vault:book", who=MEMBERS, state="Lin is not in it", build=book, args=of("book"), status=_OK),
    Row(
        url="vault:book_members",
        who=who("ming"),
        state="Lea works in it, Ming manages it",
        build=book,
        args=of("book"),
        method="post",
        status=_FORM,
    ),
    Row(url="vault:client_add", who=MEMBERS, build=book, args=of("book"), status=_OK),
    Row(url="vault:client", who=MEMBERS, build=client, args=of("client"), status=_OK),
    Row(url="vault:client", who=MEMBERS, state="storage only", build=stored, args=of("client"), status=_OK),
    Row(url="vault:client_edit", who=MEMBERS, build=client, args=of("client"), status=_OK),
    Row(url="vault:client_edit", who=who(), state="storage only", build=stored, args=of("client")),
    Row(url="vault:client_versions", who=MEMBERS, build=client, args=of("client"), status=_OK),
    Row(url="vault:client_group", who=MEMBERS, build=client, args=of("client", "contact"), status=_MOVED),
    Row(
        url="vault:client_reveal",
        who=MEMBERS,
        build=client,
        args=of("client", "contact"),
        method="post",
        data=lambda _: REVEAL,
        status=_OK,
    ),
    Row(
        url="vault:client_reveal",
        who=who(),
        state="storage only",
        build=stored,
        args=of("client", "contact"),
        method="post",
        data=lambda _: REVEAL,
    ),
    Row(
        url="vault:client_reveal",
        who=who(),
        state="no such group",
        build=client,
        args=of("client", "everything"),
        method="post",
        data=lambda _: REVEAL,
    ),
    Row(url="vault:imports", who=AGENTS, status=_OK),
    Row(url="vault:import_upload", who=MEMBERS, build=book, args=of("book"), status=_OK),
    Row(url="vault:import_job", who=who("ming"), state="Ming's", build=job, args=of("job"), status=_OK),
    Row(url="vault:import_progress", who=who("ming"), build=job, args=of("job"), status=_OK),
    Row(url="vault:import_start", who=who("ming"), build=job, args=of("job"), method="post", status=_OK),
    Row(
        url="vault:import_start",
        who=who("ming"),
        state="other columns are to be shown",
        build=job,
        args=of("job"),
        method="post",
        data=lambda _: {"look": "1", "sheet": "0", "header": "0"},
        status=_OK,
    ),
    Row(
        url="vault:import_undo",
        who=who("ming"),
        state="Ming leads the book",
        build=imported,
        args=of("job"),
        status=_MOVED,
    ),
    Row(url="vault:import_undo", who=who(), state="nothing was imported", build=job, args=of("job")),
    Row(url="vault:import_undone", who=who("ming"), build=undoing, args=of("job"), status=_OK),
    Row(url="vault:import_undone", who=who(), state="never ordered", build=job, args=of("job")),
    Row(url="vault:import_undo_progress", who=who("ming"), build=undoing, args=of("job"), status=_OK),
    Row(url="vault:import_cancel", who=who("ming"), build=job, args=of("job"), method="post", status=_MOVED),
    Row(url="vault:import_bad_rows", who=who(), state="without bad rows", build=job, args=of("job")),
    Row(url="vault:import_discard", who=who("ming"), build=job, args=of("job"), method="post", status=_MOVED),
]
