"""Who gets in where, among the evidence of signatures."""

from typing import Any
from uuid import UUID

from tests.access_matrix import Row, World, who
from tests.cast import signed

BO_AND_OFFICERS = who("bo", "olivia", "otto")


def _signed(world: World) -> None:
    world.signature = signed(world.bo, deal_id=UUID(int=11))


def _args(world: World) -> list[Any]:
    return [world.signature.pk]


ROWS = [
    Row(url="compliance:signature", state="of bo", who=BO_AND_OFFICERS, build=_signed, args=_args),
    Row(url="compliance:signature_bundle", state="of bo", who=BO_AND_OFFICERS, build=_signed, args=_args),
    Row(url="compliance:signature", state="nobody's", who=frozenset(), args=lambda world: [UUID(int=1)]),
]
