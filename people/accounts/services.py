"""Making, changing, disabling and enabling accounts.

Credentials reach only the person: an administrator never sees a link or a password, and may change the
address that links go to only as long as the account has neither a password nor any role.
"""

from contextlib import nullcontext

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.links import mail_link, make_link, use_link
from people.accounts.models import Kind, LinkPurpose, OneTimeLink, User
from people.accounts.sessions import end_sessions
from people.locks.standing import is_locked
from people.posts import vacancies
from people.posts.services import leave_all
from people.roles.models import RoleCode
from people.roles.services import check_not_last_officer, grant_first_role, holds_in_force
from people.shielding import Act, why_waits
from people.staffsessions.standing import at_request, in_staff_session

FIRST_ROLES = {
    LinkPurpose.FIRST_ADMIN: RoleCode.ADMIN,
    LinkPurpose.FIRST_OFFICER: RoleCode.COMPLIANCE_OFFICER,
}


class NotPossible(Exception):
    """The account cannot be changed like that; the text says why, for the page."""


@transaction.atomic
@in_staff_session
def create_person(
    *, actor: User, username: str, display_name: str, email: str, kind: Kind, language: str
) -> User:
    """An account without a password; its person gets a one-time link by mail. The form has checked the
    fields."""
    person = make_account(username, display_name, email, kind, language)
    send_password_link(person)
    return person


def make_account(username: str, display_name: str, email: str, kind: Kind, language: str) -> User:
    """In the caller's transaction: an account without a password that nobody was told of."""
    person = User(username=username, display_name=display_name, email=email, kind=kind, language=language)
    person.set_unusable_password()
    person.full_clean()
    person.save()
    _log(person, Action.PERSON_CREATE)
    return person


@transaction.atomic
@in_staff_session
def edit_person(*, actor: User, person: User, display_name: str, email: str, language: str) -> None:
    """Changes what an administrator may change. Raises NotPossible for an address that is no longer theirs
    to change."""
    locked = User.objects.select_for_update().get(pk=person.pk)
    if email != locked.email and not address_may_change(locked):
        raise NotPossible(
            _("The address of an account in use is its person's: links to it open the account.")
        )
    changed = []
    for field, value in (("display_name", display_name), ("email", email), ("language", language)):
        if getattr(locked, field) != value:
            setattr(locked, field, value)
            changed.append(field)
    if changed:
        locked.full_clean()
        locked.save(update_fields=changed)
        _log(locked, Action.PERSON_EDIT, fields=tuple(changed))


def address_may_change(person: User) -> bool:
    """Whether an administrator may still correct the address: the account is unused and opens nothing.

    A pending role or an invitation counts: an officer or a deal lead has agreed to the person behind this
    address.
    """
    if person.has_usable_password() or person.groups.exists():
        return False
    return not (person.grants.exists() or person.invitations.exists())


@transaction.atomic
@in_staff_session
def resend_link(*, actor: User, person: User) -> None:
    """A fresh link to the person's own address: for a first password, or for one instead of a forgotten one.

    It is the only way back in. A public form for it would let a mailbox alone open an account, and an
    administrator cannot turn the link to themselves: the address of an account in use is not theirs to change
    (`address_may_change`).
    """
    locked = User.objects.select_for_update().get(pk=person.pk)
    if not locked.is_active or not locked.email or locked.kind == Kind.SERVICE:
        raise NotPossible(_("A link is sent only to an open account with an e-mail address."))
    if locked.pk == actor.pk:
        raise NotPossible(_("Nobody sends a link to themselves: change your password instead."))
    send_password_link(locked)


def disable_person(*, actor: User, person: User, agreed: bool = False) -> None:
    """Closes the account: its sessions end with their next request, its links stop working, its posts of
    the house end. Roles stay as they are.

    Args:
        agreed: somebody agreed that this is done to a person who is shielded (people.shielding). It was
            asked for in a staff session, and the word of that other one carries it out.

    Raises NotPossible, also where it waits for that; NotGrantable for the last officer.
    """
    with nullcontext() if agreed else at_request(actor):
        words = _disable(actor, person, agreed=agreed)
    if words is not None:
        raise NotPossible(words)


@transaction.atomic
def _disable(actor: User, person: User, *, agreed: bool) -> str | None:
    """Why it waits; None once the account is closed."""
    locked = User.objects.select_for_update().get(pk=person.pk)
    if locked.pk == actor.pk:
        raise NotPossible(_("Nobody disables their own account."))
    if locked.kind == Kind.SERVICE:
        raise NotPossible(_("The house's own account cannot be disabled."))
    check_not_last_officer(locked)
    if not locked.is_active:
        return None
    if not agreed:
        words = why_waits(actor=actor, person_id=locked.pk, act=Act.PERSON_DISABLE, params={})
        if words is not None:
            return words
    held_posts = leave_all(locked)
    locked.is_active, locked.disabled_at = False, timezone.now()
    locked.save(update_fields=["is_active", "disabled_at"])
    end_sessions(locked)
    _log(locked, Action.PERSON_DISABLE)
    if held_posts:
        vacancies.look_after()
    return None


@transaction.atomic
@in_staff_session
def enable_person(*, actor: User, person: User) -> None:
    """Opens a disabled account again. Raises NotPossible when it holds a role that opens data: an officer
    once agreed to the person as they then were, so such a role is revoked first and asked for anew."""
    locked = User.objects.select_for_update().get(pk=person.pk)
    if is_locked(locked.pk):
        raise NotPossible(_("The person is locked: two people end that, in the case of the incident."))
    if locked.grants.filter(state="active", role__opens_data=True).exists():
        raise NotPossible(_("Revoke the roles that open data first; after enabling they are asked for anew."))
    if not locked.is_active:
        locked.is_active, locked.disabled_at = True, None
        locked.save(update_fields=["is_active", "disabled_at"])
        _log(locked, Action.PERSON_ENABLE)


@transaction.atomic
def set_preferences(*, actor: User, language: str, timezone_name: str) -> None:
    """The actor's own language and time zone."""
    actor.language, actor.timezone = language, timezone_name
    actor.save(update_fields=["language", "timezone"])
    _log(actor, Action.PERSON_EDIT, fields=("language", "timezone"))


@transaction.atomic
def set_language(*, actor: User, language: str) -> None:
    """The actor's own language, when it is another than before."""
    if actor.language != language:
        actor.language = language
        actor.save(update_fields=["language"])
        _log(actor, Action.PERSON_EDIT, fields=("language",))


@transaction.atomic
def choose_password(*, link: OneTimeLink, password: str) -> User | None:
    """The person behind a link gets this password (checked by the form); None when the link no longer
    works."""
    assert link.person_id is not None
    person = User.objects.select_for_update().get(pk=link.person_id)
    if not use_link(link, person=person):
        return None
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person)  # whoever knew the forgotten password may be in one
    return person


@transaction.atomic
def create_first_person(
    *, link: OneTimeLink, username: str, display_name: str, email: str, language: str, password: str
) -> User | None:
    """The first administrator or officer, made by whoever holds the link that the console printed.

    None when the link no longer works, or when somebody has come into that office meanwhile.
    """
    # A lock on the link's row makes two users of one link queue.
    OneTimeLink.objects.select_for_update().get(pk=link.pk)
    role = FIRST_ROLES[LinkPurpose(link.purpose)]
    if holds_in_force(role):
        return None
    person = User(
        username=username, display_name=display_name, email=email, kind=Kind.STAFF, language=language
    )
    person.set_password(password)
    person.full_clean()
    person.save()
    if not use_link(link, person=person):
        transaction.set_rollback(True)
        return None
    _log(person, Action.PERSON_CREATE)
    grant_first_role(person=person, role=role)
    return person


@transaction.atomic
def first_links() -> dict[RoleCode, str]:
    """Fresh one-time addresses for the offices that nobody holds."""
    return {
        role: make_link(purpose=purpose, person=None)[1]
        for purpose, role in FIRST_ROLES.items()
        if not holds_in_force(role)
    }


def send_password_link(person: User) -> None:
    """In the caller's transaction."""
    _link, address = make_link(purpose=LinkPurpose.SET_PASSWORD, person=person)
    mail_link(template="set_password", person=person, address=address)


def _log(person: User, action: Action, fields: tuple[str, ...] = ()) -> None:
    record_change(
        Entry(
            action=action,
            object_type=ObjectType.PERSON,
            object_id=person.pk,
            subjects=(person.pk,),
            fields=fields,
        )
    )
