"""Deciders at the same moment, on real connections: carried out once, as one of them would alone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest
from django.db import connections

from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.approvals.models import ApprovalDecision, ApprovalRequest, State
from people.approvals.services import NotDecidable
from tests.cast import cast
from tests.people.approvals.actions import Rename
from tests.people.helpers import approve, refuse

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Runs the acts in threads that start together; returns their results, NotDecidable among them."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with acting_as(Origin()):
            try:
                start.wait(timeout=10)
                return act()
            except NotDecidable as refused:
                return refused
            finally:
                connections["default"].close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def _approving(decider: User, request: ApprovalRequest) -> Callable[[], object]:
    return lambda: approve(User.objects.get(pk=decider.pk), request)


def test_two_deciders_where_one_is_needed(transactional_db: None, rename: Rename, ask) -> None:
    people = SimpleNamespace(**cast())
    request = ask(people.ming, rename)
    results = at_once(_approving(people.olivia, request), _approving(people.otto, request))
    assert sum(isinstance(result, NotDecidable) for result in results) <= 1
    assert rename.done == {str(request.pk): 1}
    assert ApprovalDecision.objects.filter(request=request).count() == 1


def test_two_deciders_where_two_are_needed(transactional_db: None, rename_by_two: Rename, ask) -> None:
    people = SimpleNamespace(**cast())
    request = ask(people.ming, rename_by_two)
    at_once(_approving(people.olivia, request), _approving(people.otto, request))
    request.refresh_from_db()
    assert request.state == State.CARRIED_OUT
    assert rename_by_two.done == {str(request.pk): 1}


def test_one_decider_twice_counts_once(transactional_db: None, rename_by_two: Rename, ask) -> None:
    people = SimpleNamespace(**cast())
    request = ask(people.ming, rename_by_two)
    results = at_once(_approving(people.olivia, request), _approving(people.olivia, request))
    assert sum(isinstance(result, NotDecidable) for result in results) == 1
    assert not rename_by_two.done


def test_approving_and_refusing_at_once_do_not_mix(transactional_db: None, rename: Rename, ask) -> None:
    people = SimpleNamespace(**cast())
    request = ask(people.ming, rename)
    at_once(_approving(people.olivia, request), lambda: refuse(User.objects.get(pk=people.otto.pk), request))
    request.refresh_from_db()
    assert (request.state, sum(rename.done.values())) in {(State.CARRIED_OUT, 1), (State.REFUSED, 0)}
