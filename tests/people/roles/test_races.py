"""Two grants at the same moment make nobody administrator and something else."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connections

from people.accounts.system import SYSTEM_ID
from people.roles.models import GrantState, RoleCode, RoleGrant
from tests.cast import fixed_rows, person


@pytest.mark.django_db(transaction=True)
def test_an_administrators_and_an_agents_role_at_once() -> None:
    fixed_rows()
    nora, start = person("nora"), Barrier(2)

    def give(role: RoleCode) -> str:
        try:
            start.wait(timeout=10)
            RoleGrant.objects.create(
                user=nora, role_id=role, state=GrantState.ACTIVE, granted_by_id=SYSTEM_ID
            )
        except IntegrityError as refused:
            return str(refused)
        finally:
            connections["default"].close()
        return ""

    with ThreadPoolExecutor(2) as threads:
        given, refused = sorted(threads.map(give, [RoleCode.ADMIN, RoleCode.AGENT]))
    assert given == ""
    assert "grant_admin_apart" in refused
    assert RoleGrant.objects.filter(user=nora).count() == 1
