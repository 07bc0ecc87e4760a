"""Changes of staff at their hour, and a role opened from the console."""

from audit.actions import Action
from tests.compliance.staffing.making import leaving, settled, the_hour_comes
from tests.log_walk import Job, Row, World
from tests.people.roles.doors.making import OFFICE, asks


def _leaves(world: World) -> Job:
    people = world.people
    settled(people.olivia, leaving(people.olivia, people.otto, people.lea))
    return the_hour_comes


def _asked(world: World) -> Job:
    asks(world.people, "agent", OFFICE)
    return lambda: world.manage("open_role", "agent")


ROWS = [
    Row(job="people.staffing.tasks.carry_out_changes", action=Action.STAFFING_DONE, build=_leaves),
    Row(job="open_role", action=Action.ROLE_DOOR_BREAK, build=_asked),
]
SILENT: dict[str, str] = {}
