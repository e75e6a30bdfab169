"""The command: a JSON line for each drill, exit 1 when anything was lost, doubled or damaged."""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.drills import faults, loads, restores


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description="Drills.")
    parser.add_argument("--backups", type=int, default=100)
    parser.add_argument("--restores", type=int, default=20, help="of each way")
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    sound = True
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if asked.backups:
            began = time.monotonic()
            load = loads.drill(folder / "loads", asked.backups)
            sound = sound and load.sound
            print(json.dumps({"drill": "backups", **vars(load), **took(began)}), flush=True)
        if asked.restores:
            began, by_way, wrong = time.monotonic(), Counter[str](), []
            for way in restores.WAYS:
                for number in range(asked.restores):
                    place = folder / f"{way} {number}"
                    one = restores.drill(place, way, asked.seed + number)
                    by_way[way] += one.mails
                    wrong += [] if one.sound else [vars(one)]
            sound = sound and not wrong
            print(json.dumps({"drill": "restores", "each": asked.restores, "mails": by_way,
                              "wrong": len(wrong), "examples": wrong[:2], **took(began)}),
                  flush=True)  # fmt: skip
        if asked.faults:
            began = time.monotonic()
            fault = faults.drill(folder / "faults", asked.faults, seed=asked.seed)
            sound = sound and fault.sound
            print(json.dumps({"drill": "faults", **vars(fault), **took(began)}), flush=True)
    return 0 if sound else 1


def took(began: float) -> dict[str, int]:
    return {"seconds": round(time.monotonic() - began)}


if __name__ == "__main__":
    sys.exit(main())
