"""`python -m tests.capacity`: how many readers and notices one small machine can serve.

Store and readers double until a daily cycle takes longer than --limit processor seconds. With
--write the figures become docs/capacity.md.
"""

import argparse
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.capacity.growing import A_DAY, FOR_US, Cycle, Size, grown

PAGE = Path(__file__).parents[2] / "docs" / "capacity.md"
HOUR = 3600
PER_GO = 100
HEAD = (
    "| notices kept | readers | mails that morning | the day's notices | the clock | composing "
    "| delivering | in all | database | memory |\n"
    "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)


def row(cycle: Cycle) -> str:
    """One measured day as a line of a table."""
    return (
        f"| {cycle.size.notices:,} | {cycle.size.readers:,} | {cycle.mails:,} "
        f"| {cycle.collect:.1f} s | {cycle.tick:.1f} s | {cycle.compose:.1f} s "
        f"| {cycle.deliver:.1f} s | {cycle.seconds:.1f} s | {cycle.megabytes:,.0f} MB "
        f"| {cycle.peak_megabytes:,.0f} MB |"
    )


def each(cycle: Cycle) -> float:
    """Milliseconds of the morning for one mail."""
    return (cycle.compose + cycle.deliver) / max(cycle.mails, 1) * 1000


def summary(cycles: Sequence[Cycle], limit: float) -> str:
    """What the figures say, as ratios where they can."""
    first, last = cycles[0], cycles[-1]
    fits = [one for one in cycles if one.seconds <= limit]
    size = (
        f"{fits[-1].size.readers:,} readers on {fits[-1].size.notices:,} notices"
        if fits
        else ("not even the first size")
    )
    times = last.size.readers / first.size.readers
    kept = f"- **Within {limit:g} seconds fits {size}**; the next size took {last.seconds:.0f} s."
    return "\n".join(
        (
            kept,
            f"- With {times:g} times the notices and readers, one mail costs "
            f"{each(last) / each(first):.2f} times as much ({each(first):.0f} → {each(last):.0f} "
            "milliseconds to compose and deliver), and one notice "
            f"{last.collect / max(first.collect, 0.001):.2f} times as much "
            f"({first.collect:.1f} → {last.collect:.1f} milliseconds).",
            f"- So an hour of one core is some {round(HOUR / each(last), 1) * 1000:,.0f} mails at "
            "the last size: reckoned from the line above, not measured.",
            f"- The first digests of all {last.size.readers:,} readers, who are told all that is "
            "open and whom no usual day brings at once, took "
            f"{last.first / max(last.compose + last.deliver, 0.001):.1f} times "
            "as long as that morning's.",
        )
    )


def page(cycles: Sequence[Cycle], limit: float) -> str:
    """The page for the documentation."""
    machine = f"Python {platform.python_version()} on 2 cores of {platform.machine()}"
    return f"""\
# What one small machine can do

Measured by `make capacity` ({machine}),
which writes this page; nothing in it is set by hand. A day's cycle is {A_DAY:,} new notices stored,
linked and judged, one in {FOR_US} of them about mental health, the events of the clock, and the
morning's digests composed, kept, and written as files into the outbox. Every reader has asked for
one of ten places and gets a mail. Store and readers double until the cycle takes more than
{limit:g} seconds.

{HEAD}
{chr(10).join(map(row, cycles))}

{summary(cycles, limit)}

How to read it:

- Seconds are those of the processor, so that what else ran on the machine is left out. Waiting for
  the disk and for other machines comes on top.
- One process does it all and uses one core; the second core is for the pages.
- Your mail server is likely to be the narrower gate: at the default of 30 mails a minute
  (`per_minute` of the mail settings) an hour is 1,800 mails. The service itself sends at most
  {PER_GO} in each minute's go, {PER_GO * 60:,} an hour. Reading portals takes hours because they
  are asked slowly, and hardly any processor time.
- Notices are made up and shorter than many real ones; mails hold a few opportunities each.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.capacity", description=__doc__)
    parser.add_argument("--limit", type=float, default=60, help="seconds a daily cycle may take")
    parser.add_argument("--notices", type=int, default=5_000, help="to begin with")
    parser.add_argument("--readers", type=int, default=125, help="to begin with")
    parser.add_argument("--write", action="store_true", help="write docs/capacity.md")
    asked = parser.parse_args()
    cycles = []
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        start = Size(notices=asked.notices, readers=asked.readers)
        for cycle in grown(asked.limit, start, Path(folder)):
            cycles.append(cycle)
            print(row(cycle), flush=True)
    print(f"\n{summary(cycles, asked.limit)}")
    if asked.write:
        PAGE.write_text(page(cycles, asked.limit), encoding="utf-8")
        print(f"\nwritten to {PAGE}", file=sys.stderr)


if __name__ == "__main__":
    main()
