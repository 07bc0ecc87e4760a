"""Handing a client over to retention: who may ask."""

from tests.access_matrix import Row, World, who
from tests.access_matrix.grades import reader
from tests.access_matrix.vault import MEMBERS, client, of, stored
from tests.compliance.world import rule_of


def covered(world: World) -> None:
    """By a rule, so that something would follow."""
    client(world)
    rule_of(world.olivia)


def _reason(_: World) -> dict[str, str]:
    return {"reason": "end.purpose_done"}


def _row(**row: object) -> Row:
    return Row(url="compliance:retention_end", args=of("client"), **row)  # type: ignore[arg-type]


ROWS: list[Row] = [
    _row(who=MEMBERS, build=client, status=frozenset({200})),
    _row(who=MEMBERS, state="Lin only reads", build=reader, status=frozenset({200})),
    _row(who=who(), state="stored", build=stored),
    _row(who=MEMBERS, method="post", build=covered, data=_reason, status=frozenset({302})),
    _row(
        who=MEMBERS,
        method="post",
        state="no rule covers it",
        build=client,
        data=_reason,
        status=frozenset({422}),
    ),
]
