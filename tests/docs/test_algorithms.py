"""docs/algorithms.md names the algorithms that the code uses, and the days by which they are exchanged."""

import re
from datetime import date, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from django.conf import settings
from django.utils.module_loading import import_string
from fido2 import cose

from audit.checkpoints.keys import LogKeys
from audit.merkle import notes
from config import settings as house
from people.oidc.ceremony import ALGORITHMS
from people.passkeys.ceremonies import _server
from vault.crypto import recovery
from vault.crypto.suites import INDEX_HASHES, SUITES

PAGE = (Path(settings.BASE_DIR) / "docs/algorithms.md").read_text(encoding="utf-8")


def row(begins: str) -> set[str]:
    """What stands in backquotes in the second cell of the row about this."""
    [cells] = re.findall(rf"^\| {re.escape(begins)}[^|]*\|([^|]*)\|", PAGE, re.MULTILINE)
    return set(re.findall(r"`([^`]+)`", cells))


def test_the_suites_of_fields_and_searches() -> None:
    assert row("fields of clients") == {suite.name for suite in SUITES.values()}
    assert len(row("search")) == len(set(INDEX_HASHES.values())) == 2


def test_what_signs_the_log_and_holds_the_shares() -> None:
    named = {notes.ED25519: "Ed25519", notes.ML_DSA_44: "ML-DSA-44"}
    keys = LogKeys("log.example", Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate())
    assert row("heads of the log") == {named[key.kind] for key in keys.public()}
    assert row("recovery shares") == {"ML-KEM-768", "X25519"}
    assert (
        len(recovery.new_recovery_key().public) == 1184 + 32
    )  # of ML-KEM-768 (FIPS 203, table 3), of X25519


def test_the_signatures_that_are_taken_from_outside() -> None:
    assert row("identity providers") == set(ALGORITHMS)
    known = {cose.CoseKey.for_alg(one.alg).__name__ for one in _server().allowed_algorithms}
    assert row("passkeys") == known


def test_passwords() -> None:
    [hasher] = house.PASSWORD_HASHERS
    assert import_string(hasher)().encode("x", "a salt of the test").startswith("argon2$argon2id$")
    assert row("passwords") == {"Argon2id"}


def test_there_is_a_next_look_within_a_year_and_every_step_has_its_day() -> None:
    looked, following = re.findall(r"(?:Looked at|Next look): (\d{4}-\d\d-\d\d)", PAGE)
    assert timedelta(0) < date.fromisoformat(following) - date.fromisoformat(looked) < timedelta(days=380)
    steps = PAGE.split("## By when")[1].split("\n## ")[0]
    days = [date.fromisoformat(day) for day in re.findall(r"^\| (\d{4}-\d\d-\d\d) \|", steps, re.MULTILINE)]
    assert days == sorted(days)
    assert len(days) >= 8
