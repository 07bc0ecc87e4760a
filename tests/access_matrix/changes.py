"""Changes of a client, putting them back, and the review queue: who gets there."""

from tests.access_matrix import Row, World, who
from tests.access_matrix.grades import reader
from tests.access_matrix.vault import AGENTS, MEMBERS, book, client, of, stored
from tests.vault.records.versions.making import change

_OK, _FORM, _MOVED = frozenset({200}), frozenset({422}), frozenset({302})


def changed(world: World) -> None:
    client(world)
    change(world.client, phone="+8613700137000")


def contact(_: World) -> dict[str, str]:
    return {"group": "client.contact"}


def of_version(world: World) -> list[object]:
    return [world.client.pk, 1]


ROWS: list[Row] = [
    Row(url="vault:client_restore", who=MEMBERS, build=changed, args=of_version, status=_OK),
    Row(
        url="vault:client_restore",
        who=MEMBERS,
        state="nothing chosen",
        build=changed,
        args=of_version,
        method="post",
        status=_FORM,
    ),
    Row(url="vault:client_restore", who=who(), state="stored", build=stored, args=of_version),
    Row(url="vault:review", who=AGENTS, status=_OK),
    Row(
        url="vault:client_confirm",
        who=MEMBERS,
        build=client,
        args=of("client"),
        method="post",
        data=contact,
        status=_MOVED,
    ),
    Row(
        url="vault:client_confirm",
        who=MEMBERS,
        state="Lin only reads",
        build=reader,
        args=of("client"),
        method="post",
        data=contact,
        status=_MOVED,
    ),
    Row(
        url="vault:client_confirm",
        who=who(),
        state="stored",
        build=stored,
        args=of("client"),
        method="post",
        data=contact,
    ),
    Row(url="vault:book_review", who=who("ming"), build=book, args=of("book"), status=_OK),
]
