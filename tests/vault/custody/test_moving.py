"""A house moves its root keys from the key file to an HSM (a real SoftHSM2), and back, while people work."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.vault.custody import making
from tests.vault.custody.test_rotation import reads
from tests.vault.keys.providers.test_pkcs11 import PIN, TOKEN, of_house, tokens
from tests.vault.records.makers import ZHANG, acting, add, add_many, book_of
from tools.softhsm import find_softhsm
from vault.custody import running
from vault.custody.approval import RotateKeys
from vault.custody.models import KeyRotation, RotationState
from vault.custody.services import CannotRotate, ask_for_rotation
from vault.keys import inventory, rotation, store
from vault.keys.providers import provider
from vault.keys.providers.file import FileProvider
from vault.keys.service import key_cache
from vault.records.models import ClientBook
from vault.records.search import search

__all__ = ["tokens"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("as_worker")]


@pytest.fixture
def named(settings: Any, tokens: Path, tmp_path: Path) -> Callable[..., None]:
    """Start every process anew with these settings."""
    pin = tmp_path / "pin"
    pin.write_text(PIN)
    settings.KEY_PROVIDER_OPTIONS = {
        "PKCS11_MODULE": find_softhsm(),
        "PKCS11_TOKEN": TOKEN,
        "PKCS11_PIN_FILE": str(pin),
        "PKCS11_LABEL": "sealroom-root",
    }

    def restart(now: str, before: str = "") -> None:
        settings.KEY_PROVIDER, settings.KEY_PROVIDER_BEFORE = now, before
        provider.cache_clear()
        key_cache.cache_clear()

    return restart


def holders() -> list[tuple[str, str]]:
    return [(root.provider, root.state) for root in inventory.root_versions()]


def test_a_house_moves_from_the_file_to_the_hsm_and_back(
    people: SimpleNamespace, book: ClientBook, named: Callable[..., None], settings: Any
) -> None:
    client = add(book)
    named("pkcs11", before="file")
    assert reads(client, people.ming) == ZHANG["notes"]  # nothing has moved: the file still opens it
    fresh = add(book_of(people.ming, name="移机前"))
    done = making.rotated(people)
    assert (done.state, done.keys_broken) == (RotationState.DONE, 0)
    assert holders() == [("pkcs11", "in_force"), ("file", "destroyed")]
    assert done.version_before not in FileProvider(settings.KEYS_DIR).versions()
    named("pkcs11")  # the file is no part of it any more
    (settings.KEYS_DIR / "root-keys.json").unlink()
    for known in (client, fresh):
        assert reads(known, people.ming) == ZHANG["notes"]
    with acting(people.ming):
        assert len(search(actor=people.ming, text=ZHANG["phone"]).rows) == 2
    named("file", before="pkcs11")
    assert making.rotated(people).state == RotationState.DONE
    assert [state for _, state in holders()] == ["in_force", "destroyed", "destroyed"]
    named("file")
    assert reads(client, people.ming) == ZHANG["notes"]
    assert reads(add(book, {"name": "李四", "notes": "y"}), people.ming) == "y"


@pytest.mark.parametrize("step", ["begin_epoch", "end_old_versions"])
def test_killed_between_two_providers_it_goes_on_and_everybody_reads(
    people: SimpleNamespace,
    book: ClientBook,
    named: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    add_many(book, 5)
    client = add(book)
    named("pkcs11", before="file")
    ordered = making.ordered(people)
    real = getattr(rotation, step)

    def killed(*args: object) -> None:
        real(*args)
        raise KeyboardInterrupt  # what it did and had not committed is undone

    monkeypatch.setattr(rotation, step, killed)
    with acting(people.olivia), pytest.raises(KeyboardInterrupt):
        running.carry_out(ordered.pk)
    monkeypatch.setattr(rotation, step, real)
    named("pkcs11", before="file")
    assert reads(client, people.ming) == ZHANG["notes"]
    assert reads(add(book, {"name": "李四", "notes": "y"}), people.ming) == "y"
    with acting(people.olivia):
        running.carry_out(ordered.pk)
    assert KeyRotation.objects.get().state == RotationState.DONE
    named("pkcs11")
    assert of_house().versions() == [store.root_in_force()]
    assert reads(client, people.ming) == ZHANG["notes"]


def test_the_second_officer_reads_where_the_keys_go(
    people: SimpleNamespace, book: ClientBook, named: Callable[..., None]
) -> None:
    here = RotateKeys().preview({"root": store.root_in_force()})
    assert here.facts["to"] == ""
    named("pkcs11", before="file")
    preview = RotateKeys().preview({"root": store.root_in_force()})
    assert preview.facts["to"] == "pkcs11"
    assert "HSM (PKCS#11)" in preview.lines[0]


def test_without_the_provider_before_nothing_begins(
    people: SimpleNamespace, book: ClientBook, named: Callable[..., None]
) -> None:
    named("pkcs11")
    with acting(people.olivia), pytest.raises(CannotRotate, match="KEY_PROVIDER_BEFORE"):
        ask_for_rotation(actor=people.olivia, reason="To the HSM")
    assert holders() == [("file", "in_force")]
    assert of_house().versions() == []
