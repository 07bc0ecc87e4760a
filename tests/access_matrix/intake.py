"""Intake, the public pool, duplicate claims and hand-over: who gets there."""

from uuid import uuid4

from tests.access_matrix import Row, World, who
from tests.access_matrix.vault import AGENTS, MEMBERS, book, client, of
from tests.vault.intake.makers import LI, owned, save, taken
from tests.vault.records.makers import book_of
from vault.intake.models import DuplicateClaim
from vault.records.models import Client

_OK, _MOVED = frozenset({200}), frozenset({302})


def pooled(world: World) -> None:
    client(world)
    Client.objects.filter(pk=world.client.pk).update(assigned=None)


def lins(world: World) -> None:
    """Lea's client in Ming's book, whom Lin saved as well."""
    book(world)
    world.client = owned(world.book, by=world.lea)
    save(book_of(world.lin), {**LI, "name": "李明"}, by=world.lin)
    world.duplicate = DuplicateClaim.objects.get(client=world.client)


def from_a_chat(world: World) -> None:
    book(world)
    world.client = taken(world.book, by=world.ming).client


def entrusted(world: World) -> None:
    world.book = book_of(world.ming, deal=uuid4())


ROWS: list[Row] = [
    Row(url="vault:intake", who=AGENTS, status=_OK),
    Row(url="vault:intake_read", who=AGENTS, method="post", data=lambda _: {"message": "张三"}, status=_OK),
    Row(url="vault:intake_unfinished", who=AGENTS, status=_OK),
    Row(url="vault:pool", who=AGENTS, status=_OK),
    Row(url="vault:duplicates", who=AGENTS, status=_OK),
    Row(
        url="vault:duplicate_seen",
        who=who("ming", "lea"),
        state="Lea's client in Ming's book, saved by Lin",
        build=lins,
        args=of("duplicate"),
        method="post",
        status=_MOVED,
    ),
    Row(url="vault:client_claim", who=MEMBERS, build=pooled, args=of("client"), method="post", status=_MOVED),
    Row(
        url="vault:client_release",
        who=MEMBERS,
        state="Lea's, in Ming's book",
        build=lins,
        args=of("client"),
        method="post",
        status=_MOVED,
    ),
    Row(
        url="vault:client_assign",
        who=who("ming"),
        build=lins,
        args=of("client"),
        method="post",
        status=_MOVED,
    ),
    Row(
        url="vault:client_complete",
        who=MEMBERS,
        build=from_a_chat,
        args=of("client"),
        method="post",
        status=_MOVED,
    ),
    Row(
        url="vault:client_complete",
        who=who(),
        state="not from a chat",
        build=client,
        args=of("client"),
        method="post",
    ),
    Row(url="vault:book_ownership", who=who("ming"), build=book, args=of("book"), status=_OK),
    Row(url="vault:book_ownership", who=who(), state="entrusted", build=entrusted, args=of("book")),
    Row(url="vault:handover", who=who("ming"), state="Lea's clients", build=lins, args=of("lea"), status=_OK),
]
