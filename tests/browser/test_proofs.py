"""Verifying a proof in a real browser, without the server: what is proved, and everything that is not."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from django.utils import timezone
from playwright.sync_api import Page, expect

from audit.checkpoints import keys, places
from audit.checkpoints.keys import LogKeys
from audit.merkle.body import Body
from audit.merkle.hashing import leaf_hash, root_of
from audit.merkle.proofs import inclusion_proof
from compliance.proofs.files import proof_file
from tests.browser.chromium import axe_violations, overflow
from tests.browser.conftest import Site
from tests.browser.words import foreign_words
from tests.cast import cast
from vault.keys.providers import provider

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEYS = LogKeys("example.com/log", Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate())
OTHER = LogKeys("example.com/log", Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate())
LEAVES = [json.dumps({"id": n, "text": "<b>封匣</b>"}, ensure_ascii=False).encode() for n in range(11)]


def _hashes(level: int, index: int) -> bytes:
    return root_of(map(leaf_hash, LEAVES[index << level : (index + 1) << level]))


NOTE = KEYS.sign(Body(KEYS.origin, 11, _hashes(4, 0)).text()).encoded()
PROOF = inclusion_proof(_hashes, 10, 11)
GOOD = proof_file(LEAVES[10], 10, PROOF, NOTE)
VKEYS = "\n".join(key.vkey() for key in KEYS.public())


def verify(page: Page, folder: Path, data: bytes, key: str = VKEYS) -> Any:
    path = folder / "a.tlog-proof"
    path.write_bytes(data)
    page.locator("[name=proof]").set_input_files(path)
    page.locator("[name=key]").fill(key)
    page.locator("[data-result]").evaluate("one => { delete one.dataset.result; }")
    page.locator("[data-verify] button").click()
    expect(page.locator("[data-result][data-result]")).to_be_visible()
    page.wait_for_function("document.querySelector('[data-result]').dataset.result")
    return page.locator("[data-result]")


@pytest.mark.parametrize(("language", "phone"), [("zh-hans", True), ("en", False)])
def test_a_proof_is_verified_in_the_browser_with_the_network_cut(
    transactional_db: None, live_site: Site, tmp_path: Path, language: str, phone: bool
) -> None:
    page = live_site.open(language=language, phone=phone)
    page.goto("/log/verify/")
    assert axe_violations(page) == []
    assert foreign_words(page, language, []) == []
    page.context.set_offline(True)
    result = verify(page, tmp_path, GOOD)
    expect(result).to_have_attribute("data-result", "success")
    expect(result).to_contain_text("example.com/log")
    expect(page.locator("[data-entry]")).to_have_text(LEAVES[10].decode())
    assert overflow(page) <= 0
    assert axe_violations(page) == []
    page.context.set_offline(False)
    page.close()


def test_attack_nothing_else_is_proved(transactional_db: None, live_site: Site, tmp_path: Path) -> None:
    page = live_site.open(language="en", phone=False)
    page.goto("/log/verify/")
    wrong = {
        proof_file(LEAVES[9], 10, PROOF, NOTE): "the entry is not in the log",
        proof_file(LEAVES[10], 9, PROOF, NOTE): "the entry is not in the log",
        proof_file(LEAVES[10], 10, PROOF[:-1], NOTE): "the entry is not in the log",
        proof_file(LEAVES[10], 11, PROOF, NOTE): "the entry is not in the log",
        GOOD.replace(b"\n11\n", b"\n12\n"): "not signed by this key",
        GOOD.replace(base64.b64encode(_hashes(4, 0)), base64.b64encode(bytes(32))): "not signed by this key",
        proof_file(
            LEAVES[10], 10, PROOF, OTHER.sign(Body("example.com/log", 11, _hashes(4, 0)).text()).encoded()
        ): ("not signed by this key"),
        b"hello": "not the proof of an entry",
        GOOD.replace(b"extra ", b"extra !"): "not the proof of an entry",
    }
    for data, words in wrong.items():
        result = verify(page, tmp_path, data)
        expect(result).to_have_attribute("data-result", "danger")
        expect(result).to_contain_text(words)
        expect(page.locator("[data-entry]")).to_be_hidden()
    for key in ("x", OTHER.public()[1].vkey(), VKEYS.split("\n", maxsplit=1)[0].replace("+0", "+1", 1)[:-4]):
        expect(verify(page, tmp_path, GOOD, key)).to_contain_text("not a public key")
    page.close()


@pytest.mark.parametrize(("language", "dark"), [("zh-hans", False), ("en", True)])
def test_the_page_of_the_sinks_can_be_read_when_something_is_amiss(
    transactional_db: None,
    live_site: Site,
    sign_in: Callable[..., Page],
    tmp_path: Path,
    settings: Any,
    language: str,
    dark: bool,
) -> None:
    provider()  # the vault's root keys stay where they are
    settings.SINKS_DIR, settings.KEYS_DIR = tmp_path, tmp_path / "keys"
    settings.CHECKPOINTS_MAIL_TO = ["notary@qq.com", "buyer@example.org"]
    log = keys.make()
    note = log.sign(Body(log.origin, 300, bytes(32)).text()).encoded().decode()
    told = {"why": "restore", "request": str(uuid4()), "asked_by": "a", "decided_by": "b", "agreed_root": ""}
    told |= {"origin": log.origin, "note": note, "at": "2026-11-23T00:00:00Z"}
    keys.begin_anew(keys.Former(size=300, agreed=0, kept=0, **told))
    places.change(
        "file.2", error="not-written", tried_at=timezone.now(), found="other", compared_at=timezone.now()
    )
    page = sign_in(cast()["olivia"], language=language, phone=dark, dark=dark)
    page.goto("/compliance/checkpoints/")
    assert page.locator(".amiss").count() == 2
    assert foreign_words(page, language, ["Olivia", "olivia"]) == []
    assert axe_violations(page) == []
    assert overflow(page) <= 0


def test_without_scripts_the_page_says_what_to_use(
    transactional_db: None, live_site: Site, sign_in: Callable[..., Page]
) -> None:
    answer = live_site.open(language="en", phone=False).request.get("/log/verify/")
    assert "tools/verify_evidence.py" in answer.text()
