"""A queue that is down: what was asked for is done later, and what else hangs on the commit is done now."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import SimpleNamespace

import pytest

from deals.redaction import tasks
from deals.redaction.models import State
from tests.cast import client_of
from tests.deals.redaction.desk import MARK, begun, step, worked

pytestmark = pytest.mark.django_db


def test_a_queue_that_is_down_loses_no_redaction_and_no_other_work(
    world: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    """What was asked for is committed: the page goes on, and beat finds it by its state."""

    def down(_redaction: str) -> None:
        raise ConnectionError

    begun(world)
    browser = client_of(world.ming)
    step(browser, world, "mark", **MARK)
    monkeypatch.setattr(tasks.run, "delay", down)
    with django_capture_on_commit_callbacks(execute=True):
        assert step(browser, world, "search", kinds=["phone"]).status_code == 302
    assert worked(world).state == State.DRAFT
    with django_capture_on_commit_callbacks(execute=True):
        assert step(browser, world, "apply", reason="redact.secret").status_code == 302
    assert worked(world).state == State.DONE
