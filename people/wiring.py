"""What this app brings to registries and signals, once all apps are loaded."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register_attempts, register_codes
from people import arrears
from people.accounts import signals
from people.accounts.models import LinkPurpose
from people.approvals import escalating, pace
from people.approvals.registry import register
from people.campaigns.due import due as campaigns_due
from people.delegations.approval import ConfirmDelegation
from people.duties.approval import AdoptNda
from people.factors import recovery, resetting
from people.guests.pending import Why
from people.headcount import notices as headcount_notices
from people.headcount.due import due as headcount_due
from people.notices.builtin import register_kinds
from people.partners import standing as partners
from people.partners.approval import AdoptQuestions, AgreeSubprocessor, ReinstatePartner
from people.partners.codes import AgreementKind, How, LinkFor, SuspendedFor
from people.partners.today import due as partners_due
from people.pledge import services as pledges
from people.pledge.due import ARREAR as PLEDGE
from people.pledge.due import due as pledge_due
from people.policies import access as policies
from people.policies.approval import AdoptPolicy
from people.policies.due import ARREAR
from people.policies.due import due as policies_due
from people.posts import notices as post_notices
from people.posts.approval import AppointToPost
from people.posts.codes import Place, Post
from people.posts.due import due as posts_due
from people.posts.succession import HeldPosts, look_after_posts, tell_of_posts
from people.raci import tasks
from people.rail import add_entries
from people.roles import ending
from people.roles.approval import GrantRole
from people.roles.composing.approval import ChangeRole
from people.roles.doors.approval import ChangeDoor
from people.roles.doors.words import SHUT_WORDS
from people.roles.permissions import Permission
from people.sessions import services as sessions
from people.sessions import signals as session_signals
from people.sms.message import Trouble
from people.staffing import today as staffing
from people.staffing.approval import ChangeJob
from people.staffing.codes import Kind as StaffChangeKind
from people.staffing.estate import register_ending, register_estate, register_told
from people.staffing.requests import Requests
from people.staffsessions import signals as staff_session_signals
from people.staffsessions.models import Ground, Over
from people.standing.approval import GiveStanding
from people.today import register as register_due
from people.training import arrears as training_arrears
from people.training import today as training

CHOICES = (AgreementKind, Ground, How, LinkFor, LinkPurpose, Over, StaffChangeKind, SuspendedFor, Trouble)
DUE = (
    campaigns_due,
    ending.due,
    escalating.due,
    headcount_due,
    pace.due,
    partners_due,
    pledge_due,
    policies_due,
    posts_due,
    recovery.due,
    resetting.due,
    sessions.due,
    staffing.due,
    training.due,
)


def connect() -> None:
    signals.connect()
    staff_session_signals.connect()
    session_signals.connect()
    _words()
    _approvals()
    _notices()
    _responsibilities()
    _arrears()
    _leaving()
    for due in DUE:
        register_due(due)
    add_entries()


def _words() -> None:
    """Of codes in entries of the log."""
    register_attempts({permission.value: permission.label for permission in Permission})
    for codes in CHOICES:
        register_codes(dict(codes.choices))
    register_codes(SHUT_WORDS)
    register_codes({f"post.{post.value}": post.label for post in Post})
    register_codes({f"post.{place.value}": place.label for place in Place})
    register_codes(
        {
            Why.INVITATION.value: _("For an invitation"),
            Why.SIGN_IN.value: _("To sign in again"),
            Why.AGAIN.value: _("To confirm who one is"),
        }
    )
    register_codes(
        {
            "by_firm": _("By the firm"),
            "by_staff": _("By colleagues"),
            "passed": _("Passed"),
            "failed": _("Failed"),
            "late": _("Too late"),
        }
    )


def _approvals() -> None:
    for action in (
        AdoptNda(),
        AdoptPolicy(),
        AdoptQuestions(),
        AgreeSubprocessor(),
        AppointToPost(),
        ChangeDoor(),
        ChangeJob(),
        ChangeRole(),
        ConfirmDelegation(),
        GiveStanding(),
        GrantRole(),
        ReinstatePartner(),
    ):
        register(action)


def _notices() -> None:
    register_kinds()
    post_notices.register_kinds()
    headcount_notices.register_kinds()


def _responsibilities() -> None:
    """Tasks of the page of who answers for what that no approval and no notice stands for."""
    tasks.register(
        tasks.Task(label=_("Open an account"), page="people:person_add"),
        tasks.Task(label=_("Close an account"), page="people:person_disable"),
        tasks.Task(
            label=_("Set the words of the yearly pledge"), page="people:pledges", post=pledges.DECIDES
        ),
        tasks.Task(
            label=_("File the data protection officer"),
            page="people:headcount_filing",
            kinds=("headcount.reached", "headcount.overdue"),
        ),
        tasks.Task(
            label=_("See to it that a post is filled"), page="people:post_propose", kinds=("post.vacant",)
        ),
    )


def _arrears() -> None:
    """What shuts rooms and plaintext to whoever owes it."""
    for arrear, late in ((ARREAR, policies.late), (PLEDGE, pledges.late)):
        arrears.register(arrear, late)
        register_codes({arrear.code: arrear.words})
    training_arrears.connect()
    partners.connect()


def _leaving() -> None:
    register_estate("requests", Requests())
    register_estate("posts", HeldPosts())
    register_ending(look_after_posts)
    register_told(tell_of_posts)
