"""The registries' table: ranges of both families, and nothing where none is."""

from pathlib import Path
from typing import Any

import pytest

from compliance.anomalies.countries import country_of

# Documentation ranges, in the format of the registries' statistics.
TABLE = """2|apnic|20261101|4|19830613|20261031|+1000
apnic|*|ipv4|*|2|summary
apnic|CN|ipv4|192.0.2.0|256|20100101|allocated
ripencc|DE|ipv4|198.51.100.0|128|20100101|assigned
ripencc|DE|ipv6|2001:db8:1::|48|20100101|allocated
apnic|JP|asn|64500|1|20100101|allocated
apnic||ipv4|203.0.113.0|256||reserved
"""


@pytest.mark.parametrize(
    ("network", "country"),
    [
        ("192.0.2.0/24", "CN"),
        ("198.51.100.0/25", "DE"),
        ("198.51.100.128/25", None),
        ("2001:db8:1::/48", "DE"),
        ("2001:db8:2::/48", None),
        ("203.0.113.0/24", None),
        ("10.0.0.0/24", None),
        (None, None),
    ],
)
def test_the_country_of_a_network(
    settings: Any, tmp_path: Path, network: str | None, country: str | None
) -> None:
    settings.ADDRESS_COUNTRIES = str(tmp_path / "delegated")
    Path(settings.ADDRESS_COUNTRIES).write_text(TABLE)
    assert country_of(network) == country


def test_without_a_table_no_country_is_guessed(settings: Any) -> None:
    settings.ADDRESS_COUNTRIES = ""
    assert country_of("192.0.2.0/24") is None
