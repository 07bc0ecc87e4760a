"""Redactions: the worker's part."""

from audit.actions import Action
from deals.redaction.tasks import run
from tests.cast import client_of
from tests.deals.redaction.desk import begun, step
from tests.deals.scene import scene
from tests.log_walk import Job, Row, World


def _search(world: World) -> Job:
    there = begun(scene(**vars(world.people)))
    step(client_of(there.ming), there, "search", kinds="phone")
    return lambda: run(str(there.redaction.pk))


ROWS = [Row(job="deals.redaction.tasks.run", action=Action.REDACTION_SEARCH, build=_search)]
SILENT = {
    "deals.redaction.tasks.resume_all": "queues `run` where a worker died; that leaves the entries",
}
