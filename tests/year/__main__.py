"""The command: print the figures as JSON, exit 1 when anything was lost, doubled or late."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.year.simulation import Year, is_sound


def main() -> int:
    parser = argparse.ArgumentParser(description="Simulate a year.")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--sources", type=int, default=25)
    parser.add_argument("--subscribers", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9, help="end early after so long")
    options = parser.parse_args()
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        report = Year(Path(folder), **vars(options)).run()
    print(json.dumps(report, indent=1))
    return 0 if is_sound(report) else 1


sys.exit(main())
