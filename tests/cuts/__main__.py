"""The command: print a JSON line with the figures, exit 1 when anything is worse than promised."""

import argparse
import sys
import time

from tests.cuts.harness import checked, recorded
from tests.cuts.images import as_json


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cuts", description="Power cuts.")
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--cycles", type=int, default=6)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--synchronous", choices=("FULL", "NORMAL", "OFF"), default="FULL")
    asked = parser.parse_args()
    began = time.monotonic()
    recording = recorded(cycles=asked.cycles, synchronous=asked.synchronous)
    figures = checked(recording, images=asked.images, processes=asked.processes)
    print(
        as_json(
            figures,
            synchronous=asked.synchronous,
            calls=len(recording.steps),
            commits=recording.commits,
            mails=len(recording.mails),
            seconds=round(time.monotonic() - began),
        )
    )
    return 1 if figures.wrong else 0


sys.exit(main())
