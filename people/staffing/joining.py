"""What follows for somebody who is to join: the invitation with an officer's word, or the end of the
account."""

from django.utils import timezone

from audit.actions import Action
from people.accounts.models import User
from people.accounts.services import send_password_link
from people.accounts.sessions import end_sessions
from people.staffing.checklist import courses_of
from people.staffing.codes import State
from people.staffing.entries import log
from people.staffing.models import StaffChange
from people.training.enrolling import assign


def invite(change: StaffChange, officer: User) -> None:
    """In the officer's decision: the link to choose a password, and the courses with their days."""
    send_password_link(change.person)
    for track in courses_of(change):
        assign(actor=officer, person=change.person, track=track, days=track.join_days)


def end_join(change: StaffChange) -> None:
    """In the caller's transaction: nobody joins, and the account that was made for it is closed."""
    person = User.objects.select_for_update().get(pk=change.person_id)
    if person.is_active:
        person.is_active, person.disabled_at = False, timezone.now()
        person.save(update_fields=["is_active", "disabled_at"])
        end_sessions(person)
    change.state, change.ended_at = State.CANCELLED, timezone.now()
    change.save(update_fields=["state", "ended_at"])
    log(change, Action.STAFFING_CANCEL)
