"""Small acts that several tests of the people layer do."""

import re
import time
from typing import Any
from uuid import UUID

from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import decide, open_preview
from people.factors.access import has_factor
from people.factors.totp import code_at, step_of
from people.notices.sending import send_due
from people.roles.models import RoleGrant
from tests.cast import PASSWORD, code_of


def confirm_identity(client: Client) -> None:
    """The step-up: the code, or of somebody without a second factor the password."""
    user = User.objects.get(pk=client.session["_auth_user_id"])
    typed = {"step_up_code": code_of(user)} if has_factor(user) else {"step_up_password": PASSWORD}
    answer = client.post(reverse("account_reauthenticate"), typed)
    assert answer.status_code == 302


def set_up_app(client: Client) -> list[str]:
    """The page that sets an authenticator app up, walked through; the recovery codes that it shows."""
    address = reverse("people:factor_app")
    secret = client.get(address).context["secret"].replace(" ", "")
    answer = client.post(address, {"code": code_at(secret, step_of(time.time()))})
    assert answer.status_code == 200, answer
    codes: list[str] = answer.context["codes"]
    return codes


def logged(action: Action, object_id: UUID | None = None) -> int:
    """How many entries of an action (about an object) the log holds. Changes are seen in their own
    transaction."""
    found = LogEntry.objects.using("default").filter(action=action)
    return found.filter(object_id=object_id).count() if object_id else found.count()


def asked_for(grant: RoleGrant) -> ApprovalRequest:
    return ApprovalRequest.objects.get(action="role.grant", params={"grant": str(grant.pk)})


def approve(decider: User, request: ApprovalRequest, reason: str = "known to me") -> ApprovalRequest:
    open_preview(actor=decider, request=request)
    return decide(actor=decider, request=request, verdict=Verdict.APPROVE, reason=reason)


def refuse(decider: User, request: ApprovalRequest, reason: str = "not needed") -> ApprovalRequest:
    open_preview(actor=decider, request=request)
    return decide(actor=decider, request=request, verdict=Verdict.REFUSE, reason=reason)


def read_through(client: Client, address: str) -> HttpResponse:
    """Turns the pages of a text one after another; the last."""
    page: Any = client.get(address)
    while page.context["place"].after:
        page = client.get(address, {"part": page.context["place"].after})
    return page  # type: ignore[no-any-return]


def mailed_path() -> str:
    """The path of the one-time link in the newest mail."""
    found = re.search(r"https?://[^/\s]+(/welcome/\S+)", mail.outbox[-1].body)
    assert found is not None
    return found[1]


def delivered() -> list[mail.EmailMessage]:
    """What the worker sends of what was noted, and all that was sent before."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        send_due()
    return mail.outbox
