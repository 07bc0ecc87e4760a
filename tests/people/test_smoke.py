import pytest
from people.roles.permissions import Permission
from people.roles.access import has
from tests.cast import cast
from audit.origin import Origin, acting_as

@pytest.mark.django_db
def test_cast():
    with acting_as(Origin()):
        c = cast()
        assert has(c["ada"], Permission.PEOPLE_MANAGE)
        assert not has(c["bo"], Permission.PEOPLE_MANAGE)
