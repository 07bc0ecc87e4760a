"""The fixture `as_worker`: what it promises to whoever counts the sessions of a real worker."""

import pytest

from tests import databases
from tests.compliance import processes
from vault.keys import seals


@pytest.mark.django_db(transaction=True)
def test_no_session_of_the_worker_outlives_its_login() -> None:
    """The thread that counts seals kept its session; whoever waited for a killed worker's waited for it."""
    seals.close()
    with databases.as_worker():
        seals._counter.get().reserve({})
        assert processes.worker_sessions()
    processes.wait_for(lambda: not processes.worker_sessions(), "the worker's sessions end")
