"""``python -m tests.feeds [COUNT]``: measure the two; exit 1 where an aim is missed.

Not met so far: 300 feeds on a busy machine gave 0.6 times the rate of reader where all is new, 0.1
times where nothing is, within 149 MB. Known causes: an unchanged feed is read again in the child
(for health and further calls), a run writes several durable transactions, and entries are judged.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.feeds.sides import POLLS, SIDES

COUNT = 1000
TIMES_AS_FAST = 2.0
MEGABYTES = 200


@contextmanager
def server() -> Iterator[str]:
    """A fresh server for each side, so that both meet the same turns."""
    command = [sys.executable, "-m", "tests.feeds.server"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    ) as one:
        assert one.stdout
        try:
            yield f"http://127.0.0.1:{int(one.stdout.readline())}"
        finally:
            one.terminate()


def measured(side: str, count: int) -> dict[str, Any]:
    """Seconds and megabytes of one side."""
    with server() as url, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.feeds.sides", side, url, str(count), folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> int:
    """Ratios of one run."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    results = {side: measured(side, count) for side in SIDES}
    for side, result in results.items():
        rates = {poll: round(count / result["seconds"][poll], 1) for poll in POLLS}
        print(json.dumps({"side": side, "feeds_per_second": rates, **result}))
    ours = results["fair-notice"]
    assert ours["entries"] == results["reader"]["entries"], "the two did not find the same"
    met = True
    for poll in POLLS:
        ratio = results["reader"]["seconds"][poll] / ours["seconds"][poll]
        work = results["reader"]["processor_seconds"][poll] / ours["processor_seconds"][poll]
        met &= ratio >= TIMES_AS_FAST
        print(json.dumps({"measure": f"rate of polling, {poll}", "times_reader": round(ratio, 2),
                          "times_its_work": round(1 / work, 2), "aim": TIMES_AS_FAST,
                          "met": ratio >= TIMES_AS_FAST}))  # fmt: skip
    memory = ours["megabytes"]
    print(json.dumps({"measure": "memory", "megabytes": memory, "aim": MEGABYTES,
                      "met": memory <= MEGABYTES}))  # fmt: skip
    return 0 if met and memory <= MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
