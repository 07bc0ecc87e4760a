"""The findings of the nightly comparison."""

from uuid import uuid4

from compliance.verifying.findings import findings, note
from tests.access_matrix import Row, World, who
from tests.vault.records.makers import book_of
from vault.records.verifying.comparing import Outcome

OFFICERS = who("olivia", "otto")
SAID = {"reason": "records.incident"}


def _found(world: World) -> None:
    world.book = book_of(world.ming)
    note(world.book.pk, Outcome(differ=1), state="0" * 40)
    world.finding = findings()[0]


ROWS: list[Row] = [
    Row(url="compliance:findings", who=OFFICERS, build=_found),
    Row(
        url="compliance:finding",
        who=OFFICERS,
        build=_found,
        args=lambda world: [world.finding.id],
        method="post",
        data=lambda world: SAID,
    ),
    Row(
        url="compliance:finding",
        who=who(),
        args=lambda world: [uuid4()],
        method="post",
        data=lambda world: SAID,
        state="no such finding",
    ),
]
