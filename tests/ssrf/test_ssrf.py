"""No address that a stranger chose leads into the network we run in; long run: `make ssrf`."""

import ipaddress

import httpcore
import pytest

from aggregator.connecting import PublicOnly
from aggregator.parsing.ip_addresses import Address
from tests.ssrf.corpus import attacks, look_alikes
from tests.ssrf.harness import Doors, forbidden_connections, refused_look_alikes


@pytest.mark.slow
async def test_no_attack_gets_a_connection() -> None:
    tried, wrong = await forbidden_connections(attacks(200, seed=7), Doors())
    assert tried == 1200
    assert wrong == []


@pytest.mark.slow
async def test_public_addresses_that_look_alike_are_all_allowed() -> None:
    tried, wrong = await refused_look_alikes(look_alikes(150, seed=7), Doors())
    assert tried == 150
    assert wrong == []


class Trusting(PublicOnly):
    """A planted bug: names are not judged, only literal addresses are."""

    async def judged(self, host: str, port: int) -> tuple[Address, ...]:
        try:
            return await super().judged(host, port)
        except httpcore.ConnectError:
            return tuple(map(ipaddress.ip_address, await self._names(host, port)))


async def test_a_guard_that_does_not_judge_names_is_caught() -> None:
    _, wrong = await forbidden_connections(attacks(60, seed=7), Doors(guard=Trusting))
    assert len(wrong) > 20
