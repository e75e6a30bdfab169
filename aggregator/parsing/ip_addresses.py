"""Which addresses of the internet are public: what may be connected to on behalf of a stranger.

Explicit tables, because `ipaddress.is_global` calls loopback public when it is written in one of
several IPv6 disguises (IPv4-compatible, NAT64, 6to4), and multicast and site-local too. The tables
follow the special-purpose registries of IANA (RFC 6890 and its updates) and leave out whatever is
not plain public unicast; public relays and translators are left out as well, since they carry an
IPv4 address that nobody judged.
"""

import ipaddress
import re

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

SPECIAL_V4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network, RFC 791
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # shared by carriers, RFC 6598
        "127.0.0.0/8",  # loopback, RFC 1122
        "169.254.0.0/16",  # link local, and metadata of cloud machines, RFC 3927
        "172.16.0.0/12",  # private, RFC 1918
        "192.0.0.0/24",  # protocol assignments, RFC 6890
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.31.196.0/24",  # AS112, RFC 7535
        "192.52.193.0/24",  # AMT, RFC 7450
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "192.168.0.0/16",  # private, RFC 1918
        "192.175.48.0/24",  # AS112, RFC 7534
        "198.18.0.0/15",  # benchmarks, RFC 2544
        "198.51.100.0/24",  # documentation, RFC 5737
        "203.0.113.0/24",  # documentation, RFC 5737
        "224.0.0.0/4",  # multicast, RFC 5771
        "240.0.0.0/4",  # reserved and broadcast, RFC 1112
    )
)
"""IPv4 blocks that are not the public internet."""

PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")
"""All of global unicast (RFC 4291): what lies outside is never public."""

SPECIAL_V6 = tuple(
    ipaddress.IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, Teredo among them, RFC 2928
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4 carries an IPv4 address, RFC 3056
        "2620:4f:8000::/48",  # AS112, RFC 7534
        "3ffe::/16",  # former test network, returned, RFC 3701
        "3fff::/20",  # documentation, RFC 9637
    )
)
"""IPv6 blocks inside global unicast that are not the public internet."""

CANONICAL_V4 = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}", re.ASCII)
LOOKS_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.ASCII | re.IGNORECASE)


def is_public(address: Address) -> bool:
    """Whether an address is plain public unicast."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in block for block in SPECIAL_V4)
    if address.scope_id is not None or address not in PUBLIC_V6:
        return False
    return not any(address in block for block in SPECIAL_V6)


def is_loopback(address: Address) -> bool:
    """Whether an address is this machine itself, in the two plain spellings 127.x.y.z and ::1."""
    return address.is_loopback and (address.version == 4 or address == ipaddress.IPv6Address(1))  # noqa: PLR2004


def literal(host: str) -> Address | None:
    """The address a URL's host names by number, None where it is a name.

    Raises ValueError for numbers in any other spelling than the canonical one (0x7f.1, 127.1,
    017700000001, 2130706433, a zone after %), because programs disagree about what they mean.
    """
    text = host.removeprefix("[").removesuffix("]")
    if ":" in text:
        if "%" in text:
            raise ValueError("an address with a zone is only ever one of this machine's neighbours")
        return ipaddress.IPv6Address(text)
    if CANONICAL_V4.fullmatch(text):
        return ipaddress.IPv4Address(text)
    if LOOKS_NUMERIC.fullmatch(text.rstrip(".").rpartition(".")[2]):
        raise ValueError("an address in numbers must look like 192.0.2.1")
    return None
