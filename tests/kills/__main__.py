"""The command: print a JSON line with the figures, exit 1 when anything was lost or doubled."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.kills.harness import Plan, trial


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill the process at random moments.")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--channel", choices=("file", "smtp"), default="file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plan = Plan(
            home=Path(folder),
            kills=options.kills,
            seconds=options.seconds,
            seed=options.seed,
            channel=options.channel,
        )
        figures = trial(plan)
    print(json.dumps(figures.as_record()))
    return 0 if figures.sound else 1


sys.exit(main())
