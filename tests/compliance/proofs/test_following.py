"""The log by HTTP: a standard client follows it, and a stranger learns and costs no more than that."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from audit.checkpoints import keys
from audit.models import LogEntry
from compliance.proofs import public
from tests.audit.checkpoints.conftest import grow, signed_anew
from tests.audit.tree.conftest import House
from tests.compliance.proofs.follower import Follower


@pytest.fixture(autouse=True)
def nobody_asked_yet() -> None:
    cache.clear()


def get(path: str, **headers: str) -> Any:
    return Client().get(f"/log/{path}", headers=headers)


def follower() -> Follower:
    def fetch(path: str) -> bytes:
        answer = get(path)
        assert answer.status_code == 200, path
        return bytes(answer.content)

    return Follower(fetch, keys.load().public()[0].vkey())


def test_a_standard_client_follows_the_log_as_it_grows(
    house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_anew(house, 1, settings, monkeypatch)
    client = follower()
    for more in (0, 254, 1, 1, 255, 65_024, 70):
        if more:
            signed_anew(house, more, settings, monkeypatch)
        client.follow()
    assert client.size == 65_606
    assert {"tile/0/000", "tile/0/256.p/70", "tile/1/000", "tile/2/000.p/1"} <= set(client.asked)


def test_attack_a_client_that_follows_notices_another_history(
    house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_anew(house, 300, settings, monkeypatch)
    client = follower()
    client.follow()
    client.root = bytes(32)
    with pytest.raises(AssertionError, match="another history"):
        client.follow()
    house.ask("alter table log.tile disable trigger refuse_change")
    house.ask("update log.tile set data = set_byte(data, 100, get_byte(data, 100) # 1)")
    with pytest.raises(AssertionError, match="not the signed tree"):
        follower().follow()


def test_before_the_first_checkpoint_there_is_nothing(house: House) -> None:
    grow(house, 300)
    for path in ("checkpoint", "tile/0/000", "tile/0/000.p/1"):
        assert get(path).status_code == 404


def test_attack_what_is_not_signed_yet_is_not_shown(
    house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_anew(house, 300, settings, monkeypatch)
    grow(house, 300)
    assert get("tile/0/001.p/44").status_code == 200
    for path in ("tile/0/001.p/45", "tile/0/001", "tile/0/002.p/1", "tile/1/000.p/2"):
        assert get(path).status_code == 404


def test_each_width_that_a_tile_had_stays(
    house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_anew(house, 300, settings, monkeypatch)
    whole = get("tile/0/000").content
    for width in (1, 44, 255):
        assert get(f"tile/0/000.p/{width}").content == whole[: 32 * width]


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/00/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/64/000",
        "tile/0/x000/000",
        "tile/0/x001",
        "tile/-1/000",
        "tile/entries/000",
        "tile/0/" + "x999/" * 9 + "999",
        "tile/63/" + "x999/" * 20 + "999.p/255",
        "tile/0/000/",
        "tile/0/..%2f",
    ],
)
def test_what_is_no_tile_is_not_found_and_leaves_no_entry(
    house: House, settings: Any, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    signed_anew(house, 300, settings, monkeypatch)
    before = LogEntry.objects.count()
    assert get(path).status_code == 404
    assert LogEntry.objects.count() == before


def test_answers_are_kept_as_long_as_they_hold(
    house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_anew(house, 300, settings, monkeypatch)
    newest, full = get("checkpoint"), get("tile/0/000")
    assert newest["Content-Type"] == "text/plain; charset=utf-8"
    assert newest["Cache-Control"] == "public, max-age=5"
    assert full["Content-Type"] == "application/octet-stream"
    assert "immutable" in full["Cache-Control"]
    assert "Set-Cookie" not in full
    for path, answer in (("checkpoint", newest), ("tile/0/000", full)):
        again = get(path, if_none_match=answer["ETag"])
        assert (again.status_code, again.content) == (304, b"")
    signed_anew(house, 1, settings, monkeypatch)
    assert get("checkpoint", if_none_match=newest["ETag"]).status_code == 200
    for method in ("post", "put", "delete"):
        assert getattr(Client(), method)("/log/checkpoint").status_code == 405


def test_attack_nobody_is_answered_without_end(
    house: House, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_anew(house, 1, settings, monkeypatch)
    monkeypatch.setattr(public, "PER_MINUTE", 3)
    answers = [get("checkpoint").status_code for _ in range(8)]
    assert answers[:3] == [200] * 3
    assert 429 in answers[3:]
    assert get("tile/0/000").status_code in {404, 429}


def test_attack_hashes_alone_are_public(
    house: House, settings: Any, monkeypatch: pytest.MonkeyPatch, folders: Path
) -> None:
    signed_anew(house, 300, settings, monkeypatch)
    (leaf,) = house.ask("select leaf from log.entry limit 1")[0]
    for path in ("checkpoint", "tile/0/000", "tile/0/001.p/44"):
        assert bytes(leaf) not in get(path).content  # type: ignore[call-overload]
