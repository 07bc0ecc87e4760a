"""Sign-in tells nothing about who has an account: neither by its pages nor by what they cost.

What an answer costs is counted in password hashes, the one thing that takes long enough to be measured from
outside; times themselves would be measured on a busy machine.
"""

import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client, TestCase
from django.utils import timezone

from people.accounts.links import make_link
from people.accounts.models import LinkPurpose, OneTimeLink
from people.accounts.services import disable_person
from people.factors.resetting import reset_factors
from people.invitations.services import invite, revoke
from tests.cast import PASSWORD
from tests.people.helpers import mailed_path
from tests.people.passkeys.device import Device, come_in, options_for

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
HASHES: list[str] = []


class Counting(MD5PasswordHasher):
    algorithm = "counting"

    def encode(self, password: str, salt: str) -> str:
        HASHES.append(password)
        return super().encode(password, salt)  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def counted(people: SimpleNamespace, settings) -> Iterator[None]:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    for user in (people.ming, people.lin, people.bo):
        user.set_password(PASSWORD)
        user.save()
    HASHES.clear()
    yield
    HASHES.clear()


def told(answer) -> tuple[int, str, str, int]:
    """All that an outsider learns from an answer."""
    text = re.sub(r'value="[^"]*"|"X-CSRFToken": "\w+"', "", answer.content.decode())
    cost = len(HASHES)
    HASHES.clear()
    return answer.status_code, answer.headers.get("Location", ""), text, cost


def _dead_links(people: SimpleNamespace) -> dict[str, str]:
    """Addresses of links that open nothing, by why."""
    past = timezone.now() - timedelta(hours=49)
    found = {"never made": f"/welcome/{secrets.token_urlsafe(32)}/", "too long": f"/welcome/{'x' * 400}/"}
    for why, field in (("used", "used_at"), ("expired", ""), ("cancelled", "cancelled_at")):
        token = secrets.token_urlsafe(32)
        OneTimeLink.objects.create(
            purpose=LinkPurpose.SET_PASSWORD,
            person=people.ming,
            token_hash=hashlib.sha256(token.encode()).digest(),
            created_at=past,
            expires_at=past + timedelta(hours=48 if not field else 98),
            **{field: timezone.now()} if field else {},
        )
        found[why] = f"/welcome/{token}/"
    _link, found["a closed account's"] = make_link(purpose=LinkPurpose.SET_PASSWORD, person=people.lin)
    disable_person(actor=people.ada, person=people.lin)
    reset_factors(actor=people.ada, person=people.otto)
    found["a reset's, replaced"] = make_link(purpose=LinkPurpose.FACTOR_RESET, person=people.otto)[1]
    make_link(purpose=LinkPurpose.FACTOR_RESET, person=people.otto)
    found["a revoked invitation's"] = _of_a_revoked_invitation(people)
    return found


def _of_a_revoked_invitation(people: SimpleNamespace) -> str:
    mail.outbox.clear()
    with TestCase.captureOnCommitCallbacks(execute=True):
        invitation = invite(
            actor=people.lea,
            deal_id=UUID("00000000-0000-4000-8000-00000000dea1"),
            group_id=UUID(int=7),
            email=people.bo.email,
            display_name="Bo",
            code_name="Willow",
        )
    path = mailed_path()
    revoke(actor=people.lea, invitation=invitation)
    return path


def test_attack_every_dead_link_looks_and_costs_the_same(people: SimpleNamespace) -> None:
    links = _dead_links(people)
    HASHES.clear()
    seen = {why: told(Client().get(address)) for why, address in links.items()}
    assert len(set(seen.values())) == 1, seen.keys()
    assert {(status, cost) for status, _to, _text, cost in seen.values()} == {(410, 0)}


def test_attack_a_form_without_a_link_costs_no_hash(people: SimpleNamespace) -> None:
    """Also with the id of somebody's link typed in, or of none."""
    link, _address = make_link(purpose=LinkPurpose.SET_PASSWORD, person=people.ming)
    chosen = {"password": "violet harbour 93 lanterns", "again": "violet harbour 93 lanterns"}
    HASHES.clear()
    seen = {
        told(Client().post("/welcome/", chosen | {"welcome": typed, "link": typed}))
        for typed in ("", str(link.pk), secrets.token_hex(16))
    }
    assert [(status, cost) for status, _to, _text, cost in seen] == [(410, 0)]


def test_attack_an_invitation_or_a_reset_does_not_say_whose_it_is(people: SimpleNamespace) -> None:
    """Who opens somebody's link that needs a password comes to the same sign-in page as everybody."""
    pages = set()
    for purpose, user in ((LinkPurpose.FACTOR_RESET, people.ming), (LinkPurpose.FACTOR_RESET, people.lin)):
        client = Client()
        client.get(make_link(purpose=purpose, person=user)[1])
        asked = client.get("/welcome/")
        HASHES.clear()
        pages.add((asked["Location"], told(client.get(asked["Location"]))))
        for name in ("ming", "Ming", "lin@example.test"):
            assert name not in client.get(asked["Location"]).content.decode()
    assert len(pages) == 1


def test_attack_passkeys_do_not_tell_either(people: SimpleNamespace) -> None:
    """Whose passkey is claimed: a colleague's who has none, nobody's, one's of a closed account."""
    disable_person(actor=people.ada, person=people.lin)
    HASHES.clear()
    seen, asked = set(), set()
    for handle in (people.ming.pk.bytes, people.lin.pk.bytes, secrets.token_bytes(16), b""):
        client = Client()
        options = options_for(client, "sign_in")
        asked.add(tuple(sorted(options["publicKey"])))
        answer = come_in(client, Device(handle=handle).signed(options))
        assert told(client.get(LOGIN))[3] == 0
        seen.add(told(answer))
    assert seen == {(302, LOGIN, "", 0)}
    assert len(asked) == 1


def test_a_sign_in_costs_one_hash_whoever_it_is_of(people: SimpleNamespace) -> None:
    costs = []
    for name, password in (
        ("ming", PASSWORD),
        ("ming", "no"),
        ("nobody", "no"),
        ("system", "!"),
        ("bo", "no"),
    ):
        Client().post(LOGIN, {"login": name, "password": password})
        costs.append(len(HASHES))
        HASHES.clear()
    assert costs == [1] * 5
