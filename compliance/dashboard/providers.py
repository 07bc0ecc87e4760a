"""What is due for a person, seen from above all layers: each provider asks the gate of its kind."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action
from compliance.destruction.models import DestructionRun, RunState
from compliance.destruction.services import recently_spared
from compliance.retention.models import RetentionRule
from people.accounts.models import Kind, User
from people.approvals.access import to_decide
from people.approvals.models import ApprovalRequest, State
from people.approvals.registry import action_of
from people.asks.models import AccessAsk
from people.duties.access import signatures_in_force
from people.duties.models import NdaKind
from people.roles.access import has
from people.roles.models import GrantState, RoleGrant
from people.roles.permissions import Permission
from people.today import DueItem, Urgency, register
from vault.intake.duplicates import repeated_askers
from vault.records.importing.models import ImportJob

EXPIRES_SOON = timedelta(days=30)
RECENT = timedelta(days=7)


def connect() -> None:
    for provider in (approvals, destruction, retention, roles, asks, undertaking, imports, probing):
        register(provider)


def approvals(user: User) -> Iterator[DueItem]:
    """Requests that wait for this person's word, by what they ask for."""
    waiting = to_decide(user).order_by().values_list("action").annotate(n=Count("pk"))
    for code, count in waiting:
        label = _("%(action)s: decide") % {"action": action_of(code).label}
        yield DueItem(label=label, count=count, url=reverse("people:approvals"), urgency=Urgency.NOW)


def destruction(user: User) -> Iterator[DueItem]:
    """Proposed lists, and who was taken off ordered ones, for whoever may ask for approval of a list."""
    if has(user, Permission.DESTRUCTION_ORDER):
        run = DestructionRun.objects.filter(state=RunState.PROPOSED).first()
        if run:
            yield DueItem(
                label=_("Records due for destruction: ask for approval"),
                count=run.size,
                url=reverse("compliance:destruction_run", args=[run.pk]),
                urgency=Urgency.NOW,
            )
        spared = recently_spared(timezone.now() - RECENT)
        if last := spared.first():
            yield DueItem(
                label=_("Records taken off an ordered destruction, since something keeps them now"),
                count=spared.count(),
                url=reverse("compliance:destruction_run", args=[last.run_id]),
                urgency=Urgency.NOW,
            )


def retention(user: User) -> Iterator[DueItem]:
    """Rules whose review has come."""
    if has(user, Permission.RETENTION_MANAGE):
        due = RetentionRule.objects.filter(active=True, next_review__lte=timezone.localdate())
        yield DueItem(
            label=_("Retention rules to review"), count=due.count(), url=reverse("compliance:retention")
        )


def roles(user: User) -> Iterator[DueItem]:
    """Roles that an administrator gave and no officer has confirmed yet."""
    if has(user, Permission.ROLE_MANAGE):
        waiting = RoleGrant.objects.filter(state=GrantState.PENDING).count()
        yield DueItem(
            label=_("Roles waiting for an officer's confirmation"),
            count=waiting,
            url=reverse("people:roles"),
            urgency=Urgency.LATER,
        )


def asks(user: User) -> Iterator[DueItem]:
    """People who were refused something and ask for it."""
    if has(user, Permission.PEOPLE_MANAGE):
        open_asks = AccessAsk.objects.filter(handled_at__isnull=True).count()
        yield DueItem(label=_("Requests for access"), count=open_asks, url=reverse("people:asks"))


def undertaking(user: User) -> Iterator[DueItem]:
    """The person's own undertaking for the house: unsigned, or about to end."""
    if user.kind != Kind.STAFF:
        return
    signed = signatures_in_force().filter(person=user, kind=NdaKind.STAFF)
    ends = signed.order_by("-access_expires_at").values_list("access_expires_at", flat=True).first()
    url = reverse("people:duties")
    if ends is None:
        yield DueItem(label=_("Sign the confidentiality undertaking"), count=1, url=url, urgency=Urgency.NOW)
    elif ends < timezone.now() + EXPIRES_SOON:
        yield DueItem(label=_("Your undertaking ends soon: sign it anew"), count=1, url=url)


def imports(user: User) -> Iterator[DueItem]:
    """The person's own imports of the last days that left rows behind."""
    if has(user, Permission.CLIENT_IMPORT):
        since = timezone.now() - RECENT
        unfinished = ImportJob.objects.filter(actor=user, bad__gt=0, ended_at__gte=since)
        last = unfinished.order_by("-ended_at").first()
        if last:
            yield DueItem(
                label=_("Imports with rows that did not go in"),
                count=unfinished.count(),
                url=reverse("vault:import_job", args=[last.pk]),
            )


def probing(user: User) -> Iterator[DueItem]:
    """Somebody met other people's clients again and again: it may be a search for who is a client at all."""
    if has(user, Permission.LOG_READ):
        people = repeated_askers()
        if people:
            yield DueItem(
                label=_("People with repeated duplicate claims: look at their log"),
                count=len(people),
                url=f"{reverse('compliance:log')}?action={Action.CLAIM_HIT}",
                urgency=Urgency.NOW,
            )


def own_requests(user: User) -> int:
    """How many of the person's own requests wait for somebody else."""
    return ApprovalRequest.objects.filter(
        requester=user, state=State.PENDING, expires_at__gt=timezone.now()
    ).count()
