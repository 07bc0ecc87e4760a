"""The watch over the log, and its streams."""

from contextlib import closing

from audit.actions import Action
from audit.origin import Origin, acting_as
from compliance.anomalies.tasks import watch
from compliance.stream.tasks import push
from tests import databases
from tests.compliance.anomalies.making import caught_up, refused
from tests.compliance.sequenced import sequenced
from tests.conftest import DATABASE
from tests.log_walk import Job, Row, World


def _something_unusual(world: World) -> Job:
    with closing(databases.superuser(DATABASE)) as superuser:
        caught_up(superuser)
        refused(world.people.ming.pk)
        sequenced(superuser)
    return watch


def _a_receiver_that_is_not_there(world: World) -> Job:
    world.patch.setattr("django.conf.settings.SIEM_SYSLOG", "127.0.0.1:1")
    with closing(databases.superuser(DATABASE)) as superuser, acting_as(Origin()):
        refused(world.people.ming.pk, 1)
        sequenced(superuser)
    return push


ROWS = [
    Row(job="compliance.anomalies.tasks.watch", action=Action.FINDING_OPEN, build=_something_unusual),
    Row(job="compliance.stream.tasks.push", action=Action.STREAM_FAIL, build=_a_receiver_that_is_not_there),
]
SILENT = {
    "compliance.anomalies.tasks.try_on_the_past": "goes through days of the log for whoever ordered it, whose"
    " order is the entry; shows ids and counts, opens nothing",
}
