"""The keys of a part of the product are made once, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from audit.origin import Origin, acting_as
from people.training.models import TrainingKeys
from people.training.sealing import training_keys

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_first_users_at_once_make_one_compartment() -> None:
    together = Barrier(4)

    def first() -> int:
        try:
            together.wait(timeout=30)
            with acting_as(Origin()):
                return training_keys().key_id
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as users:
        found = {one.result() for one in [users.submit(first) for _ in range(4)]}
    assert len(found) == 1
    assert TrainingKeys.objects.count() == 1
