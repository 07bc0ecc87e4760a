"""Networks as they are read, against what `ipaddress` says of single addresses."""

from ipaddress import IPv4Address, IPv6Address, collapse_addresses, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.roles.doors.networks import is_part, lies_within, overlaps, read_address, read_networks

V4 = st.integers(0, 2**32 - 1).map(IPv4Address)
V6 = st.integers(0, 2**128 - 1).map(IPv6Address)
NET4 = st.builds(lambda a, n: ip_network((int(a), n), strict=False), V4, st.integers(1, 32))
NET6 = st.builds(
    lambda a, n: ip_network((IPv6Address(int(a) | 1 << 125), n), strict=False), V6, st.integers(4, 128)
)
NETS = st.lists(st.one_of(NET4, NET6), min_size=1, max_size=6)


@given(NETS, st.one_of(V4, V6))
def test_what_is_read_holds_the_same_addresses(nets: list, address: IPv4Address | IPv6Address) -> None:
    text = "\n".join(map(str, nets))
    if any(one.prefixlen == 0 for one in collapse_addresses(one for one in nets if one.version == 4)):
        with pytest.raises(ValueError, match="everything"):
            read_networks(text)
        return
    read = read_networks(text)
    asked = getattr(address, "ipv4_mapped", None) or address
    assert lies_within(read_address(str(address)), read) == any(asked in net for net in nets)
    assert read_networks(", ".join(read)) == read
    assert all(is_part(str(net), read) for net in nets)


@given(NET4, V4)
def test_a_mapped_address_is_the_ipv4_address(net: object, address: IPv4Address) -> None:
    mapped = read_address(f"::ffff:{address}")
    assert mapped == address
    assert lies_within(mapped, [str(net)]) == (address in net)  # type: ignore[operator]


@given(NET4)
def test_a_mapped_network_is_the_ipv4_network(net: object) -> None:
    address, _slash, length = str(net).partition("/")
    assert read_networks(f"::ffff:{address}/{int(length) + 96}") == [str(net)]


@given(NET4, NET4)
def test_a_part_overlaps(one: object, other: object) -> None:
    if is_part(str(one), [str(other)]):
        assert overlaps(str(one), [str(other)])


@pytest.mark.parametrize(
    "text",
    ["0.0.0.0/0", "::/0", "0.0.0.0/1\n128.0.0.0/1", "::ffff:0:0/96", "::ffff:0:0/97, ::ffff:8000:0/97"],
)
def test_attack_everything_is_no_list(text: str) -> None:
    with pytest.raises(ValueError, match="everything"):
        read_networks(text)


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.1/8",
        "10.0.0.0/33",
        "office",
        "2001:db8::1/48",
        "::/64",
        "1.2.3",
        "10.0.0.0/8/8",
        "::f000:0:0/84",
        "::/1",
    ],
)
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_networks(text)


@pytest.mark.parametrize(
    "text", ["", "unknown", "1.2.3.4:80", "fe80::1%eth0", "203.0.113.7, 1.2.3.4", "０.0.0.0"]
)
def test_attack_what_is_no_address_is_in_no_network(text: str) -> None:
    assert read_address(text) is None
    assert not lies_within(read_address(text), ["203.0.113.0/24", "fe80::/10"])


def test_at_most_fifty() -> None:
    many = "\n".join(f"10.{n}.0.0/17" for n in range(51))
    with pytest.raises(ValueError, match="many"):
        read_networks(many)
    assert ip_address("10.0.0.1") in ip_network(read_networks(many[:11])[0])
