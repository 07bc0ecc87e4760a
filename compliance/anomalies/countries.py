"""The country of a network prefix, where the house keeps a table: ADDRESS_COUNTRIES names a file in the
format of the regional registries' "delegated" statistics (`registry|country|ipv4 or ipv6|first address|how
many or prefix length|…`), which each of the five publishes daily. Without one no country is known, and none
is guessed.

It says where a range was registered, which is mostly where it is used.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address, ip_network
from pathlib import Path

from django.conf import settings

_BITS = {"ipv4": 32, "ipv6": 128}


@dataclass(slots=True)
class Table:
    """Ranges of one family, in order: `firsts` and, beside each, the last address and the country."""

    firsts: list[int] = field(default_factory=list)
    ends: list[tuple[int, str]] = field(default_factory=list)

    def country(self, address: int) -> str | None:
        place = bisect_right(self.firsts, address) - 1
        if place < 0 or address > self.ends[place][0]:
            return None
        return self.ends[place][1]


def read(text: str) -> dict[int, Table]:
    """IP version → ranges. Lines of other kinds (headings, sums, numbers of networks) are left out."""
    found: dict[int, list[tuple[int, int, str]]] = {4: [], 6: []}
    for line in text.splitlines():
        parts = line.split("|")
        if len(parts) < 7 or parts[2] not in _BITS or len(parts[1]) != 2 or not parts[1].isalpha():
            continue
        first = ip_address(parts[3])
        size = int(parts[4]) if first.version == 4 else 1 << (_BITS["ipv6"] - int(parts[4]))
        found[first.version].append((int(first), int(first) + size - 1, parts[1].upper()))
    tables = {}
    for version, ranges in found.items():
        ranges.sort()
        tables[version] = Table([one[0] for one in ranges], [(one[1], one[2]) for one in ranges])
    return tables


@lru_cache(maxsize=1)
def _tables(path: str, _changed: float) -> dict[int, Table]:
    return read(Path(path).read_text(encoding="ascii", errors="replace"))


def country_of(network: str | None) -> str | None:
    """Two letters of ISO 3166-1, as the registry wrote them; None where it is not known."""
    path = settings.ADDRESS_COUNTRIES
    if not path or network is None:
        return None
    prefix = ip_network(network)
    table = _tables(path, Path(path).stat().st_mtime)[prefix.version]
    return table.country(int(prefix.network_address))
