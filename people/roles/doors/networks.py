"""Networks in CIDR notation (RFC 4632, RFC 4291), and whether an address lies in one of them.

Pure. An IPv4 address written as IPv6 (::ffff:192.0.2.1, RFC 4291, 2.5.5.2) is the IPv4 address: however a
machine on the way writes it, it is the same one. A list that lets everybody in is no list.
"""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    collapse_addresses,
    ip_address,
    ip_network,
)

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
MOST = 50
_MAPPED = IPv6Network("::ffff:0:0/96")


def read_networks(text: str) -> list[str]:
    """The networks of a text, one a line or with commas between, in their canonical form, each once and none
    within another.

    Raises ValueError, with the piece as its argument, for what is no network: also for one with bits set
    behind its prefix, which somebody meant otherwise; with "everything" where together they are all
    addresses, and with "many" for more than MOST.
    """
    pieces = [piece.strip() for piece in text.replace(",", "\n").splitlines() if piece.strip()]
    if len(pieces) > MOST:
        raise ValueError("many")
    read = [_network(piece) for piece in pieces]
    found: list[Network] = [
        *collapse_addresses(one for one in read if isinstance(one, IPv4Network)),
        *collapse_addresses(one for one in read if isinstance(one, IPv6Network)),
    ]
    if any(one.prefixlen == 0 for one in found):
        raise ValueError("everything")
    return [str(one) for one in found]


def read_address(text: str) -> Address | None:
    """The address, an IPv4 one where it is mapped; None for what is none, or is one of a zone of a
    machine."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return None
        return address.ipv4_mapped or address
    return address


def lies_within(address: Address | None, networks: Iterable[str]) -> bool:
    """Whether the address is in one of the networks. One that is not known is in none."""
    return address is not None and any(address in ip_network(one) for one in networks)


def overlaps(prefix: str, networks: Iterable[str]) -> bool:
    """Whether some address of the prefix (of which alone a session keeps where it is used) is in one of
    them."""
    seen = ip_network(prefix, strict=False)
    return any(seen.version == one.version and seen.overlaps(one) for one in map(ip_network, networks))


def is_part(network: str, others: Iterable[str]) -> bool:
    """Whether all of the network lies in one of the others."""
    one = ip_network(network)
    for other in map(ip_network, others):
        if isinstance(one, IPv4Network) and isinstance(other, IPv4Network) and one.subnet_of(other):
            return True
        if isinstance(one, IPv6Network) and isinstance(other, IPv6Network) and one.subnet_of(other):
            return True
    return False


def _network(piece: str) -> Network:
    try:
        found = ip_network(piece, strict=True)
    except ValueError:
        raise ValueError(piece) from None
    if isinstance(found, IPv4Network):
        return found
    if found.subnet_of(_MAPPED):
        mapped = found.network_address.ipv4_mapped
        assert mapped is not None
        return IPv4Network((mapped, found.prefixlen - _MAPPED.prefixlen))
    if found.supernet_of(_MAPPED) and found.prefixlen:
        raise ValueError(piece)  # would hold every IPv4 address as seen by some machines, and none by others
    return found
