"""The clocks of partner firms: overdue reviews suspend, ended deals call for certificates."""

from django.urls import reverse

from audit.actions import Action
from compliance.partners.tasks import ask_back_ended
from deals.pipeline.models import Stage
from people.partners.tasks import keep_firms
from tests.cast import client_of
from tests.deals.scene import at_stage, scene
from tests.log_walk import Job, Row, World
from tests.people.partners.making import belongs, in_force, overdue


def _overdue(world: World) -> Job:
    overdue(world.people, in_force(world.people))
    return keep_firms


def _ended(world: World) -> Job:
    found = scene(**vars(world.people))
    belongs(found, found.bo, in_force(found))
    client_of(found.bo).get(reverse("deals:room", args=[found.deal.pk]))
    at_stage(found.deal, Stage.CLOSED)
    return ask_back_ended


ROWS = [
    Row(job="people.partners.tasks.keep_firms", action=Action.PARTNER_SUSPEND, build=_overdue),
    Row(job="compliance.partners.tasks.ask_back_ended", action=Action.PARTNER_RECALL, build=_ended),
]
SILENT: dict[str, str] = {}
