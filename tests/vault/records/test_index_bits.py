"""The bits of every index as shipped, against the arithmetic that docs/crypto.md writes down."""

import math
import re
from pathlib import Path

import pytest
from django.conf import settings

from vault.records.labels import IndexLabel

CLIENTS = 1_000_000
# The row of the table that speaks of each index.
WHOLE = "phone, ID, e-mail, credit code, bank account, whole name"
ROW_OF = {
    IndexLabel.PHONE: WHOLE,
    IndexLabel.ID_NUMBER: WHOLE,
    IndexLabel.EMAIL: WHOLE,
    IndexLabel.CREDIT_CODE: WHOLE,
    IndexLabel.BANK_ACCOUNT: WHOLE,
    IndexLabel.NAME: WHOLE,
    IndexLabel.NAME_AND_PHONE_END: "name and last four of the phone",
    IndexLabel.PHONE_END: "last four of phone, of account",
    IndexLabel.ACCOUNT_END: "last four of phone, of account",
    IndexLabel.NAME_PART: "part of a name",
}
SEARCHED = sorted(set(IndexLabel) - {IndexLabel.UNIQUE})


def written() -> dict[str, tuple[float, int, int]]:
    """Index → K (the most that is claimed), b, and C at a million, as the table has them."""
    text = (Path(settings.BASE_DIR) / "docs" / "crypto.md").read_text(encoding="utf-8")
    table = text.split("### How many bits")[1].split("## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| ")]
    found = {}
    for name, entropy, bits, held, _from in (map(str.strip, row) for row in rows[1:]):
        most = float(re.findall(r"[0-9.]+", entropy)[-1])
        found[name] = (most, int(bits), int(re.findall(r"[0-9]+", held)[0]))
    return found


def test_every_index_is_argued_for() -> None:
    assert set(ROW_OF) == set(SEARCHED)
    assert set(ROW_OF.values()) == set(written())
    assert IndexLabel.UNIQUE.bits == 128  # equality decides there, and nothing is searched


@pytest.mark.parametrize("label", SEARCHED, ids=lambda label: label.code)
def test_an_equal_token_proves_no_equal_value_and_opens_few(label: IndexLabel) -> None:
    """CipherSweet's rule at a million clients: 2 ≤ R / 2^min(b, K) < √R."""
    entropy, bits, candidates = written()[ROW_OF[label]]
    assert label.bits == bits
    # Values of less entropy than the token has bits are told apart by the token, however many bits it has.
    held = CLIENTS / 2 ** min(label.bits, entropy)
    assert 2 <= held < math.sqrt(CLIENTS)
    assert int(CLIENTS / 2**bits) == pytest.approx(candidates, abs=1)
    assert label.bits < entropy
