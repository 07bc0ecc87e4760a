"""The key provider goes away under a running house: cached keys serve, then a clear 503, and nothing is lost
or written unsealed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.models import LogEntry
from tests.cast import client_of
from tests.compliance import processes
from tests.deals.scene import scene
from tests.deals.test_uploads import END, on_disk, part, post
from tests.vault.keys.providers.test_pkcs11 import PIN, TOKEN, tokens
from tests.vault.keys.providers.transit_server import TransitServer
from tests.vault.records.makers import acting, add, book_of
from tests.vault.records.uploads import start, upload
from tests.vault.relations.makers import followup_of
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


NEW = {"kind": "person", "source": "walk_in", "grade": "2", "name": SECRET, "phone": "13900139000"}
NOTED = {"channel": "call", "direction": "out", "outcome": "reached", "text": SECRET}
CHAT = {"kind": "person", "basis": "contract", "source": "walk_in", "name": SECRET, "phone": "13900139000"}
WHY = {"CONTACT-purpose": "service", "CONTACT-reason": "call"}


class House:
    """A client's pages in Ming's browser, open and warm."""

    def __init__(self) -> None:
        self.world = scene()
        self.client = add(book_of(self.world.ming))
        self.browser = client_of(self.world.ming)
        self._reveal = reverse("vault:client_reveal", args=[self.client.pk, "contact"])
        self._change = reverse("vault:client_edit", args=[self.client.pk])
        self._add = reverse("vault:client_add", args=[self.client.book_id])
        self._called = reverse("vault:followup_note", args=[followup_of(self.client, self.world.ming).pk])
        assert self.browser.post(self._called.replace("/note/", "/call/")).status_code == 200
        key_cache.cache_clear()
        self.begun = time.monotonic()
        assert self.is_listed()

    def listed(self) -> Any:
        return self.browser.get(reverse("vault:clients"))

    def is_listed(self) -> bool:
        return "138****8000" in self.listed().content.decode()

    def is_revealed(self) -> bool:
        return "<span>0013</span><span>8000</span>" in self.browser.post(self._reveal, WHY).content.decode()

    def add(self) -> Any:
        return self.browser.post(self._add, NEW)

    def everything_is_refused(self) -> None:
        """Each page that shows or saves, in clear words of both languages."""
        for answer in (
            self.listed(),
            self.browser.get(reverse("vault:client", args=[self.client.pk])),
            self.browser.post(self._reveal, WHY),
            self.add(),
            self.browser.post(
                reverse("vault:client_edit", args=[self.client.pk]),
                NEW | {"reason": "update", "version": "1"},
            ),
            self.browser.post(reverse("vault:intake"), CHAT | {"book": str(self.client.book_id)}),
            self.browser.post(self._called, NOTED),
            self.browser.post(reverse("vault:communications", args=[self.client.pk]), NOTED),
            post(self.world, part("file", SECRET.encode() * 40, "a.txt") + part("whole", b"whole") + END),
        ):
            assert answer.status_code == 503
            assert "Retry-After" in answer
            assert "根密钥服务没有应答" in answer.content.decode()
            assert "was not saved" in answer.content.decode()
        keys = client_of(self.world.olivia).get(reverse("vault:keys")).content.decode()
        assert "Does not answer" in keys

    def works_again(self) -> None:
        assert self.is_listed()
        assert self.is_revealed()
        assert self.browser.post(self._called, NOTED).status_code == 302
        assert self.add().status_code == 302
        assert Client.objects.count() == 2
        assert "Answers" in client_of(self.world.olivia).get(reverse("vault:keys")).content.decode()


def test_pages_serve_from_the_cache_then_say_503_and_work_again(softhsm: Any, settings: Any) -> None:
    house = House()
    files = on_disk(settings)
    with softhsm():
        assert house.is_listed()
        assert house.is_revealed()
        time_limit_over()
        house.everything_is_refused()
        assert Client.objects.count() == 1
        assert not written_anywhere(settings)
        assert on_disk(settings) == files
    house.works_again()


def rows_everywhere(superuser: Connection) -> dict[str, int]:
    """How many rows each table has, of the house and of the keyring; the log and the sessions apart."""
    with superuser.cursor() as cursor:
        cursor.execute(
            "select oid::regclass::text from pg_class where relkind = 'r' and relname <> 'django_session'"
            " and relnamespace in ('public'::regnamespace, 'keyring'::regnamespace)"
        )
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(" union all ".join(f"select '{name}', count(*) from {name}" for name in tables))
        return dict(cursor.fetchall())


def test_by_the_real_clock_what_is_cached_serves_until_its_limit_and_nothing_is_written_after(
    transit: Any, settings: Any, superuser: Connection
) -> None:
    settings.KEY_CACHE_SECONDS = 2
    house = House()
    files = on_disk(settings)
    with transit():
        assert house.is_listed()
        assert house.is_revealed()
        while house.is_listed():
            time.sleep(0.1)  # asking all the while makes nothing live longer
        assert time.monotonic() - house.begun >= settings.KEY_CACHE_SECONDS
        before, noted = rows_everywhere(superuser), LogEntry.objects.count()
        house.everything_is_refused()
        assert rows_everywhere(superuser) == before
        # What was tried is on record, and no change is.
        newest = LogEntry.objects.order_by("-at")[: LogEntry.objects.count() - noted]
        tried = {Action(entry.action) for entry in newest}
        assert {Action.CLIENT_LIST, Action.CLIENT_VIEW, Action.CLIENT_REVEAL} <= tried
        assert not {Action.CLIENT_CREATE, Action.CLIENT_EDIT, Action.COMMUNICATION_CREATE} & tried
        assert not written_anywhere(settings)
        assert on_disk(settings) == files
    house.works_again()
    assert rows_everywhere(superuser)["vault_client"] == before["vault_client"] + 1


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
