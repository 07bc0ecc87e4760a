"""What this app brings to registries and signals, once all apps are loaded."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register_attempts, register_codes
from people.accounts import signals
from people.accounts.models import LinkPurpose
from people.approvals import escalating, pace
from people.approvals.registry import register
from people.delegations.approval import ConfirmDelegation
from people.factors import resetting
from people.guests.pending import Why
from people.rail import add_entries
from people.roles.approval import GrantRole
from people.roles.permissions import Permission
from people.sessions import services as sessions
from people.sessions import signals as session_signals
from people.sms.message import Trouble
from people.staffsessions import signals as staff_session_signals
from people.staffsessions.models import Ground, Over
from people.standing.approval import GiveStanding
from people.today import register as register_due


def connect() -> None:
    signals.connect()
    register_codes(dict(LinkPurpose.choices))
    register_attempts({permission.value: permission.label for permission in Permission})
    register_codes(dict(Ground.choices))
    register_codes(dict(Over.choices))
    register_codes(dict(Trouble.choices))
    register_codes(
        {
            Why.INVITATION.value: _("For an invitation"),
            Why.SIGN_IN.value: _("To sign in again"),
            Why.AGAIN.value: _("To confirm who one is"),
        }
    )
    staff_session_signals.connect()
    session_signals.connect()
    register(GrantRole())
    register(ConfirmDelegation())
    register(GiveStanding())
    register_due(pace.due)
    register_due(escalating.due)
    register_due(resetting.due)
    register_due(sessions.due)
    add_entries()
