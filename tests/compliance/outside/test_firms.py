"""A seat of an outside audit opens nothing to somebody whose partner firm is not in force."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from audit.origin import Origin, acting_as
from compliance.outside.seat_views import STRIDE, until_closed
from tests.cast import client_of
from tests.compliance.outside import making
from tests.people.partners.making import belongs, in_force, overdue

pytestmark = pytest.mark.django_db


def test_attack_a_seat_held_past_the_firm(people: SimpleNamespace) -> None:
    with acting_as(Origin()):
        seat, firm = making.seated(people), in_force(people)
        belongs(people, seat.person, firm)
    browser, page = client_of(seat.person), reverse("compliance:seat", args=[seat.audit_id])
    assert browser.get(page).status_code == 200
    pieces = until_closed([b"x"] * (STRIDE + 1), seat)
    assert next(pieces) == b"x"
    with acting_as(Origin()):
        overdue(people, firm)
    assert browser.get(page).status_code == 404
    with pytest.raises(ConnectionError):
        list(pieces)
