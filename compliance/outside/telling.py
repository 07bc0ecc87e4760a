"""The notices of outside audits: whose turn it is, without content."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from compliance.outside.access import MANAGES
from compliance.outside.models import OutsideAudit
from people.accounts.models import User
from people.notices.kinds import Group, Kind, register
from people.notices.services import notify
from people.roles.access import grants_giving


def connect() -> None:
    _of_the_house()
    _of_auditors()


def _of_the_house() -> None:
    request, audit = "compliance:outside_request", "compliance:outside_audit"
    overview = "compliance:outside_audits"
    for code, title, page in (
        ("outside.came", _("An outside auditor has taken their seat"), audit),
        ("outside.asked", _("An outside auditor asks for a piece of evidence"), request),
        ("outside.overdue", _("A piece of evidence for outside auditors is overdue"), request),
        ("outside.ended", _("The seats of an outside audit have closed"), audit),
        ("outside.handed_in", _("Outside auditors have handed in their report"), audit),
    ):
        register(
            Kind(
                code=code,
                group=Group.WORK,
                title=title,
                page=page,
                takes="object",
                overview=overview,
                shared=True,
            )
        )
    for code, title in (
        ("outside.owned", _("A piece of evidence for outside auditors is yours to find")),
        ("outside.returned", _("Outside auditors sent an answer of yours back")),
        ("outside.due", _("A piece of evidence that you answer is due soon")),
    ):
        register(
            Kind(
                code=code,
                group=Group.WORK,
                title=title,
                page=request,
                takes="object",
                overview="compliance:today",
            )
        )


def _of_auditors() -> None:
    for code, title in (
        ("outside.answered", _("A request for evidence of yours was answered")),
        ("outside.bundle", _("Your evidence ZIP is ready")),
        ("outside.acknowledged", _("Your report was acknowledged")),
    ):
        register(
            Kind(
                code=code,
                group=Group.WORK,
                title=title,
                page="compliance:seat",
                takes="object",
                overview="compliance:seats",
            )
        )


def tell_officers(code: str, object_id: UUID, *, but: set[UUID], key: str = "") -> None:
    people = User.objects.filter(grants__in=grants_giving(MANAGES)).distinct()
    notify(code, people.exclude(pk__in=but), object_id=object_id, key=key)


def tell_auditors(code: str, audit: OutsideAudit) -> None:
    notify(code, [seat.person for seat in audit.seats.select_related("person")], object_id=audit.pk)


def tell_came(person: User, audit_id: UUID, _group: UUID) -> None:
    """For people.invitations: somebody took a seat, or came into something else."""
    audit = OutsideAudit.objects.filter(pk=audit_id).select_related("made_by").first()
    if audit is not None:
        notify("outside.came", [audit.made_by], object_id=audit.pk)
