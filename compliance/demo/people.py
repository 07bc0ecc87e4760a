"""The demo's people: the first administrator and officer by their links, others as the house does it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from audit.origin import Origin, acting_as, current_origin
from compliance.demo.deciding import agree, some_hours_ago
from compliance.demo.logins import ADMIN, EVERYBODY, OFFICERS, DemoPerson, Login
from people.accounts.links import make_link
from people.accounts.models import LinkPurpose, OneTimeLink, User
from people.accounts.services import choose_password, create_first_person, create_person
from people.approvals.models import ApprovalRequest, State
from people.duties.services import sign_nda
from people.duties.templates import in_force
from people.factors.services import set_up_app
from people.factors.totp import code_at, step_of
from people.roles.builtin import RoleCode
from people.roles.services import grant_role
from people.staffsessions.models import LONGEST, Ground, Over
from people.staffsessions.services import end, open_session

LANGUAGE = "zh-hans"
_AUDIT_ENDS = timedelta(days=90)
_WITH_THE_HOUSE = timedelta(days=500)


def make_people(logins: Mapping[str, Login]) -> dict[str, User]:
    """Everybody by sign-in name; those who are there already stay as they are."""
    known = {user.username: user for user in User.objects.filter(username__in=logins)}
    for person, purpose in ((ADMIN, LinkPurpose.FIRST_ADMIN), (OFFICERS[0], LinkPurpose.FIRST_OFFICER)):
        if person.username not in known:
            known[person.username] = _first(person, purpose, logins[person.username])
            _sign_undertaking(known[person.username])
    admin, officer = known[ADMIN.username], known[OFFICERS[0].username]
    missing = [one for one in EVERYBODY if one.username not in known and one.username in logins]
    if missing:
        with _administering(admin, officer):
            for person in missing:
                known[person.username] = _employ(person, admin, officer, logins[person.username])
        # With the house since before its oldest client; asked for hours ago (deciding.py), a role is not
        # older than its person.
        User.objects.filter(username__in=logins).update(created_at=timezone.now() - _WITH_THE_HOUSE)
    return known


@contextmanager
def _administering(admin: User, officer: User) -> Iterator[None]:
    """The administrator's staff session, at the officer's request."""
    with acting_as(Origin(actor=admin.pk, session=uuid4())) as origin:
        assert origin.session is not None
        opened = open_session(
            actor=admin,
            requested_by=officer,
            ground=Ground.JOINS,
            note="演示机构建立，全体人员入职开户。",
            lasts=LONGEST,
            session=origin.session,
        )
        yield
        end(session=opened, over=Over.ENDED, by=admin.pk)


def _first(person: DemoPerson, purpose: LinkPurpose, login: Login) -> User:
    with acting_as(Origin()), transaction.atomic():
        link, _address = make_link(purpose=purpose, person=None)
        made = create_first_person(
            link=link,
            username=person.username,
            display_name=person.name,
            email=person.email,
            language=LANGUAGE,
            password=login.password,
        )
    if made is None:
        raise RuntimeError("somebody holds this office already: this is no empty house")
    _set_up_app(made, login)
    return made


def _employ(person: DemoPerson, admin: User, officer: User, login: Login) -> User:
    with acting_as(replace(current_origin(), actor=admin.pk)):
        user = create_person(
            actor=admin,
            username=person.username,
            display_name=person.name,
            email=person.email,
            kind=person.kind,
            language=LANGUAGE,
        )
    with acting_as(Origin(actor=user.pk)):
        choose_password(link=_password_link(user), password=login.password)
    _set_up_app(user, login)
    if person.code is not None:
        _give_role(user, person.code, admin, officer)
    _sign_undertaking(user)
    return user


def _set_up_app(user: User, login: Login) -> None:
    """As from the page, with the code that an app would show."""
    if login.totp_secret:
        # That of the step before, which counts as well: whoever signs in at once has theirs still to use.
        code = code_at(login.totp_secret, step_of(time.time()) - 1)
        with acting_as(Origin(actor=user.pk)):
            set_up_app(actor=user, secret=login.totp_secret, code=code, session_key=None, link_id=None)


def _password_link(user: User) -> OneTimeLink:
    """The link that was just mailed; the demo needs no mail to read it from."""
    return OneTimeLink.objects.get(
        person=user, purpose=LinkPurpose.SET_PASSWORD, used_at=None, cancelled_at=None
    )


def _give_role(user: User, role: RoleCode, admin: User, officer: User) -> None:
    until = timezone.now() + _AUDIT_ENDS if role == RoleCode.AUDITOR else None
    with some_hours_ago(), acting_as(replace(current_origin(), actor=admin.pk)):
        grant = grant_role(
            actor=admin, person=user, role=role, reason="演示账号，按岗位授权。", valid_until=until
        )
    waiting = ApprovalRequest.objects.filter(action="role.grant", state=State.PENDING)
    request = waiting.filter(params__grant=str(grant.pk)).first()
    if request is not None:
        agree(officer, request, "岗位与权限相符。")


def _sign_undertaking(user: User) -> None:
    template = in_force("staff")
    if user.is_staff and template is not None:
        with acting_as(Origin(actor=user.pk)):
            sign_nda(
                actor=user, template=template, deal_id=None, typed_name=user.display_name, language=LANGUAGE
            )
