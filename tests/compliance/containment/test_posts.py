"""An account that is closed, by an administrator or by a lock, leaves its posts of the house with an entry
for each, and what that leaves vacant is told at once."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from audit.actions import Action
from audit.models import LogEntry
from people.accounts.models import User
from people.accounts.services import disable_person, enable_person
from people.locks.codes import Kind
from people.notices.models import Notice
from people.posts.codes import Place, Post, State
from people.posts.holding import line_of
from people.posts.models import Appointment, Vacancy
from people.roles.models import GrantState, RoleGrant
from people.roles.services import end_grant
from tests.compliance.containment.making import locked
from tests.people.posts.making import appointed, proposed
from tests.vault.records.makers import acting

Closing = Callable[[SimpleNamespace, User], User]


def by_administrator(people: SimpleNamespace, person: User) -> User:
    with acting(people.ada):
        disable_person(actor=people.ada, person=person)
    by: User = people.ada
    return by


def by_lock(people: SimpleNamespace, person: User) -> User:
    locked(people.olivia, Kind.PERSON, person)
    by: User = people.olivia
    return by


def entries(appointment: Appointment) -> list[LogEntry]:
    """In the transaction of the closing, which the test has not committed."""
    found = LogEntry.objects.using("default").filter(action=Action.POST_END, object_id=appointment.pk)
    return list(found)


@pytest.fixture(params=[by_administrator, by_lock])
def closing(request: pytest.FixtureRequest) -> Closing:
    found: Closing = request.param
    return found


def test_each_place_ends_with_an_entry_of_whoever_closed_the_account(
    people: SimpleNamespace, closing: Closing
) -> None:
    held = appointed(people, people.otto)
    deputy = appointed(people, people.otto, Post.CONFIDENTIALITY, Place.DEPUTY)
    other = appointed(people, people.olivia, Post.CONFIDENTIALITY)
    by = closing(people, people.otto)
    for appointment in (held, deputy):
        appointment.refresh_from_db()
        assert appointment.state == State.ENDED
        [entry] = entries(appointment)
        assert (entry.actor, entry.subjects) == (by.pk, [people.otto.pk])
        assert f"post.{appointment.post}" in entry.fields
    other.refresh_from_db()
    assert other.state == State.HELD
    assert entries(other) == []


def test_what_was_only_proposed_ends_too(people: SimpleNamespace, closing: Closing) -> None:
    wanted = proposed(people, people.otto)
    closing(people, people.otto)
    wanted.refresh_from_db()
    assert wanted.state == State.ENDED
    assert len(entries(wanted)) == 1


def test_what_falls_vacant_is_told_at_once(people: SimpleNamespace, closing: Closing) -> None:
    appointed(people, people.otto)
    closing(people, people.otto)
    vacancy = Vacancy.objects.get(post=Post.DPO, filled_at__isnull=True)
    told = Notice.objects.filter(kind="post.vacant", object_id=vacancy.pk)
    assert "otto" not in set(told.values_list("person__username", flat=True))
    assert told.exists()


def test_a_post_is_not_back_when_the_account_is(people: SimpleNamespace) -> None:
    held = appointed(people, people.otto)
    by_administrator(people, people.otto)
    with acting(people.ada):
        for grant in RoleGrant.objects.filter(user=people.otto):
            end_grant(grant, GrantState.REVOKED)
        enable_person(actor=people.ada, person=people.otto)
    assert line_of(Post.DPO).holder is None
    assert len(entries(held)) == 1


def test_who_holds_no_post_leaves_no_entry_of_one(people: SimpleNamespace, closing: Closing) -> None:
    closing(people, people.ming)
    mine = LogEntry.objects.using("default").filter(
        action__in=[Action.POST_END, Action.POST_VACANT], subjects__contains=[people.ming.pk]
    )
    assert not mine.exists()
