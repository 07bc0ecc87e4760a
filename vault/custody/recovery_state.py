"""How the recovery copy stands: is there one, is it of the keys in force, was its recovery rehearsed?"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from vault.custody.models import RecoveryCopy, RecoveryDrill
from vault.keys.inventory import RootVersion
from vault.keys.providers import gives_out

DRILL_EVERY = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class RecoveryState:
    """`problem` says in words what is missing; empty where all is well or the provider keeps its own
    copies."""

    copy: RecoveryCopy | None
    stale: bool
    drill: RecoveryDrill | None
    problem: str


def recovery_state(root: RootVersion) -> RecoveryState:
    """Against the root version in force; two queries."""
    copy = RecoveryCopy.objects.prefetch_related("shares__holder").order_by("-made_at").first()
    drill = RecoveryDrill.objects.select_related("by", "copy").order_by("-at").first()
    stale = copy is not None and copy.root_version != root.id
    problem = _problem(copy, stale, drill) if gives_out(root.provider) else ""
    return RecoveryState(copy, stale, drill, problem)


def _problem(copy: RecoveryCopy | None, stale: bool, drill: RecoveryDrill | None) -> str:
    if copy is None:
        return _("No recovery copy of the root keys: if the key file is lost, all data are lost")
    if stale:
        return _("The recovery copy is of an older root key: make a new one")
    return _problem_of_drill(copy, drill)


def _problem_of_drill(copy: RecoveryCopy, drill: RecoveryDrill | None) -> str:
    if drill is None or drill.copy_id != copy.pk:
        return _("The recovery copy was never rehearsed: run the recovery drill")
    if not drill.passed:
        return _("The last recovery drill failed")
    if timezone.now() - drill.at > DRILL_EVERY:
        return _("The last recovery drill is older than a year")
    return ""
