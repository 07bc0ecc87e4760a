"""At the same moment, on real connections: what is opened while a lock is set is dead, and stays so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.locks.codes import Kind
from people.locks.models import Lock
from tests.cast import cast, client_of, sign_in
from tests.compliance.containment.making import approved, asked, locked
from vault.records.errors import NotPossible

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Runs the acts in threads that start together; their results, refusals among them."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        with acting_as(Origin()):
            try:
                start.wait(timeout=10)
                return act()
            except Exception as refused:  # noqa: BLE001 (the tests look at it)
                return refused
            finally:
                connections["default"].close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_attack_sign_in_at_the_moment_of_the_lock(transactional_db: None) -> None:
    people = SimpleNamespace(**cast())
    for _ in range(3):
        browser = Client()
        held = client_of(people.bo)
        at_once(
            lambda browser=browser: sign_in(browser, people.bo),
            lambda: locked(people.olivia, Kind.PERSON, people.bo),
        )
        lock = Lock.objects.get(person=people.bo, ended_at__isnull=True)
        assert browser.get(reverse("people:me")).status_code == 302
        approved(people.otto, asked(people.olivia, lock))
        assert User.objects.get(pk=people.bo.pk).is_active
        # Neither what was open nor what was being opened comes alive again.
        assert browser.get(reverse("people:me")).status_code == 302
        assert held.get(reverse("people:me")).status_code == 302
        assert client_of(User.objects.get(pk=people.bo.pk)).get(reverse("people:me")).status_code == 200


def test_attack_a_session_opened_between_read_and_lock(transactional_db: None) -> None:
    """The sign-in has read the open account; the lock commits; only then is the session written."""
    people = SimpleNamespace(**cast())
    read_before = User.objects.get(pk=people.bo.pk)
    lock = locked(people.olivia, Kind.PERSON, people.bo)
    late = client_of(read_before)
    assert late.get(reverse("people:me")).status_code == 302
    approved(people.otto, asked(people.olivia, lock))
    assert late.get(reverse("people:me")).status_code == 302


def test_two_officers_lock_each_other_and_one_is_left(transactional_db: None) -> None:
    people = SimpleNamespace(**cast())
    results = at_once(
        lambda: locked(people.olivia, Kind.PERSON, people.otto),
        lambda: locked(people.otto, Kind.PERSON, people.olivia),
    )
    assert sum(isinstance(result, Lock) for result in results) == 1, results
    assert User.objects.filter(pk__in=[people.olivia.pk, people.otto.pk], is_active=True).count() == 1


def test_two_locks_of_one_person_are_one(transactional_db: None) -> None:
    people = SimpleNamespace(**cast())
    results = at_once(
        lambda: locked(people.olivia, Kind.PERSON, people.ming),
        lambda: locked(people.otto, Kind.PERSON, people.ming),
    )
    assert sum(isinstance(result, Lock) for result in results) == 1, results
    assert sum(isinstance(result, NotPossible) for result in results) == 1, results
