"""A review lists every access in force; keeping keeps, revoking and silence end it at the gate."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from compliance.accessreviews.closing import close_due, remind_due
from compliance.accessreviews.codes import State
from compliance.accessreviews.deciding import NotPossible, keep, revoke
from compliance.accessreviews.models import AccessReview, ReviewedAccess
from compliance.accessreviews.opening import open_review, quarter_of
from compliance.accessreviews.today import due
from deals.models import DealMember
from deals.pipeline.access import which_deals
from deals.rooms.access import get_room
from people.accounts.models import User
from people.accounts.system import system_account
from people.approvals.models import ApprovalRequest
from people.roles.access import forget, has, permissions_of
from people.roles.models import GrantState, RoleCode, RoleGrant
from people.roles.permissions import Permission
from tests.cast import client_of, person
from tests.compliance.accessreviews.conftest import item_of, opened, role_of
from tests.compliance.speakup import making
from tests.people.helpers import delivered
from tests.vault.records.makers import let_in
from vault.records.access import which_books
from vault.records.models import Level

pytestmark = pytest.mark.django_db


def by(actor: User, decide, item: ReviewedAccess, reason: str = "needed for Willow") -> ReviewedAccess:
    with acting_as(Origin(actor=actor.pk)):
        return decide(actor=actor, item_id=item.pk, reason=reason)


def may_enter(user: User, deal: UUID) -> bool:
    try:
        get_room(user, deal)
    except Refused:
        return False
    return True


def test_everything_in_force_is_listed_once(world: SimpleNamespace) -> None:
    disabled = person("gone", role=RoleCode.AGENT)
    User.objects.filter(pk=disabled.pk).update(is_active=False, disabled_at=timezone.now())
    review = opened()
    found = {(row.kind, row.person.username) for row in review.items.select_related("person")}
    assert found == {
        *(("role", name) for name in ("ada", "olivia", "otto", "ming", "lin", "lea", "aud")),
        ("book", "lin"),  # ming leads it
        ("deal", "ming"),  # lea leads it
        *(("guest", name) for name in ("bo", "ben")),
    }
    with acting_as(Origin(actor=system_account().pk)):
        assert open_review(actor=system_account()) is None
    assert review.quarter == quarter_of(timezone.localdate())


def test_what_was_used_is_known_from_the_log(world: SimpleNamespace) -> None:
    client_of(world.lin).get(f"/clients/{world.client.pk}/")
    review = opened()
    today = timezone.localdate()
    assert item_of(review, "book", world.lin).last_used == today
    assert item_of(review, "role", world.lin).last_used == today
    assert item_of(review, "guest", world.bo).last_used == today  # bo signed there
    assert item_of(review, "role", world.aud).last_used is None
    assert item_of(review, "deal", world.ming).last_used == today  # who opened the deal


def test_keeping_keeps(world: SimpleNamespace, review: AccessReview) -> None:
    kept = by(world.lea, keep, item_of(review, "guest", world.bo))
    assert (kept.state, kept.decided_by) == (State.KEPT, world.lea)
    assert may_enter(world.bo, world.deal.pk)
    entry = LogEntry.objects.using("default").get(object_id=kept.pk)
    assert (entry.action, entry.actor, entry.subjects) == (Action.ACCESS_KEEP, world.lea.pk, [world.bo.pk])


def test_what_nobody_used_is_kept_for_a_reason_only(world: SimpleNamespace, review: AccessReview) -> None:
    item = item_of(review, "role", world.aud)
    with pytest.raises(NotPossible):
        by(world.olivia, keep, item, "")
    with pytest.raises(ValidationError):
        by(world.olivia, keep, item, "call 138 0013 8000")
    item.refresh_from_db()
    assert item.state == State.WAITING


def test_revoking_ends_each_kind_at_its_gate(world: SimpleNamespace, review: AccessReview) -> None:
    assert by(world.lea, revoke, item_of(review, "guest", world.bo)).state == State.REVOKED
    assert not may_enter(world.bo, world.deal.pk)
    assert may_enter(world.ben, world.deal.pk)
    assert by(world.lea, revoke, item_of(review, "deal", world.ming)).state == State.REVOKED
    assert not which_deals(world.ming).exists()
    assert by(world.ming, revoke, item_of(review, "book", world.lin)).state == State.REVOKED
    assert not which_books(world.lin).exists()
    assert by(world.olivia, revoke, item_of(review, "role", world.lin)).state == State.REVOKED
    forget(world.lin)
    assert not has(world.lin, Permission.CLIENT_VIEW)
    assert RoleGrant.objects.get(user=world.lin).state == GrantState.REVOKED


def test_what_ended_or_changed_meanwhile_is_not_decided(world: SimpleNamespace, review: AccessReview) -> None:
    DealMember.objects.filter(deal=world.deal, user=world.ming).delete()
    assert by(world.lea, keep, item_of(review, "deal", world.ming)).state == State.GONE
    let_in(world.book, world.lin, Level.WORK)
    assert by(world.ming, revoke, item_of(review, "book", world.lin)).state == State.GONE
    assert which_books(world.lin).exists()  # somebody has just decided about that


def test_silence_ends_it(world: SimpleNamespace) -> None:
    review = opened(days_ago=15)
    assert close_due() == 1
    assert close_due() == 0
    states = {(row.kind, row.person.username): row.state for row in review.items.select_related("person")}
    assert states.pop(("role", "olivia")) in (State.EXPIRED, State.HELD)
    assert states.pop(("role", "otto")) in (State.EXPIRED, State.HELD)
    assert set(states.values()) == {State.EXPIRED}
    assert not may_enter(world.bo, world.deal.pk)
    for name in ("ming", "lin", "ada"):
        forget(getattr(world, name))
        assert not permissions_of(getattr(world, name))
    officers = [user for user in (world.olivia, world.otto) if forget(user) or has(user, Permission.LOG_READ)]
    assert len(officers) == 1  # the house is never left without one
    review.refresh_from_db()
    assert review.closed_at is not None
    [held] = review.items.filter(state=State.HELD)
    assert held.person in officers


def test_nothing_ends_before_its_time(world: SimpleNamespace) -> None:
    review = opened(days_ago=13)
    assert close_due() == 0
    assert not review.items.exclude(state=State.WAITING).exists()


def test_a_review_where_all_is_decided_closes_at_once(world: SimpleNamespace, review: AccessReview) -> None:
    for item in review.items.exclude(person=world.olivia):
        by(world.olivia, keep, item)
    by(world.otto, keep, item_of(review, "role", world.olivia))
    assert close_due() == 1


def test_whoever_has_to_decide_is_reminded_once_without_content(
    world: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    opened(days_ago=8)
    with django_capture_on_commit_callbacks(execute=True), acting_as(Origin(actor=system_account().pk)):
        assert remind_due() == 1
        assert remind_due() == 0
    to = {message.to[0] for message in delivered() if "review of access" in message.subject}
    assert to == {user.email for user in (world.olivia, world.otto, world.lea, world.ming)}
    said = " ".join(message.subject + message.body for message in mail.outbox)
    assert "Willow" not in said
    assert not any(user.display_name in said for user in (world.bo, world.lin))


def test_it_stands_in_the_day_of_who_decides(world: SimpleNamespace, review: AccessReview) -> None:
    def counts(user: User) -> list[int]:
        return [line.count for line in due(user) if line.count]

    assert counts(world.lea) == [3]  # ming on the deal, bo and ben in its groups
    assert counts(world.ming) == [1]
    assert counts(world.olivia) == [review.items.count() - 1]
    assert counts(world.lin) == counts(world.bo) == []


def test_a_protected_persons_role_waits_for_whoever_protects(world: SimpleNamespace) -> None:
    case, _code = making.reported()
    making.protected(case, world.lin, world.olivia)
    review = opened()
    assert by(world.otto, revoke, item_of(review, "role", world.lin)).state == State.HELD
    forget(world.lin)
    assert has(world.lin, Permission.CLIENT_VIEW)
    assert ApprovalRequest.objects.filter(
        requester=world.otto, params__grant=str(role_of(world.lin))
    ).exists()
