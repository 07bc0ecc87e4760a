"""The log's checkpoint and tiles are everybody's; without a signed tree there is nothing yet."""

from tests.access_matrix import NOBODY, Row
from tests.cast import NAMES

EVERYBODY = frozenset({NOBODY, *NAMES})

ROWS: list[Row] = [
    Row(url="compliance:log_checkpoint", who=EVERYBODY, status=frozenset({200, 404})),
    Row(
        url="compliance:log_tile",
        who=EVERYBODY,
        args=lambda world: ["0/000.p/1"],
        status=frozenset({200, 404}),
    ),
]
