"""The watch and the previews of data rooms: a lead who looks as their buyers is no finding."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.origin import Origin, acting_as
from compliance.anomalies.models import Finding, PersonDay
from tests.compliance.anomalies.making import watched
from tests.deals.previews.looking import at, begun
from tests.deals.scene import scene, stored
from tests.deals.test_viewer import pdf

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_ordinary_preview_leaves_no_finding(people: SimpleNamespace, superuser: Connection) -> None:
    world = scene(**vars(people))
    version = stored(world, world.one, "a.pdf", pdf(1))
    for person in (world.bo, world.ben, world.bo):
        lea = begun(world, world.lea, person)
        lea.get(at(world, "room"))
        lea.get(at(world, "file", version.file_id))
        lea.get(at(world, "page", version.pk, 1))
        for _ in range(12):
            lea.get(reverse("vault:clients"))
        lea.post(at(world, "preview_end"))
    watched(superuser)
    assert list(Finding.objects.values_list("rule", flat=True)) == []
    opened = dict(PersonDay.objects.values_list("person_id", "opened"))
    assert (opened[world.lea.pk], opened[world.bo.pk]) == (1, 0)


def test_acting_for_somebody_without_a_preview_is_found(
    people: SimpleNamespace, superuser: Connection
) -> None:
    with acting_as(Origin(actor=people.lea.pk, on_behalf_of=people.bo.pk)):
        entry = Entry(action=Action.ROOM_VIEW, object_type=ObjectType.ROOM, object_id=None)
        shown = record_read(entry)
    watched(superuser)
    found = {one.person_id: one for one in Finding.objects.filter(rule="impersonation")}
    assert found.keys() == {people.lea.pk, people.bo.pk}
    assert all(one.entries == [shown] for one in found.values())
