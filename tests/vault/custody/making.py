"""Rotations for the tests: asked for, approved and, where wanted, carried out here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from types import SimpleNamespace

from django.db import connections

from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.services import decide, open_preview
from tests.vault.records.makers import acting
from vault.custody.models import KeyRotation
from vault.custody.running import carry_out
from vault.custody.services import ask_for_rotation


def asked(people: SimpleNamespace) -> ApprovalRequest:
    with acting(people.olivia):
        return ask_for_rotation(actor=people.olivia, reason="End of the quarter")


def ordered(people: SimpleNamespace) -> KeyRotation:
    """Asked for by Olivia and approved by Otto; a worker may take it."""
    request = asked(people)
    with acting(people.otto):
        open_preview(actor=people.otto, request=request)
        decide(actor=people.otto, request=request, verdict=Verdict.APPROVE, reason="As planned")
    return KeyRotation.objects.get(approval_id=request.pk)


def rotated(people: SimpleNamespace) -> KeyRotation:
    """Carried out in this process, which must have the worker's login."""
    rotation = ordered(people)
    with acting(people.olivia):
        carry_out(rotation.pk)
    rotation.refresh_from_db()
    return rotation


@contextmanager
def beside(*works: Callable[[], None]) -> Iterator[None]:
    """Each is done again and again in a thread of its own until the block ends, which raises their errors."""
    over, failures = Event(), []

    def again_and_again(work: Callable[[], None]) -> None:
        try:
            while not over.is_set():
                work()
        except Exception as error:  # noqa: BLE001 (raised below)
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=again_and_again, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
        if failures:  # why the block may have waited in vain, too
            raise ExceptionGroup("beside", failures)
