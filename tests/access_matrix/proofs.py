"""The log's checkpoint and tiles are everybody's; without a signed tree there is nothing yet."""

from uuid import uuid4

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from tests.access_matrix import NOBODY, Row, World, who
from tests.cast import NAMES

EVERYBODY = frozenset({NOBODY, *NAMES})
READERS = who("olivia", "otto", "aud")


def _entry(world: World) -> None:
    world.entry = record_read(Entry(action=Action.LOG_READ, object_type=ObjectType.LOG, object_id=None))


ROWS: list[Row] = [
    Row(url="compliance:log_checkpoint", who=EVERYBODY, status=frozenset({200, 404})),
    Row(
        url="compliance:log_tile",
        who=EVERYBODY,
        args=lambda world: ["0/000.p/1"],
        status=frozenset({200, 404}),
    ),
    Row(url="compliance:verify_proof", who=EVERYBODY),
    Row(url="compliance:checkpoints", who=READERS),
    Row(url="compliance:growth_proof", who=READERS, data=lambda world: {"from": "0"}),
    Row(url="compliance:entry_proof", who=READERS, build=_entry, args=lambda world: [world.entry]),
    Row(url="compliance:entry_proof", who=who(), args=lambda world: [uuid4()], state="no such entry"),
]
