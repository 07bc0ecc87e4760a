"""Each rule of the two tables, with a write that fails on it."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from compliance.accessreviews.codes import State
from compliance.accessreviews.models import AccessReview, ReviewedAccess
from people.accounts.system import SYSTEM_ID
from tests.compliance.accessreviews.conftest import item_of, opened

pytestmark = pytest.mark.django_db


def stopped(name: str, write: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


def made(**changed: Any) -> AccessReview:
    now = timezone.now()
    given = {"quarter": "2031Q1", "opened_by_id": SYSTEM_ID, "opened_at": now, "due_at": now + timedelta(14)}
    return AccessReview.objects.create(**given | changed)


def added(review: AccessReview, **changed: Any) -> ReviewedAccess:
    given = {"review": review, "kind": "deal", "thing": uuid4(), "level": "member", "since": timezone.now()}
    return ReviewedAccess.objects.create(**given | changed)


def decided(item: ReviewedAccess, state: State, **more: Any) -> int:
    return ReviewedAccess.objects.filter(pk=item.pk).update(state=state, decided_at=timezone.now(), **more)


def test_reviews(review: AccessReview) -> None:
    now = timezone.now()
    stopped("access_review_once_a_quarter", lambda: made(quarter=review.quarter))
    stopped("access_review_names_its_quarter", lambda: made(quarter="2031-1"))
    stopped("access_review_due_within_a_month", lambda: made(due_at=now - timedelta(1)))
    stopped("access_review_due_within_a_month", lambda: made(due_at=now + timedelta(32)))
    stopped("access_review_begins_open", lambda: made(closed_at=now))
    rows = AccessReview.objects.filter(pk=review.pk)
    for change in ({"due_at": now}, {"quarter": "2031Q1"}, {"opened_at": now}):
        stopped("access_review_stays", lambda change=change: rows.update(**change))
    stopped("access_review_closes_decided", lambda: rows.update(closed_at=now))
    stopped("access_review_is_kept", lambda: rows._raw_delete(rows.db))
    rows.update(reminded_at=now)
    stopped("access_review_stays", lambda: rows.update(reminded_at=None))


def test_a_closed_review_stays_closed(world: SimpleNamespace) -> None:
    review = made()
    rows = AccessReview.objects.filter(pk=review.pk)
    rows.update(closed_at=timezone.now())
    stopped("access_review_stays", lambda: rows.update(closed_at=None))
    stopped("reviewed_access_in_open_review", lambda: added(review, person=world.bo))


def test_what_is_listed(world: SimpleNamespace, review: AccessReview) -> None:
    first = item_of(review, "deal", world.ming)
    stopped("reviewed_access_once", lambda: added(review, person=world.ming, thing=first.thing))
    stopped("reviewed_access_kind_known", lambda: added(review, person=world.ming, kind="key"))
    now = timezone.now()
    ended = {"state": State.EXPIRED, "decided_at": now}
    stopped("reviewed_access_begins_waiting", lambda: added(review, person=world.ming, **ended))
    rows = ReviewedAccess.objects.filter(pk=first.pk)
    stopped("reviewed_access_is_kept", lambda: rows._raw_delete(rows.db))
    for change in ({"person": world.lin}, {"level": "9"}, {"thing": uuid4()}, {"last_used": None}):
        stopped("reviewed_access_is_final", lambda change=change: rows.update(**change))


def test_what_is_decided(world: SimpleNamespace, review: AccessReview) -> None:
    item = item_of(review, "role", world.aud)
    stopped("reviewed_access_decided_has_time", lambda: review.items.update(state=State.GONE))
    stopped("reviewed_access_decided_by_somebody", lambda: decided(item, State.REVOKED))
    stopped("reviewed_access_not_ones_own", lambda: decided(item, State.REVOKED, decided_by=world.aud))
    unused = "reviewed_access_unused_kept_for_a_reason"
    stopped(unused, lambda: decided(item, State.KEPT, decided_by=world.otto))
    stopped("reviewed_access_expires_when_due", lambda: decided(item, State.EXPIRED))
    assert decided(item, State.KEPT, decided_by=world.otto, reason="needed") == 1
    stopped("reviewed_access_is_final", lambda: decided(item, State.REVOKED, decided_by=world.lea))


def test_nothing_is_kept_too_late(world: SimpleNamespace) -> None:
    item = item_of(opened(days_ago=15), "guest", world.bo)
    late = {"decided_by": world.lea, "reason": "needed"}
    stopped("reviewed_access_kept_in_time", lambda: decided(item, State.KEPT, **late))
    assert decided(item, State.EXPIRED) == 1
