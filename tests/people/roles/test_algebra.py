"""Properties of permission sets, whichever roles and grants there are."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.accounts.system import SYSTEM_ID
from people.roles.access import permissions_of
from people.roles.builtin import BUILTIN, FOR_OUTSIDE, opens_data
from people.roles.models import GrantState, Role, RoleCode, RoleGrant, RolePermission
from people.roles.permissions import Duty, Permission
from tests.cast import person

OFFICE = [code for code in RoleCode if code != RoleCode.ADMIN and code not in FOR_OUTSIDE]
SETS = st.frozensets(st.sampled_from(list(Permission)))


@given(SETS, SETS)
def test_what_opens_data_stays_so_with_more(one: frozenset[Permission], other: frozenset[Permission]) -> None:
    assert opens_data(one | other) == (opens_data(one) or opens_data(other))
    assert not opens_data(frozenset())


def test_every_permission_but_administration_opens_data() -> None:
    for permission in Permission:
        assert permission.opens_data == (permission.duty != Duty.ADMIN)
        assert permission.label


def test_the_built_in_roles_keep_duties_apart() -> None:
    assert set(BUILTIN) == set(RoleCode)
    for code, role in BUILTIN.items():
        duties = {permission.duty for permission in role.permissions}
        assert (Duty.ADMIN in duties) == (role.duty == Duty.ADMIN)
        if role.duty == Duty.ADMIN:
            assert duties == {Duty.ADMIN}, code


def test_the_database_holds_the_built_in_roles(people: SimpleNamespace) -> None:
    for code, builtin in BUILTIN.items():
        role = Role.objects.get(code=code)
        held = RolePermission.objects.filter(role=role).values_list("permission", flat=True)
        assert set(held) == set(builtin.permissions)
        assert (role.duty, role.opens_data) == (builtin.duty, builtin.opens_data)


GRANTS = st.lists(
    st.tuples(
        st.sampled_from(OFFICE),
        st.sampled_from(list(GrantState)),
        st.sampled_from([None, timedelta(days=-1), timedelta(days=1)]),
    ),
    unique_by=lambda grant: grant[0],
)


@pytest.mark.django_db
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=GRANTS, active=st.booleans())
def test_a_person_can_do_what_the_grants_in_force_give_and_no_more(
    people: SimpleNamespace, grants: list[tuple[RoleCode, GrantState, timedelta | None]], active: bool
) -> None:
    with transaction.atomic():
        somebody = person("somebody")
        for code, state, until in grants:
            RoleGrant.objects.create(
                user=somebody,
                role_id=code,
                state=state,
                granted_by_id=SYSTEM_ID,
                created_at=timezone.now() - timedelta(days=2),
                valid_until=timezone.now() + until if until else None,
                ended_at=timezone.now() if state in (GrantState.REVOKED, GrantState.REFUSED) else None,
            )
        if not active:
            somebody.is_active, somebody.disabled_at = False, timezone.now()
            somebody.save()
        counting = [
            BUILTIN[code].permissions
            for code, state, until in grants
            if active and state == GrantState.ACTIVE and (until is None or until > timedelta(0))
        ]
        assert permissions_of(somebody) == frozenset[Permission]().union(*counting)
        transaction.set_rollback(True)
