"""The second factors of somebody who lost theirs, reset by an administrator.

Nobody takes an account over by it. The administrator is shown no link; the one that is made goes to the
person's own address, which is not the administrator's to change (people.accounts.services). It opens nothing
without the password, and the password sets nothing up without it. Meanwhile plaintext is paused
(people.factors.pausing), its person has a mail and every officer has one, too.
"""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.links import mail_link, make_link
from people.accounts.models import Kind, LinkPurpose, User
from people.accounts.sessions import end_sessions
from people.factors.access import awaited_link
from people.factors.checking import factor_entry
from people.factors.models import PAUSE, FactorReset, FactorResetReview
from people.factors.services import NotPossible
from people.notices.services import notify
from people.roles.access import grants_giving, has, require
from people.roles.permissions import Permission
from people.staffsessions.standing import in_staff_session
from people.today import DueItem, Urgency


@transaction.atomic
@in_staff_session
def reset_factors(*, actor: User, person: User) -> FactorReset:
    """Ends all factors and sessions of the person. Raises NotPossible; Refused without the permission or
    without a staff session."""
    require(actor, Permission.PEOPLE_MANAGE)
    locked = User.objects.select_for_update().get(pk=person.pk)
    _check(actor, locked)
    Authenticator.objects.filter(user_id=locked.pk).delete()
    end_sessions(locked)
    link, address = make_link(purpose=LinkPurpose.FACTOR_RESET, person=locked)
    now = timezone.now()
    reset = FactorReset.objects.create(
        person=locked, ordered_by=actor, link=link, at=now, paused_until=now + PAUSE
    )
    record_change(factor_entry(locked.pk, Action.FACTOR_RESET))
    until = date_format(timezone.localtime(reset.paused_until), "Y-m-d H:i")
    mail_link(template="factor_reset", person=locked, address=address, until=until)
    _tell(reset)
    return reset


def _check(actor: User, person: User) -> None:
    if person.pk == actor.pk:
        raise NotPossible(_("Nobody resets their own second factors: another administrator does."))
    if not person.is_active or not person.email or person.kind == Kind.SERVICE:
        raise NotPossible(_("A link is sent only to an open account with an e-mail address."))
    if not person.has_usable_password():
        raise NotPossible(_("The account is not in use yet: send the link for a first password again."))
    if not Authenticator.objects.filter(user_id=person.pk).exists() and awaited_link(person) is None:
        raise NotPossible(_("There is no second factor to reset."))


def _tell(reset: FactorReset) -> None:
    """Its person, and the officers without a name: mails lie about. The page that they lead to has it."""
    grants = grants_giving(Permission.APPROVAL_DECIDE).exclude(user_id=reset.person_id)
    notify("factor.reset", [reset.person])
    notify("factor.to_review", User.objects.filter(grants__in=grants).distinct())


def resets() -> QuerySet[FactorReset]:
    """All of them."""
    return FactorReset.objects.select_related("person", "ordered_by", "link", "review__officer")


def to_review(officer: User) -> QuerySet[FactorReset]:
    """The resets that nobody has looked into and that this officer may."""
    about_them = Q(person_id=officer.pk) | Q(ordered_by_id=officer.pk)
    return FactorReset.objects.filter(review__isnull=True).exclude(about_them)


@transaction.atomic
def review_reset(*, actor: User, reset_id: UUID) -> None:
    """The officer has looked into it: asked the person, above all. It lifts no pause. Raises Refused."""
    require(actor, Permission.APPROVAL_DECIDE)
    reset = to_review(actor).select_for_update(of=("self",)).filter(pk=reset_id).first()
    if reset is None:
        raise Refused(ObjectType.PERSON, None, Action.FACTOR_REVIEW)
    FactorResetReview.objects.create(reset=reset, officer=actor, at=timezone.now())
    record_change(factor_entry(reset.person_id, Action.FACTOR_REVIEW))


def due(user: User) -> list[DueItem]:
    """For the day of the officers."""
    if not has(user, Permission.APPROVAL_DECIDE):
        return []
    return [
        DueItem(
            label=_("Second factors that were reset: ask the person whether it was they"),
            count=to_review(user).count(),
            url=reverse("people:resets"),
            urgency=Urgency.NOW,
        )
    ]
