"""Closed reports whose time is over are destroyed by the clock."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from audit.actions import Action
from compliance.speakup.codes import State
from compliance.speakup.tasks import destroy_due
from tests import databases
from tests.compliance.speakup import making
from tests.log_walk import Job, Row, World

TWO_YEARS = timedelta(days=731)


def _closed(world: World) -> Job:
    case, _code = making.reported()
    olivia = world.people.olivia
    making.at(making.at(case, State.ACKNOWLEDGED, olivia), State.CLOSED, olivia)
    hostile = databases.superuser(settings.DATABASES["default"]["NAME"])
    making.older(case, TWO_YEARS.days, hostile)
    hostile.close()
    assert case.closed_on is not None
    assert case.closed_on <= timezone.localdate() - TWO_YEARS
    return destroy_due


ROWS = [Row(job="compliance.speakup.tasks.destroy_due", action=Action.SPEAKUP_DESTROY, build=_closed)]
SILENT: dict[str, str] = {}
