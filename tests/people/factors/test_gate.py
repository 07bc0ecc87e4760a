"""The gate of the second factor, at every address there is."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from audit.origin import Origin, acting_as
from people.factors.middleware import OPEN
from tests.access_matrix import Row, World
from tests.cast import NAMES
from tests.test_access_matrix import ROWS

pytestmark = pytest.mark.django_db
APP = "/me/sign-in/app/"


@pytest.mark.parametrize("row", [row for row in ROWS if row.url not in OPEN], ids=str)
def test_attack_nothing_opens_to_staff_without_a_second_factor(house: World, row: Row) -> None:
    """Every address in every state of the access matrix, to the person who may do most there."""
    with acting_as(Origin()):
        row.build(house)
    name = next((one for one in NAMES if one in row.who), "ming")
    client, user = Client(raise_request_exception=False), getattr(house, name)
    if not user.is_staff:
        user = house.olivia
    Authenticator.objects.filter(user=user).delete()
    with acting_as(Origin()):
        client.force_login(user)
    answer = getattr(client, row.method)(reverse(row.url, args=row.args(house)), row.data(house))
    if row.url.startswith("compliance:speak_up") and "cases" not in answer.request["PATH_INFO"]:
        return  # nobody signed in ever comes there: tests/audit/test_unattributed.py
    assert (answer.status_code, answer["Location"]) == (302, APP)
