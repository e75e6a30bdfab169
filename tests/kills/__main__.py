"""The command: print a JSON line with the figures, exit 1 when anything was lost or doubled."""

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.kills.compositions import PLANTED
from tests.kills.harness import Plan, trial
from tests.kills.syscalls import every_call

ENOUGH_TO_SEE = 1000
"""Kills within which a planted fault has to be seen."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill the process and count.")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--channel", choices=("file", "smtp"), default="smtp")
    parser.add_argument("--planted", action="store_true", help="are planted faults seen?")
    parser.add_argument("--syscalls", action="store_true", help="before every call to the kernel")
    parser.add_argument("--step", type=int, default=1, help="only before every STEPth call")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=quick_disk()) as folder:
        plan = Plan(
            home=Path(folder),
            kills=options.kills,
            seconds=options.seconds,
            seed=options.seed,
            channel=options.channel,
        )
        if options.planted:
            return 0 if planted(plan) else 1
        figures = every_call(plan, step=options.step) if options.syscalls else trial(plan)
    print(json.dumps(figures.as_record()))
    return 0 if figures.sound else 1


def quick_disk() -> str | None:
    """A kill is no power cut: memory keeps what was written as well as a disk does."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def planted(plan: Plan) -> bool:
    """Whether every planted fault is seen, each in a home of its own."""
    seen = True
    for number, fault in enumerate(PLANTED):
        home = plan.home / str(number)
        home.mkdir()
        one = replace(
            plan, home=home, kills=ENOUGH_TO_SEE, composition=fault, stop_early=True, channel="smtp"
        )
        figures = trial(one)
        seen = seen and not figures.sound
        print(json.dumps({"planted": fault.name, "seen": not figures.sound} | figures.as_record()))
    return seen


sys.exit(main())
