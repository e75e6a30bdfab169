"""`python -m tests.ssrf`: attacks on addresses through every door; 50,000 unless told otherwise."""

import argparse
import asyncio
import sys
import time

from tests.ssrf.corpus import attacks, look_alikes
from tests.ssrf.harness import Doors, forbidden_connections, refused_look_alikes


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.ssrf", description=__doc__)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--public", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    doors = Doors()
    cases = attacks(-(-asked.cases // len(doors.all)), asked.seed)
    tried, wrong = asyncio.run(forbidden_connections(cases, doors))
    public, refused = asyncio.run(
        refused_look_alikes(look_alikes(asked.public, asked.seed), Doors())
    )
    for line in (wrong + refused)[:20]:
        print(line)
    print(f"{tried:,} attacks through {len(doors.all)} doors: {len(wrong)} forbidden connections")
    print(f"{public:,} public look-alikes through 3 doors: {len(refused)} refused")
    print(f"in {time.monotonic() - began:.0f} s, seed {asked.seed}")
    sys.exit(1 if wrong or refused else 0)


main()
