"""`python -m tests.politeness`: a simulated month; every call against the rules is counted."""

import argparse
import sys
import time

from tests.politeness.month import HOUR, World, month, simulated


def said(world: World) -> str:
    """What was seen, in a few lines."""
    kinds = ("robots", "robots not read", "pace", "two at once", "Retry-After", "name")
    counts = "\n".join(f"  against {kind}: {world.wrong[kind]}" for kind in kinds)
    share = world.conditional / max(world.pages, 1)
    return (
        f"{world.pages:,} pages and {world.robots:,} robots.txt asked for, "
        f"{world.rests:,} times told to wait\n{counts}\n"
        f"  conditional: {share:.1%} of the pages; unchanged: {world.unchanged / world.pages:.1%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.politeness", description=__doc__)
    parser.add_argument("--days", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--fault", choices=["ignore Retry-After", "two queues", "no robots"], help="plant one"
    )
    asked = parser.parse_args()
    began = time.monotonic()
    world = simulated(lambda: month(asked.days, asked.seed, asked.fault))
    print(said(world))
    print(*world.examples[:10], sep="\n")
    print(f"{asked.days * 24 * HOUR / 86400:g} days in {time.monotonic() - began:.0f} s")
    sys.exit(1 if world.wrong else 0)


main()
