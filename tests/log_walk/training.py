"""Training's job: whoever got a role takes its courses."""

from audit.actions import Action
from people.training.records import Enrolment
from people.training.tasks import keep_enrolled
from tests.log_walk import Job, Row, World
from tests.people.training.making import course


def _joined(world: World) -> Job:
    course(world.people)
    Enrolment.objects.all().delete()
    return keep_enrolled


ROWS = [Row(job="people.training.tasks.keep_enrolled", action=Action.TRAINING_DUE, build=_joined)]
SILENT: dict[str, str] = {}
