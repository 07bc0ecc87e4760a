"""The key provider goes away under a running house: cached keys serve, then a clear 503, and nothing is lost
or written unsealed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import client_of
from tests.compliance import processes
from tests.deals.scene import scene
from tests.deals.test_uploads import END, on_disk, part, post
from tests.vault.keys.providers.test_pkcs11 import PIN, TOKEN, tokens
from tests.vault.keys.providers.transit_server import TransitServer
from tests.vault.records.makers import acting, add, book_of
from tests.vault.records.uploads import start, upload
from tools.softhsm import find_softhsm
from vault.keys.errors import ProviderDown
from vault.keys.providers import provider
from vault.keys.providers.pause import Pause
from vault.keys.service import key_cache
from vault.records.importing.models import ImportJob, ImportState
from vault.records.importing.tasks import run
from vault.records.models import Client

__all__ = ["tokens"]

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "Willow-7731-unsealed"


@pytest.fixture
def transit(settings: Any, tmp_path: Path) -> Iterator[Any]:
    """Transit as the house's provider; gives a way to take it down."""
    server = TransitServer()
    server.start()
    token = tmp_path / "token"
    token.write_text(server.token)
    settings.KEY_PROVIDER = "transit"
    settings.KEY_PROVIDER_OPTIONS = {
        "TRANSIT_ADDRESS": server.address,
        "TRANSIT_MOUNT": "transit",
        "TRANSIT_KEY": "sealroom-root",
        "TRANSIT_CA_FILE": "",
        "TRANSIT_TOKEN_FILE": str(token),
        "TRANSIT_ROLE_ID": "",
        "TRANSIT_SECRET_ID_FILE": "",
    }

    @contextmanager
    def down() -> Iterator[None]:
        server.stop()
        yield
        server.start()
        provider()._api._pause = Pause(0)  # type: ignore[attr-defined]  # as if the two seconds were over

    provider.cache_clear()
    yield down
    provider.cache_clear()
    server.stop()


@pytest.fixture
def softhsm(settings: Any, tokens: Path, tmp_path: Path) -> Iterator[Any]:
    """A real SoftHSM2 as the house's provider; gives a way to take its token out."""
    pin = tmp_path / "pin"
    pin.write_text(PIN)
    settings.KEY_PROVIDER = "pkcs11"
    settings.KEY_PROVIDER_OPTIONS = {
        "PKCS11_MODULE": find_softhsm(),
        "PKCS11_TOKEN": TOKEN,
        "PKCS11_PIN_FILE": str(pin),
        "PKCS11_LABEL": "sealroom-root",
    }

    @contextmanager
    def down() -> Iterator[None]:
        away = tokens.with_name("away")
        tokens.rename(away)
        yield
        away.rename(tokens)
        provider()._pause = Pause(0)  # type: ignore[attr-defined]

    provider.cache_clear()
    yield down
    provider.cache_clear()


def time_limit_over() -> None:
    """As if KEY_CACHE_SECONDS had passed since everything was opened."""
    cache = key_cache()
    for key_id, (_, opened) in list(cache._held.items()):
        cache._held[key_id] = (float("-inf"), opened)


def written_anywhere(settings: Any) -> bool:
    """Whether the secret stands in a table, the keyring, the log or a file of the house."""
    found = SECRET in processes.pg_dump()
    return found or any(SECRET.encode() in path.read_bytes() for path in on_disk(settings))


@pytest.mark.parametrize("kind", ["transit", "softhsm"])
def test_pages_serve_from_the_cache_then_say_503_and_work_again(
    kind: str, settings: Any, request: pytest.FixtureRequest
) -> None:
    down: Any = request.getfixturevalue(kind)
    world = scene()
    book = book_of(world.ming)
    client, browser = add(book), client_of(world.ming)
    listed = reverse("vault:clients")
    shown = reverse("vault:client", args=[client.pk])
    reveal = reverse("vault:client_reveal", args=[client.pk, "contact"])
    why = {"CONTACT-purpose": "service", "CONTACT-reason": "call"}
    new = {"kind": "person", "source": "walk_in", "grade": "2", "name": SECRET, "phone": "13900139000"}
    adding = reverse("vault:client_add", args=[book.pk])
    assert browser.get(listed).status_code == 200
    files = on_disk(settings)
    with down():
        assert "138****8000" in browser.get(listed).content.decode()
        assert "+8613800138000" in browser.post(reveal, why).content.decode()
        time_limit_over()
        for answer in (
            browser.get(listed),
            browser.get(shown),
            browser.post(reveal, why),
            browser.post(adding, new),
            post(world, part("file", SECRET.encode() * 40, "a.txt") + part("whole", b"whole") + END),
        ):
            assert answer.status_code == 503
            assert "Retry-After" in answer
            assert "was not saved" in answer.content.decode()
        assert Client.objects.count() == 1
        keys = client_of(world.olivia).get(reverse("vault:keys")).content.decode()
        assert "Does not answer" in keys
        assert not written_anywhere(settings)
        assert on_disk(settings) == files
    assert "138****8000" in browser.get(listed).content.decode()
    assert browser.post(reveal, why).status_code == 200
    assert "Answers" in client_of(world.olivia).get(reverse("vault:keys")).content.decode()


@pytest.mark.usefixtures("as_worker")
def test_an_import_waits_and_is_taken_up_again(transit: Any, people: SimpleNamespace, settings: Any) -> None:
    book = book_of(people.ming)
    with acting(people.ming):
        job = upload(book, f"姓名,手机\n{SECRET},13800138000\n王五,13900139000\n")
        start(job)
    with transit():
        time_limit_over()
        with pytest.raises(ProviderDown):
            run(str(job.pk))
        waiting = ImportJob.objects.get(pk=job.pk)
        assert (waiting.state, waiting.cursor) == (ImportState.RUNNING, 0)
        assert not written_anywhere(settings)
    run(str(job.pk))
    done = ImportJob.objects.get(pk=job.pk)
    assert (done.state, done.added, done.bad) == (ImportState.DONE, 2, 0)
    assert not written_anywhere(settings)
