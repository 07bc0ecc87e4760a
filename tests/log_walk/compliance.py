"""Retention, destruction, the demo; the log itself and the tables."""

from django.db import transaction

from audit.actions import Action
from audit.origin import Origin, acting_as
from compliance.destruction import tasks as destruction
from compliance.destruction.models import RoomCopy
from compliance.retention.tasks import propose_due
from compliance.review.models import Drawn
from compliance.review.sampling import set_rule
from compliance.review.tasks import draw_samples
from compliance.tree.tasks import compare as compare_tree
from compliance.verifying.tasks import verify
from deals.files.ends import begin_ends
from deals.files.models import VersionEnd
from deals.files.tasks import end_versions
from tests.compliance.review.entries import reveal
from tests.compliance.world import LONG_AGO, clients_in, ordered, rule_of
from tests.deals.scene import scene, stored
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


def _a_copy_in_a_room(world: World) -> None:
    """A file in a room, as if a list with the one whom a run destroyed were in it."""
    deal = scene(**vars(world.people))
    version = stored(deal, deal.one, "a.csv", b"x")
    _something_is_due(world)
    run = ordered(vars(world.people))
    destruction.run(str(run.pk))
    with acting_as(Origin(actor=world.people.olivia.pk)), transaction.atomic():
        begin_ends([version.pk])
    RoomCopy.objects.create(run=run, version_id=version.pk)
    VersionEnd.objects.update(asked_by=world.people.lea)


def _end_versions(world: World) -> Job:
    _a_copy_in_a_room(world)
    return end_versions


def _settle_copies(world: World) -> Job:
    _a_copy_in_a_room(world)
    end_versions()
    return destruction.settle_copies


def _compare(world: World) -> Job:
    clients_in(world.book, world.people.ming, 1)
    return lambda: verify(str(world.book.pk))


def _draw(world: World) -> Job:
    people = world.people
    [client] = clients_in(world.book, people.ming, 1)
    reveal(people.ming, client)
    with acting_as(Origin(actor=people.olivia.pk)):
        set_rule(actor=people.olivia, drawn=Drawn.REVEALS, per_week=1, days=5)
    return draw_samples


ROWS = [
    Row(job="compliance.review.tasks.draw_samples", action=Action.SAMPLE_DRAW, build=_draw),
    Row(job="deals.files.tasks.end_versions", action=Action.FILE_DESTROY, build=_end_versions),
    Row(
        job="compliance.destruction.tasks.settle_copies",
        action=Action.DESTRUCTION_CERTIFY,
        build=_settle_copies,
    ),
    Row(job="destroy_due", action=Action.DESTRUCTION_PROPOSE, build=_destroy_due),
    Row(job="compliance.retention.tasks.propose_due", action=Action.DESTRUCTION_PROPOSE, build=_propose),
    Row(job="compliance.verifying.tasks.verify", action=Action.RECORDS_VERIFY, build=_compare),
    Row(job="compliance.tree.tasks.compare", action=Action.LOG_COMPARE, build=lambda _: compare_tree),
    Row(job="compliance.destruction.tasks.run", action=Action.DESTRUCTION_DONE, build=_destroy),
]
SILENT = {
    "migrate": "changes tables, and rows only as a migration says that every operator reads",
    "demo_sms": "shows messages from the demo's own file, and opens nothing; refused outside demo mode",
    "demo_code": "shows a demo person's code from the file, and opens nothing; refused outside demo mode",
    "seed_demo": "calls the services that people call, for invented people; refused outside demo mode",
    "verify_log": "recomputes the log itself, which holds ids; an entry of it would change what it verifies",
    "sequence_log": "adds hashes of entries that are there, and says in an entry what holds it up",
    "compliance.retention.tasks.add_log_partitions": "makes the empty tables of coming months",
    "compliance.destruction.tasks.resume_all": "queues ids again; each destruction leaves its own entries",
    "compliance.verifying.tasks.begin": "queues ids of books; each comparison leaves its own entries",
    "deals.files.tasks.sweep_unfinished": "removes halves of uploads that never ended: sealed bytes whose key"
    " was never kept, and a row of an id and a time",
}
