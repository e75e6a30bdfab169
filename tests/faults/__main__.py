"""The command: print a table of faults and sources; exit 1 where one was not named or cost a
notice."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from tests.faults.harness import EXPECTED, trial

SHARED = Path(os.environ.get("FAIRNOTICE_SHARED") or Path(__file__).parents[3] / "shared")


def main() -> int:
    if not (SHARED / "replay" / "replay.py").is_file():
        print(f"there is no replay in {SHARED}; FAIRNOTICE_SHARED names another folder")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(trial(SHARED, Path(folder), sys.argv[1:] or list(EXPECTED)))
    print("| Fault | Source | Named by run | State after two | In words | Lost afterwards |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        unmet = "not met" if EXPECTED[row.fault] else "of a record"
        named = row.runs or ("NEVER" if row.met and EXPECTED[row.fault] else unmet)
        print(f"| {row.fault} | {row.source} | {named} | {row.state} | {row.words} "
              f"| {row.lost} |")  # fmt: skip
    bad = [row for row in rows if not row.sound]
    print(f"\n{len(rows) - len(bad)} of {len(rows)} named in two runs, nothing lost")
    return 1 if bad else 0


sys.exit(main())
