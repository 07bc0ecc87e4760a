"""How far a role reaches: agreed to like its set, kept by each grant, told before it ends."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from people.approvals.services import open_preview
from people.roles import limits
from people.roles.access import (
    counts_on,
    deals_limited_to,
    forget,
    grants_giving,
    has,
    limits_of,
    reaches_grade,
)
from people.roles.composing.services import NotComposable
from people.roles.ending import due
from people.roles.limits import FREE, Limit, held
from people.roles.models import Role, RoleGrant
from people.roles.permissions import Permission
from people.roles.services import NotGrantable, grant_role
from tests.cast import client_of, hold, person
from tests.people.helpers import approve, asked_for, confirm_identity
from tests.people.roles.making import LOOKS, ask, composed, give

WORKS = (Permission.ROOM_MANAGE, Permission.CLIENT_REVEAL, Permission.BOOK_CREATE, Permission.DEAL_CREATE)
DEALS = [UUID(int=1), UUID(int=2)]
LIMITS = st.builds(
    Limit,
    grade=st.none() | st.integers(1, 4),
    stages=st.none() | st.frozensets(st.integers(1, 12), min_size=1),
    deal=st.none() | st.sampled_from(DEALS),
)


def refused(name: str, act: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


@given(LIMITS, st.none() | st.sampled_from(DEALS), st.integers(1, 12))
def test_a_limit_counts_where_both_say_so(limit: Limit, deal: UUID | None, stage: int) -> None:
    in_stage = limit.stages is None or stage in limit.stages
    assert limit.counts_on(deal, stage) == (in_stage and limit.deal in (None, deal))
    assert FREE.counts_on(deal, stage)


@given(st.lists(st.tuples(st.sampled_from(sorted(Permission)), LIMITS)))
def test_what_is_held_is_held_by_each_way(rows: list[tuple[Permission, Limit]]) -> None:
    found = held(
        (one.value, way.grade, sorted(way.stages) if way.stages else None, way.deal) for one, way in rows
    )
    kept = [(one, way) for one, way in rows if way.deal is None or one.value not in limits.WITHOUT_DEAL]
    assert found.keys() == {one.value for one, _way in kept}
    assert sum(map(len, found.values())) == len(kept)


@pytest.fixture
def deal(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """One deal that somebody can be given a role for."""
    made = uuid4()
    monkeypatch.setattr(limits, "_deals", [lambda: [(made, "Willow")]])
    return made


@pytest.mark.django_db
def test_limits_are_agreed_to_like_the_set(people: SimpleNamespace) -> None:
    role = composed(people, WORKS, up_to_grade=3, stages=[5, 6], longest_days=30)
    assert (role.up_to_grade, role.stages, role.longest_days) == (3, [5, 6], 30)
    _change, asked = ask(people.ada, WORKS, role=role, up_to_grade=2, stages=[6], longest_days=30)
    with override("en"):
        shown = open_preview(actor=people.olivia, request=asked)
    assert shown is not None
    words = " ".join(map(str, shown.lines))
    assert "Plaintext of fields up to: Level 2 · Internal." in words
    assert "Until now: Plaintext of fields up to: Level 3 · Sensitive." in words
    approve(people.olivia, asked)
    role.refresh_from_db()
    assert (role.up_to_grade, role.stages) == (2, [6])


@pytest.mark.django_db
def test_attack_limits_that_nobody_agreed_to(people: SimpleNamespace) -> None:
    rows = Role.objects.filter(pk=composed(people, WORKS, up_to_grade=2).pk)
    refused("role_limits_are_agreed", lambda: rows.update(up_to_grade=4))
    refused("role_limits_are_agreed", lambda: rows.update(up_to_grade=None))
    refused("role_limits_are_agreed", lambda: rows.update(stages=[1]))
    refused(
        "role_built_in_is_unlimited|role_limits", lambda: Role.objects.filter(pk="agent").update(stages=[1])
    )


@pytest.mark.django_db
def test_only_business_is_limited_by_level_and_stage(people: SimpleNamespace) -> None:
    for limited in ({"up_to_grade": 2}, {"stages": [1]}):
        with pytest.raises(NotComposable):
            ask(people.ada, [Permission.LOG_READ], **limited)
    assert composed(people, [Permission.LOG_READ], longest_days=3).longest_days == 3


@pytest.mark.django_db
def test_a_grant_ends_within_the_longest_time(people: SimpleNamespace) -> None:
    role, nora = composed(people, LOOKS, longest_days=10), person("nora")
    asked: dict[str, Any] = {"actor": people.ada, "person": nora, "role": role.code, "reason": "a new desk"}
    for until in (None, timezone.now() + timedelta(days=12)):
        with pytest.raises(NotGrantable):
            grant_role(**asked, valid_until=until)
        refused(
            "grant_within_longest",
            lambda: RoleGrant.objects.create(user=nora, role=role, granted_by=people.ada, valid_until=until),  # noqa: B023
        )
    assert give(people, role, nora, valid_until=timezone.now() + timedelta(days=10)).valid_until


@pytest.mark.django_db
def test_for_one_deal_it_counts_there_alone(people: SimpleNamespace, deal: UUID) -> None:
    role, nora = composed(people, WORKS, up_to_grade=3, stages=[6]), person("nora")
    grant = give(people, role, nora, for_deal=deal)
    assert counts_on(nora, Permission.ROOM_MANAGE, deal, 6)
    assert not counts_on(nora, Permission.ROOM_MANAGE, deal, 7)
    assert not counts_on(nora, Permission.ROOM_MANAGE, uuid4(), 6)
    assert deals_limited_to(nora, Permission.CLIENT_REVEAL) == {deal}
    assert reaches_grade(nora, Permission.CLIENT_REVEAL, 3, deal)
    assert not reaches_grade(nora, Permission.CLIENT_REVEAL, 4, deal)
    assert not reaches_grade(nora, Permission.CLIENT_REVEAL, 1, None)
    assert not has(nora, Permission.BOOK_CREATE)  # what would belong to no deal
    assert not has(nora, Permission.DEAL_CREATE)
    refused("grant_content_is_final", lambda: RoleGrant.objects.filter(pk=grant.pk).update(for_deal=None))
    leads = person("leo")
    give(people, Role.objects.get(code="deal_lead"), leads, for_deal=deal)
    assert has(leads, Permission.DEAL_LEAD)
    assert not has(leads, Permission.EXPORT_APPROVE)  # which no gate asks a deal for
    assert not grants_giving(Permission.EXPORT_APPROVE).filter(user=leads).exists()
    assert grants_giving(Permission.DEAL_LEAD).filter(user=leads).exists()
    hold(nora, "agent")
    assert counts_on(nora, Permission.ROOM_MANAGE, uuid4(), 7)  # by the other role
    assert reaches_grade(nora, Permission.CLIENT_REVEAL, 4, None)


@pytest.mark.django_db
def test_only_business_and_only_for_a_deal_that_there_is(people: SimpleNamespace, deal: UUID) -> None:
    reader, nora = composed(people, [Permission.LOG_READ]), person("nora")
    for code, wanted in ((reader.code, deal), ("agent", uuid4())):
        with pytest.raises(NotGrantable):
            grant_role(actor=people.ada, person=nora, role=code, reason="x", for_deal=wanted)
    refused(
        "grant_for_deal_is_business",
        lambda: RoleGrant.objects.create(user=nora, role=reader, granted_by=people.ada, for_deal=deal),
    )
    grant = grant_role(actor=people.ada, person=nora, role="agent", reason="x", for_deal=deal)
    with override("en"):
        shown = open_preview(actor=people.otto, request=asked_for(grant))
    assert shown is not None
    assert "Only for the deal Willow." in shown.lines


@pytest.mark.django_db
def test_one_query_with_limits_too(people: SimpleNamespace, django_assert_num_queries) -> None:
    nora = person("nora")
    give(people, composed(people, WORKS, up_to_grade=3, stages=[6]), nora)
    forget(nora)
    with django_assert_num_queries(1):
        assert limits_of(nora, Permission.ROOM_MANAGE)
        assert counts_on(nora, Permission.ROOM_MANAGE, None, 6)
        assert has(nora, Permission.CLIENT_REVEAL)


@pytest.mark.django_db
def test_the_end_is_told_a_week_before(people: SimpleNamespace) -> None:
    role, nora = composed(people), person("nora")
    give(people, role, nora, valid_until=timezone.now() + timedelta(days=3))
    assert [item.count for item in due(nora)] == [1]
    assert [item.count for item in due(people.ada)] == [0, 1]
    assert [item.count for item in due(people.ming)] == [0]
    ada = client_of(people.ada)
    listed = ada.get(reverse("people:people"), {"ends": "soon"}).context["page"].rows
    assert [row.pk for row in listed] == [nora.pk]
    assert "left" in ada.get(reverse("people:person", args=[nora.pk])).content.decode()


@pytest.mark.django_db
def test_the_page_asks_for_the_limits(people: SimpleNamespace, deal: UUID) -> None:
    role, ada = composed(people, WORKS, up_to_grade=3, stages=[6], longest_days=30), client_of(people.ada)
    confirm_identity(ada)
    kept = ada.get(reverse("people:role_change", args=[role.code])).context["form"].initial
    assert (kept["up_to_grade"], kept["stages"], kept["longest_days"]) == (3, [6], 30)
    nora = person("nora")
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    typed = {"role": role.code, "until": until, "deal": str(deal)}
    page = ada.get(reverse("people:grant_role", args=[nora.pk]), typed).content.decode()
    assert "Willow" in page
    assert (
        ada.post(reverse("people:grant_role", args=[nora.pk]), typed | {"reason": "a deal"}).status_code
        == 302
    )
    assert RoleGrant.objects.get(user=nora).for_deal == deal
