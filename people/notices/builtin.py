"""The kinds of the people layer."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.notices.kinds import Group, Kind, register
from people.roles.permissions import Permission

_SHORT = timedelta(minutes=1)
_NOT_ME = _(
    "If that was not you, tell your administrator or a compliance officer at once: somebody else is in your"
    " account."
)


def register_kinds() -> None:
    _approvals()
    _account()
    _oversight()
    _access()


def _approvals() -> None:
    register(
        Kind(
            code="approval.asked",
            group=Group.APPROVALS,
            title=_("An approval request waits for you"),
            many=_("%(count)s approval requests came for you"),
            page="people:approval",
            takes="object",
            overview="people:approvals",
            shared=True,
        ),
        Kind(
            code="approval.escalated",
            group=Group.APPROVALS,
            title=_("An approval request waits, and half its time is over"),
            page="people:approval",
            takes="object",
            overview="people:approvals",
            shared=True,
            told=(Permission.APPROVAL_DECIDE,),  # who finds it in a list; deciders are told besides
        ),
        Kind(
            code="approval.decided",
            group=Group.APPROVALS,
            title=_("An approval request of yours is closed"),
            many=_("%(count)s approval requests of yours are closed"),
            page="people:approval",
            takes="object",
            overview="people:approvals",
        ),
    )


def _account() -> None:
    """Of one's own account: about these nobody chooses."""
    own = [
        ("factor.added", _("A second factor was set up"), _NOT_ME, "people:factors"),
        ("factor.removed", _("A second factor was removed"), _NOT_ME, "people:factors"),
        ("factor.codes", _("New recovery codes were made"), _NOT_ME, "people:factors"),
        (
            "identity.linked",
            _("An identity provider was linked with your account"),
            _NOT_ME,
            "people:factors",
        ),
        (
            "identity.unlinked",
            _("An identity provider is no longer linked with your account"),
            _NOT_ME,
            "people:factors",
        ),
        (
            "passkey.copied",
            _("A passkey was stopped: it may have been copied"),
            _(
                "Sign in another way, remove it under your sign-in methods and add a new one. Tell a"
                " compliance officer."
            ),
            "people:factors",
        ),
        (
            "session.stopped",
            _("A session of yours was ended: it went on in another browser"),
            _(
                "If you only changed how your browser presents itself, sign in again. If not, change your"
                " password and tell a compliance officer at once."
            ),
            "people:sessions",
        ),
        (
            "session.new_place",
            _("Your account was signed in to from a new place"),
            _("If that was not you, end that session, change your password and tell a compliance officer."),
            "people:sessions",
        ),
        (
            "role.changed",
            _("Your roles were changed"),
            _(
                "What you may do now stands on your page. Ask a compliance officer about what you did not"
                " expect."
            ),
            "people:me",
        ),
        (
            "role.door_opened",
            _("At the console, a role was opened to every network and every sign-in"),
            _("If nobody told you why, ask whoever keeps the machine at once."),
            "people:notices",
        ),
        (
            "lock.person",
            _("Your account was locked"),
            _("Nobody can sign in to it until two people end that. A compliance officer tells you more."),
            "people:me",
        ),
        ("lock.person_ended", _("Your account was unlocked"), _("Sign in anew."), "people:me"),
    ]
    for code, title, advice, page in own:
        register(
            Kind(
                code=code,
                group=Group.SECURITY,
                title=title,
                advice=advice,
                page=page,
                fold=_SHORT,
                linked=False,
            )
        )
    register(
        Kind(
            code="factor.reset",
            group=Group.SECURITY,
            title=_("Your second factors were reset"),
            page="people:factors",
            fold=_SHORT,
            mail=False,  # the mail with the link says so
        )
    )


def _oversight() -> None:
    register(
        Kind(
            code="factor.to_review",
            group=Group.SECURITY,
            title=_("A second factor of a colleague was reset"),
            advice=_(
                "For 24 hours they are shown no plaintext. Please ask the person, not by mail, whether they"
                " had lost it."
            ),
            page="people:resets",
            fold=_SHORT,
            shared=True,
        ),
        Kind(
            code="staff_session.opened",
            group=Group.ACCESS,
            title=_("An administrator opened a staff session"),
            many=_("Administrators opened %(count)s staff sessions"),
            page="people:staff_session",
            takes="object",
            overview="people:staff_sessions",
            shared=True,
        ),
        Kind(
            code="staff_session.for_you",
            group=Group.SECURITY,
            title=_("An administrator says that you asked for a change"),
            advice=_("If you did not, tell a compliance officer."),
            page="people:notices",
        ),
    )


def _access() -> None:
    register(
        Kind(
            code="invitation.taken",
            group=Group.ACCESS,
            title=_("An invitation of yours was taken up"),
            many=_("%(count)s invitations of yours were taken up"),
            page="deals:room",
            takes="deal",
            overview="people:notices",
        ),
        Kind(
            code="nda.ending",
            group=Group.ACCESS,
            title=_("An undertaking of yours is about to expire"),
            many=_("%(count)s undertakings of yours are about to expire"),
            advice=pgettext_lazy(
                "undertaking",
                "What it opens closes with it. Signed anew before, access goes on without a gap.",
            ),
            page="people:duties",
            sms=True,
        ),
        Kind(
            code="partner.review",
            group=Group.ACCESS,
            title=_("The yearly review of a partner firm is due"),
            many=_("Yearly reviews of %(count)s partner firms are due"),
            advice=_("Once it is overdue the firm is suspended, and nothing opens to its people."),
            page="people:partner",
            takes="object",
            overview="people:partners",
        ),
        Kind(
            code="partner.agreement",
            group=Group.ACCESS,
            title=_("The agreement with a partner firm ends soon"),
            many=_("Agreements with %(count)s partner firms end soon"),
            advice=_("Once it has ended nothing opens to the firm's people."),
            page="people:partner",
            takes="object",
            overview="people:partners",
        ),
        Kind(
            code="partner.suspended",
            group=Group.SECURITY,
            title=_("A partner firm was suspended"),
            advice=_("Nothing opens to its people until two people end that."),
            page="people:partner",
            takes="object",
            overview="people:partners",
        ),
        Kind(
            code="staffing.leaving",
            group=Group.ACCESS,
            title=_("It is planned that a colleague leaves, and you are concerned"),
            advice=_("Under “Today” stands what is asked of you."),
            page="compliance:today",
        ),
        Kind(
            code="staffing.request",
            group=Group.APPROVALS,
            title=_("A colleague left; a request of theirs was taken back and is yours to ask anew"),
            many=_(
                "A colleague left; %(count)s requests of theirs were taken back and are yours to ask anew"
            ),
            page="people:approvals",
        ),
        Kind(
            code="staffing.unowned",
            group=Group.ACCESS,
            title=_("Something of a colleague who left is without an owner"),
            many=_("%(count)s things of a colleague who left are without an owner"),
            page="people:staff_change",
            takes="object",
            overview="people:staff_changes",
        ),
        Kind(
            code="messages.lost",
            group=Group.ACCESS,
            title=_("Messages could not be sent and were given up"),
            page="people:robots",
            fold=timedelta(hours=12),
            mail=False,  # which may be what does not work
        ),
    )
