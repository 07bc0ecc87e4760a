"""The second person's word on who holds a post."""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action
from people.accounts.models import User
from people.approvals.about import about
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.notices.services import notify
from people.posts.access import PROPOSERS, candidates
from people.posts.codes import DUTIES, Post, State
from people.posts.models import Appointment
from people.posts.services import APPOINT, close, log
from people.roles.permissions import Permission

OFFERED = "post.offered"


class AppointToPost(ApprovableAction):
    """An officer or a deal lead agrees: a house of one officer, who is to hold the post, has its lead."""

    code = APPOINT
    label = gettext_lazy("Appoint somebody to a post")
    permission = Permission.APPROVAL_DECIDE
    decided_by = (Permission.APPROVAL_DECIDE, Permission.DEAL_LEAD)
    asked_by = PROPOSERS
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        wanted = _proposed(params)
        post = Post(wanted.post)
        now_held = Appointment.objects.filter(post=post, place=wanted.place, state=State.HELD)
        former = now_held.select_related("person").first()
        named = {"person": wanted.person, "post": post.label, "place": wanted.get_place_display()}
        return Preview(
            facts={
                "appointment": str(wanted.pk),
                "person": [str(wanted.person_id), wanted.person.username, wanted.person.is_active],
                "post": wanted.post,
                "place": wanted.place,
                "from": wanted.starts_at.isoformat(),
                "until": wanted.ends_at.isoformat() if wanted.ends_at else "",
                "former": str(former.pk) if former else "",
            },
            lines=[
                _("%(post)s, %(place)s: %(person)s.") % named,
                _("From %(start)s on.") % {"start": f"{timezone.localtime(wanted.starts_at):%Y-%m-%d}"},
                _("Until %(end)s.") % {"end": f"{timezone.localtime(wanted.ends_at):%Y-%m-%d}"}
                if wanted.ends_at
                else _("Without an end date."),
                _("In the place of %(former)s, whose time ends with it.") % {"former": former.person}
                if former
                else _("Nobody holds this place now."),
                str(DUTIES[post]),
                _("It begins when the person has accepted it in writing."),
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        wanted = _proposed(request.params)
        if not candidates(Post(wanted.post)).filter(pk=wanted.person_id).exists():
            raise CannotCarryOut
        wanted.state, wanted.agreed_by, wanted.approval = State.AGREED, actor, request
        wanted.save(update_fields=["state", "agreed_by", "approval"])
        log(wanted, Action.POST_AGREE)
        notify(OFFERED, [wanted.person], object_id=wanted.pk, key=str(wanted.pk))

    def refused(self, request: ApprovalRequest) -> None:
        found = Appointment.objects.filter(
            pk=str(request.params["appointment"]), state=State.PROPOSED
        ).first()
        if found is not None:
            close(found, State.REFUSED)

    def concerned(self, request: ApprovalRequest) -> frozenset[UUID]:
        """Nobody agrees to their own post."""
        found = Appointment.objects.filter(pk=str(request.params["appointment"]))
        return frozenset(found.values_list("person", flat=True))

    def concerning(self, user: User) -> Q:
        """Nobody agrees to their own post."""
        return about("appointment", Appointment.objects.filter(person=user))


def _proposed(params: Params) -> Appointment:
    rows = Appointment.objects.select_related("person").filter(state=State.PROPOSED)
    found = rows.filter(pk=str(params["appointment"])).first()
    if found is None or (found.ends_at is not None and found.ends_at <= timezone.now()):
        raise CannotCarryOut
    return found
