"""A person changes the own password: by the old one, in masked fields that take what is pasted."""

import re
from types import SimpleNamespace

import pytest

from tests.cast import PASSWORD, client_of

pytestmark = pytest.mark.django_db
NEW = "violet harbour 93 lanterns"
CHANGE = "/account/password/change/"


def test_the_old_password_is_asked_for(people: SimpleNamespace) -> None:
    typed = {"oldpassword": "not " + PASSWORD, "password1": NEW, "password2": NEW}
    assert client_of(people.ming).post(CHANGE, typed).status_code == 200
    people.ming.refresh_from_db()
    assert people.ming.check_password(PASSWORD)
    assert client_of(people.ming).post(CHANGE, typed | {"oldpassword": PASSWORD}).status_code == 302
    people.ming.refresh_from_db()
    assert people.ming.check_password(NEW)


def test_fields_are_masked_and_take_what_is_pasted(people: SimpleNamespace) -> None:
    page = client_of(people.ming).get(CHANGE).content.decode()
    fields = re.findall(r'<input[^>]*name="\w*password\d?"[^>]*>', page)
    assert len(fields) == 3
    for field in fields:
        assert 'type="password"' in field
        assert "onpaste" not in field
        assert 'autocomplete="off"' not in field
