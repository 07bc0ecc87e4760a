"""The people of the tests. Each is known by a first name; what they may do is what their role gives.

ada (administrator), olivia and otto (compliance officers), ming and lin (agents), lea (deal lead),
aud (outside auditor); bo and ben (rival buyers) and sam (seller) are outside people without any role.
"""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.middleware import session_pseudonym
from audit.origin import Origin, acting_as
from people.accounts.models import Kind, User
from people.accounts.system import SYSTEM_ID, ensure_system_account
from people.duties.models import NdaSignature
from people.duties.services import sign_nda
from people.duties.templates import ensure_first_templates, in_force
from people.factors.access import has_factor
from people.factors.sealing import sealed, secrets_of
from people.factors.totp import code_at, new_secret, step_of
from people.roles.access import forget, grants_in_force
from people.roles.builtin import FOR_OUTSIDE, ensure_builtin_roles
from people.roles.models import GrantState, RoleCode, RoleGrant
from people.staffsessions.marking import MARKER
from people.staffsessions.models import LONGEST, Ground, Over, StaffSession

PLACE = "place"  # in the session: where it is used
TEST_CLIENT = {"browser": "browser.other+system.other", "networks": ["127.0.0.0/24"]}
NOTE = "as the test says"
PASSWORD = "a long pass phrase of the tests"

_STAFF: dict[str, RoleCode] = {
    "ada": RoleCode.ADMIN,
    "olivia": RoleCode.COMPLIANCE_OFFICER,
    "otto": RoleCode.COMPLIANCE_OFFICER,
    "ming": RoleCode.AGENT,
    "lin": RoleCode.AGENT,
    "lea": RoleCode.DEAL_LEAD,
}
_OUTSIDE = ("bo", "ben", "sam", "aud")
NAMES = (*_STAFF, *_OUTSIDE)


def fixed_rows() -> None:
    """What migrations bring and the emptying of tables between transactional tests takes away."""
    ensure_system_account()
    ensure_builtin_roles()
    ensure_first_templates()


def person(name: str, *, kind: Kind = Kind.STAFF, role: RoleCode | None = None) -> User:
    """An account with PASSWORD, for staff with an authenticator app too, and a role in force when one is
    named."""
    user = User(
        username=name, display_name=name.capitalize(), email=f"{name}@example.test", kind=kind, language="en"
    )
    user.set_password(PASSWORD)
    user.save()
    if user.is_staff:
        with_app(user)
    if role is not None:
        hold(user, role)
    return user


def hold(user: User, role: RoleCode) -> RoleGrant:
    """Gives a role at once, as the house gives the first ones. Who is let in by it has an authenticator
    app."""
    if not user.is_staff:
        with_app(user)
    until = timezone.now() + timedelta(days=30) if role in FOR_OUTSIDE else None
    grant = RoleGrant.objects.create(
        user=user, role_id=role, state=GrantState.ACTIVE, granted_by_id=SYSTEM_ID, valid_until=until
    )
    forget(user)
    return grant


def cast(called: str = "") -> dict[str, User]:
    """Everybody, by first name, and called something before it where a second cast comes to the same house.
    Staff have signed the house's undertaking; outside people have signed nothing."""
    fixed_rows()
    people = {name: person(called + name, role=role) for name, role in _STAFF.items()}
    people |= {name: person(called + name, kind=Kind.OUTSIDE) for name in _OUTSIDE}
    hold(people["aud"], RoleCode.AUDITOR)
    for name in _STAFF:
        signed(people[name])
    administering(people["ada"], uuid4())
    return people


def administering(user: User, session: UUID) -> StaffSession:
    """A staff session of the administrator in the browser session that the log calls so."""
    StaffSession.objects.filter(person=user, ended_at__isnull=True).update(
        ended_at=timezone.now(), ended_by=user, over=Over.ANEW
    )
    now = timezone.now()
    return StaffSession.objects.create(
        person=user,
        requested_by_id=SYSTEM_ID,
        ground=Ground.MOVES,
        note=NOTE,
        session=session,
        opened_at=now,
        ends_at=now + LONGEST,
    )


def signed(user: User, *, deal_id: UUID | None = None, kind: str = "buyer") -> NdaSignature:
    """The person's undertaking: the house's for staff, or one of `kind` for a deal."""
    template = in_force("staff" if deal_id is None else kind)
    assert template is not None
    with acting_as(Origin(actor=user.pk)):
        return sign_nda(
            actor=user, template=template, deal_id=deal_id, typed_name=user.display_name, language="en"
        )


def with_app(user: User) -> None:
    """The person has an authenticator app. Its secret is made by `code_of`, when somebody types a code: most
    tests never do."""
    Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {}})


def code_of(user: User) -> str:
    """What the person's app shows now. Each call is as if on a new phone, so that a test may confirm twice
    within the time of one code."""
    secret = new_secret()
    with acting_as(Origin(actor=user.pk)), secrets_of(user.pk):
        data = {"secret": sealed(secret)}
    Authenticator.objects.update_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": data})
    return code_at(secret, step_of(time.time()))


def client_of(user: User, *, administers: bool = True) -> Client:
    """A browser in which the person is signed in, with the second factor when they have one; an
    administrator's also in a staff session, unless told not to be."""
    client = Client()
    signed_in(client, user)
    if administers and grants_in_force().filter(user=user, role_id=RoleCode.ADMIN).exists():
        session = client.session
        named = session_pseudonym(session.session_key)
        assert named is not None
        session[MARKER] = str(administering(user, named).pk)
        session.save()
    return client


def sign_in(client: Client, user: User, password: str = PASSWORD, **more: str) -> HttpResponse:
    """Through the pages of the sign-in, with a code where one is asked for; the last page's answer."""
    typed = {"login": user.username, "password": password, **more}
    answer: Any = client.post(reverse("account_login"), typed)
    if answer.status_code == 302 and answer["Location"] == reverse("mfa_authenticate"):
        answer = client.post(answer["Location"], {"code": code_of(user)})
    return answer  # type: ignore[no-any-return]


def signed_in(client: Client, user: User) -> None:
    """As after the pages of the sign-in and a first page, without walking through them."""
    with acting_as(Origin(actor=user.pk)):  # a forced sign-in has no request that middleware has seen
        client.force_login(user)
    session = client.session
    session[PLACE] = {"user": str(user.pk), "started": time.time(), "seen": time.time()} | TEST_CLIENT
    session.save()
    if user.is_staff or has_factor(user):
        session = client.session
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": 0}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()


def placeless(client: Client) -> Client:
    """Its session goes on in another browser, as if it had begun there."""
    session = client.session
    del session[PLACE]
    session.save()
    return client


def send(browser: Client, address: str, **typed: str | int) -> HttpResponse:
    """Open the page, change what is typed, and send its form as the page has it."""
    page = browser.get(address)
    assert page.status_code == 200, (page.status_code, page.headers.get("Location"))
    asked = {field.html_name: field.value() for field in page.context["form"]}
    filled = {name: value for name, value in asked.items() if value is not None}
    return browser.post(address, filled | typed)  # type: ignore[return-value]  # of a base class, say the stubs
