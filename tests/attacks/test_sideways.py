"""Invariant 7: plaintext through side doors: admin, serialisers, debug pages, logs, tasks, queue, cache."""

import json
import logging
import os
import subprocess
import sys
import tracemalloc
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis
from django.conf import settings
from django.core import serializers
from django.core.exceptions import FieldError
from django.test import Client as Browser
from django.test import RequestFactory
from django.views.debug import ExceptionReporter
from kombu.exceptions import EncodeError

from audit.actions import Action
from config.celery import app
from tests.cast import client_of
from tests.vault.records.conftest import book, people
from tests.vault.records.makers import ZHANG, acting, add
from vault.access import Mode, access
from vault.crypto.envelope import OpenKey
from vault.crypto.keywrap import KeyKind, new_key_ids
from vault.keys.cache import KeyCache, Opened
from vault.records.entries import client_entry
from vault.records.importing.tasks import check
from vault.records.models import Client, ClientBook

__all__ = ["book", "people"]

pytestmark = pytest.mark.django_db
SECRETS = [value for value in ZHANG.values() if len(value) > 2]
CACHED = 4096


@contextmanager
def opened(client: Client) -> Iterator[Client]:
    with acting(client.book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
        assert client.phone == ZHANG["phone"]
        yield client


def shows(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_i7_there_is_no_admin_site_to_read_clients_in() -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert not [name for name in sys.modules if name == "rest_framework"]


@pytest.mark.parametrize("form", ["json", "xml", "python", "jsonl"])
def test_i7_plaintext_through_a_serializer(book: ClientBook, form: str) -> None:
    with opened(add(book)) as client, pytest.raises(FieldError):
        serializers.serialize(form, [client])


def test_i7_plaintext_through_json_and_dict(book: ClientBook) -> None:
    with opened(add(book)) as client:
        assert shows(json.dumps(client.__dict__, default=str)) == []


def test_i7_plaintext_through_a_debug_page(book: ClientBook) -> None:
    """Debug is off; should somebody turn it on, the locals of every frame are printed."""
    with opened(add(book)) as client:
        try:
            with access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)) as context:
                raise ValueError(client, context)
        except ValueError:
            report = ExceptionReporter(RequestFactory().get("/"), *sys.exc_info())
    assert settings.DEBUG is False
    assert shows(report.get_traceback_html() + report.get_traceback_text()) == []


def test_i7_plaintext_through_a_log_line(book: ClientBook, caplog: pytest.LogCaptureFixture) -> None:
    with opened(add(book)) as client, caplog.at_level(logging.DEBUG):
        logging.getLogger("vault").warning("%s %r %s", client, client, vars(client))
        try:
            raise RuntimeError(repr(client))
        except RuntimeError:
            logging.getLogger("vault").exception("failed")
    assert caplog.text
    assert shows(caplog.text) == []


def test_i7_plaintext_through_a_task_argument(book: ClientBook) -> None:
    """A record does not fit into a message: the queue takes JSON, and a record has no JSON."""
    with opened(add(book)) as client, pytest.raises(EncodeError):
        app.send_task("vault.records.importing.tasks.run", args=[client])


def test_i7_nothing_of_a_client_lies_in_the_queue_or_the_cache(people, book: ClientBook) -> None:
    client, browser = add(book), client_of(people.ming)
    for path in ("/clients/", f"/clients/{client.pk}/", f"/clients/{client.pk}/versions/"):
        assert browser.get(path).status_code == 200
    assert browser.post("/clients/search/", {"q": ZHANG["phone"]}).status_code == 200
    store = redis.from_url(settings.REDIS_URL)
    check.delay(str(uuid.uuid4()))
    assert Browser().get("/notice/guessed/").status_code == 404  # counted
    held = list(store.scan_iter())
    assert app.conf.task_default_queue.encode() in held
    assert [key for key in held if b"notice" in key], held
    texts = [repr(store.dump(key)) for key in held] + [repr(key) for key in held]
    assert shows("".join(texts)) == []


def test_keys_in_memory_are_bounded_under_a_profile() -> None:
    """Four times as many keys as the cache holds: the memory of the surplus is given back."""
    cache, compartment = KeyCache(size=CACHED, seconds=300), uuid.uuid4()

    def fill() -> None:
        for _ in range(4):
            ids = new_key_ids(CACHED)
            cache.put_many(
                {key: Opened(KeyKind.SUBJECT, compartment, OpenKey(key, bytes(32))) for key in ids}
            )

    fill()
    tracemalloc.start()
    try:
        fill()
        full, _ = tracemalloc.get_traced_memory()
        fill()
        fuller, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(cache) == CACHED
    assert full < CACHED * 4096  # 4 KiB a key, in bytes
    assert fuller < full * 1.1


# Rounds of new keys of every kind through the process's own cache, each used once, so that the objects of
# OpenSSL are there, too. RSS counts them, which tracemalloc does not see.
FILLS = """
import django, re, uuid
from pathlib import Path
django.setup()
from django.conf import settings
from vault.crypto.blind import IndexKey, token
from vault.crypto.chunks import ChunkSealer, FileBinding, FileKey
from vault.crypto.envelope import OpenKey, seal
from vault.crypto.keywrap import KeyKind, WrappingKey, new_key_ids, wrap_many
from vault.crypto.suites import PROFILES
from vault.keys.cache import Opened
from vault.keys.service import key_cache

secret, place = bytes(range(32)), uuid.uuid4()

def used(kind, key_id, suite):
    if kind is KeyKind.SUBJECT:
        key = OpenKey(key_id, secret, suite)
        key.aead.encrypt(bytes(12), b"value", b"")
    elif kind is KeyKind.INDEX:
        key = IndexKey(key_id, secret, "client.phone", suite)
        token(key, "13800138000", 16)
    elif kind is KeyKind.FILE:
        key = FileKey(key_id, secret)
        sealer = ChunkSealer(key, FileBinding(place.bytes, place.bytes))
        sealer.update(b"value"), sealer.finish()
    else:
        key = WrappingKey(key_id, secret)
        key.aead.encrypt(bytes(12), secret, b"")
    return Opened(kind, place, key, handle=key_id)

def rss():
    return int(re.search(r"VmRSS:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

suites = [profile.suite for profile in PROFILES.values()]
kinds = list(KeyKind) * settings.KEY_CACHE_SIZE
for round in range(4):
    before = rss() if round < 2 else before
    ids = new_key_ids(2 * settings.KEY_CACHE_SIZE)
    for at in range(0, len(ids), 512):
        chosen = zip(ids[at : at + 512], kinds)
        key_cache().put_many({n: used(kind, n, suites[n % len(suites)]) for n, kind in chosen})
    if round == 0:
        print(len(key_cache()), rss() - before)
print(len(key_cache()), rss() - before)
"""


def test_the_key_cache_of_the_process_is_bounded_with_what_openssl_holds() -> None:
    """Twice as many keys as it holds, four times: the first round fills it, and three add next to nothing."""
    said = subprocess.run(
        [sys.executable, "-c", FILLS], env=os.environ, capture_output=True, text=True, check=True
    ).stdout.split()
    held, filled, held_after, grown = map(int, said)  # keys, KiB
    assert held == held_after == settings.KEY_CACHE_SIZE
    assert filled < settings.KEY_CACHE_SIZE * 16  # 16 KiB a key
    assert grown < filled / 2
