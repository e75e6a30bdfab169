"""Addresses that must never be connected to, in every spelling, and public ones that look alike.

The blocks stand here a second time, on purpose: a slip in the program's own list must show.
"""

import ipaddress
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

GOOD = "198.41.0.4"
PORTAL = "portal.example.org"
V4 = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
]
V6 = [
    "::/128",
    "::1/128",
    "::ffff:0:0/96",
    "::/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/32",
    "2001:2::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:db8::/32",
    "2002::/16",
    "3ffe::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
    "4000::/3",
    "e000::/4",
]
FAMOUS = ("169.254.169.254", "127.0.0.1", "10.0.0.1", "192.168.0.1", "172.17.0.1", "0.0.0.0")
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
CIRCLED = str.maketrans("123456789", "①②③④⑤⑥⑦⑧⑨")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One attack (or one public look-alike): a URL, and what each name in it resolves to.

    answers: name -> the answers of one look-up after the other, the last for ever.
    """

    url: str
    kind: str
    answers: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)


def spellings(address: ipaddress.IPv4Address) -> list[str]:
    """An IPv4 address in thirty ways that some program somewhere understands."""
    number, (a, b, c, d) = int(address), address.packed
    high, low = number >> 16, number & 0xFFFF
    return [
        f"{address}",
        f"{number}",
        f"0x{number:x}",
        f"0X{number:X}",
        f"0{number:o}",
        f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        f"{a}.{number & 0xFFFFFF}",
        f"{a}.{b}.{low}",
        f"0x{a:02x}.{b}.0{c:o}.{d}",
        f"{a:03}.{b:03}.{c:03}.{d:03}",
        f"{address}.",
        str(address).translate(FULL_WIDTH),
        str(address).translate(CIRCLED),
        str(address).replace(".", "。"),
        "".join(f"%{ord(sign):02x}" for sign in str(address)),
        f"[::ffff:{address}]",
        f"[::ffff:{high:x}:{low:x}]",
        f"[::{address}]",
        f"[::{high:x}:{low:x}]",
        f"[64:ff9b::{high:x}:{low:x}]",
        f"[2002:{high:x}:{low:x}::1]",
        f"[2001:0:4136:e378:8000:63bf:{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}]",
        f"[fe80::5efe:{high:x}:{low:x}]",
        f"[0:0:0:0:0:ffff:{high:x}:{low:x}]",
        f"[::ffff:0:{high:x}:{low:x}]",
        f"[{address}]",
        f"{number + 2**32}",
        f"{a + 256}.{b}.{c}.{d}",
        f"{address}%00.example.org",
    ]


TRICKS = (
    "https://{bad}:80\\@example.org/",
    "https://example.org@{bad}/",
    "https://example.org:443@{bad}/",
    "https://example.org\\@{bad}/",
    "https://{bad}\\.example.org/",
    "https://example.org#@{bad}/",
    "https://{bad}#.example.org/",
    "https://{bad}?.example.org/",
    "https://{bad}\t.example.org/",
    "https://example.org\t@{bad}/",
    "https://{bad}%2f.example.org/",
    "https://{bad}%23.example.org/",
    "https:///{bad}/",
    "https:{bad}/",
    "https:\\\\{bad}/",
    "//{bad}/",
    "https://{bad}:443:80/",
    "https://\u2028{bad}/",
    "https://{bad}\u2024example.org/",
    "HTTPS://{bad}/",
    "https://{bad}:0443/",
    "http://{bad}/",
    "ftp://{bad}/",
    "gopher://{bad}:70/_x",
    "https://x:y@{bad}/",
    "https://{bad}/../@example.org/",
    "https://[::ffff:{bad}]/",
    "https://{bad}\r\nHost: example.org\r\n/",
    "https://{bad}\x00.example.org/",
    " https://{bad}/",
)


def bad_address(chance: random.Random) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An edge or a sample of a special block."""
    block = ipaddress.ip_network(chance.choice((*V4, *V6)))
    last = block.num_addresses - 1
    return block[chance.choice((0, last, min(1, last), max(last - 1, 0), chance.randint(0, last)))]


def bad_v4(chance: random.Random) -> ipaddress.IPv4Address:
    """The same of IPv4, the best known ones often."""
    if chance.random() < 0.3:
        return ipaddress.IPv4Address(chance.choice(FAMOUS))
    block = ipaddress.IPv4Network(chance.choice(V4))
    return block[chance.choice((0, -1, chance.randrange(block.num_addresses)))]


def attacks(count: int, seed: int) -> Iterator[Case]:
    """So many attacks, of all kinds in turn."""
    chance = random.Random(seed)
    for number in range(count):
        yield ATTACKS[number % len(ATTACKS)](chance, number)


def spelled(chance: random.Random, number: int) -> Case:
    host = chance.choice(spellings(bad_v4(chance)))
    return Case(url=f"https://{host}/hook", kind="spelling")


def plain(chance: random.Random, number: int) -> Case:
    address = bad_address(chance)
    host = f"[{address}]" if address.version == 6 else str(address)
    return Case(url=f"https://{host}/hook", kind="block")


def trick(chance: random.Random, number: int) -> Case:
    address = bad_v4(chance)
    bad = str(address) if chance.random() < 0.5 else chance.choice(spellings(address))
    return Case(url=chance.choice(TRICKS).format(bad=bad), kind="parser")


def named(chance: random.Random, number: int) -> Case:
    answers = [str(bad_address(chance))]
    if chance.random() < 0.5:
        answers = chance.sample([GOOD, *answers], 2)
    name = chance.choice(("hooks{}.example.org", "localhost{}.example.org", "a{}.internal")).format(
        number
    )
    return Case(url=f"https://{name}/hook", kind="name", answers={name: (tuple(answers),)})


def rebound(chance: random.Random, number: int) -> Case:
    name = f"moves{number}.example.org"
    answers = ((GOOD,),) * chance.randint(0, 1) + ((str(bad_address(chance)),),)
    return Case(url=f"https://{name}/hook", kind="rebinding", answers={name: answers})


def near_home(chance: random.Random, number: int) -> Case:
    name = chance.choice(
        ("localhost", "LOCALHOST", "localhost.", "x.localhost", "ip6-localhost", "ip6-loopback")
    )
    return Case(
        url=f"https://{name}/hook", kind="localhost", answers={name.lower(): (("127.0.0.1",),)}
    )


ATTACKS = (spelled, plain, trick, named, rebound, near_home)


def look_alikes(count: int, seed: int) -> Iterator[Case]:
    """Public addresses that only look like special ones: all of them must be allowed."""
    chance = random.Random(seed)
    outside = [
        str(one) for one in map(ipaddress.ip_address, neighbours()) if is_plainly_public(one)
    ]
    for number in range(count):
        address = outside[number] if number < len(outside) else random_public(chance)
        host = f"[{address}]" if ":" in address else address
        if number % 2:
            host = chance.choice(NAMES).format(number)
            yield Case(url=f"https://{host}/hook", kind=address, answers={host: ((address,),)})
        else:
            yield Case(url=f"https://{host}/hook", kind=address)


NAMES = (
    "127.0.0.1.n{}.example.org",
    "10.n{}.example.org",
    "localhost.n{}.example.org",
    "0x7f000001.n{}.example.org",
    "169-254-169-254.n{}.example.org",
    "metadata.n{}.example.org",
    "fe80--1.n{}.example.org",
)


def neighbours() -> Iterator[str]:
    """The addresses right before and behind every special block."""
    for text in (*V4, *V6):
        block = ipaddress.ip_network(text)
        for number in (int(block[0]) - 1, int(block[-1]) + 1):
            if 0 <= number < 2**block.max_prefixlen:
                yield str(type(block[0])(number))


def is_plainly_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """By the lists above and the standard library together."""
    blocks = [ipaddress.ip_network(text) for text in (*V4, *V6)]
    if any(address in block for block in blocks if block.version == address.version):
        return False
    unicast = address.version == 4 or address in ipaddress.IPv6Network("2000::/3")
    return unicast and address.is_global and not address.is_multicast


def random_public(chance: random.Random) -> str:
    while True:
        number = chance.choice((chance.getrandbits(32), chance.getrandbits(125) | 0x1 << 125))
        address = ipaddress.ip_address(number)
        assigned = address.version == 4 or address in ipaddress.IPv6Network("2a00::/12")
        if assigned and is_plainly_public(address):
            return str(address)
