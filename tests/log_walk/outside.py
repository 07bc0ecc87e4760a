"""Outside audits."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from audit.actions import Action
from compliance.outside.evidence import EvidenceBundle
from compliance.outside.tasks import build_bundle, tend
from tests.compliance.outside import making
from tests.log_walk import Row, World


def _closing(world: World) -> Callable[[], None]:
    seat = making.seated(world.people)
    hour = seat.audit.ends_at
    world.patch.setattr(timezone, "now", lambda: hour)
    return tend


def _bundle(world: World) -> Callable[[], None]:
    """Of a checkpoint that is not there: it cannot be made, which is an entry too."""
    seat = making.seated(world.people)
    until = timezone.now() + timedelta(hours=1)
    bundle = EvidenceBundle.objects.create(seat=seat, size=2**40, expires_at=until)
    return lambda: build_bundle(str(bundle.pk))


ROWS = [
    Row(job="compliance.outside.tasks.tend", action=Action.OUTSIDE_END, build=_closing),
    Row(job="compliance.outside.tasks.build_bundle", action=Action.OUTSIDE_BUNDLE_FAIL, build=_bundle),
]
SILENT: dict[str, str] = {}
