"""The key page: officers and administrators look, officers rotate."""

from typing import Any
from uuid import uuid4

from tests.access_matrix import Row, World, who
from vault.custody.models import KeyRotation

OFFICERS = who("olivia", "otto")
SEES = OFFICERS | who("ada")


def _running(world: World) -> None:
    world.rotation = KeyRotation.objects.create(
        ordered_by=world.olivia, approval_id=uuid4(), version_before=1
    )


def _rotation(world: World) -> list[Any]:
    return [world.rotation.pk]


ROWS: list[Row] = [
    Row(url="vault:keys", who=SEES),
    Row(url="vault:keys_rotate", who=OFFICERS),
    Row(url="vault:keys_progress", who=SEES, build=_running, args=_rotation),
    Row(url="vault:keys_progress", who=who(), args=lambda world: [uuid4()], state="no such rotation"),
    Row(url="vault:keys_go_on", who=OFFICERS, build=_running, args=_rotation, method="post"),
    Row(
        url="vault:keys_go_on",
        who=who(),
        args=lambda world: [uuid4()],
        method="post",
        state="no such rotation",
    ),
]
