"""Retention, destruction, the demo; the log itself and the tables."""

from audit.actions import Action
from compliance.destruction import tasks as destruction
from compliance.retention.tasks import propose_due
from tests.compliance.world import LONG_AGO, clients_in, ordered, rule_of
from tests.log_walk import Job, Row, World


def _something_is_due(world: World) -> None:
    clients_in(world.book, world.people.ming, 2, age=LONG_AGO)
    rule_of(world.people.olivia)


def _destroy_due(world: World) -> Job:
    _something_is_due(world)
    return lambda: world.manage("destroy_due", "--as", "olivia")


def _propose(world: World) -> Job:
    _something_is_due(world)
    return propose_due


def _destroy(world: World) -> Job:
    _something_is_due(world)
    run = ordered(vars(world.people))
    return lambda: destruction.run(str(run.pk))


ROWS = [
    Row(job="destroy_due", action=Action.DESTRUCTION_PROPOSE, build=_destroy_due),
    Row(job="compliance.retention.tasks.propose_due", action=Action.DESTRUCTION_PROPOSE, build=_propose),
    Row(job="compliance.destruction.tasks.run", action=Action.DESTRUCTION_DONE, build=_destroy),
]
SILENT = {
    "migrate": "changes tables, and rows only as a migration says that every operator reads",
    "seed_demo": "calls the services that people call, for invented people; refused outside demo mode",
    "verify_log": "recomputes the log itself, which holds ids; an entry of it would change what it verifies",
    "compliance.retention.tasks.add_log_partitions": "makes the empty tables of coming months",
    "compliance.destruction.tasks.resume_all": "queues ids again; each destruction leaves its own entries",
    "deals.files.tasks.sweep_unfinished": "removes halves of uploads that never ended: sealed bytes whose key"
    " was never kept, and a row of an id and a time",
}
