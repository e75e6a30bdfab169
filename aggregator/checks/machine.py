"""The machine: its clock, the libraries we stand on, who we run as."""

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from importlib import metadata

from aggregator.checks.result import Result, doubtful, fine, refused
from aggregator.parsing import dates
from aggregator.store import Store

SAFE_SQLITE = (3, 51, 3)
"""Versions 3.7.0 to 3.51.2 can lose a checkpoint reset when two processes write (sqlite.org,
"WAL-reset bug"); with one service and the command line beside it that is rare but possible."""

BEHIND = timedelta(days=1)
APART = timedelta(minutes=2)
YEAR_OF_THIS_PROGRAM = 2026
SYNC = "let the machine keep its time: timedatectl set-ntp true"

TRUSTED = "FAIRNOTICE_TRUST_CLOCK"
IS_RIGHT = f"If it is right now and was wrong then, start once with {TRUSTED}=yes"

FLOORS = {"urllib3": (2, 6, 3), "brotli": (1, 2), "h11": (0, 16), "jinja2": (3, 1, 6),
          "lxml": (5, 3), "python-multipart": (0, 0, 18), "starlette": (0, 49, 1)}  # fmt: skip
"""Earlier versions have holes that are known (their own advisories); only where installed."""


def of_clock(
    store: Store, *, now: datetime, environment: Mapping[str, str] = os.environ
) -> Iterator[Result]:
    """Whether this machine's clock can be right: it decides what is due and what is over.

    Where it was wrong once and ahead, what was stored then stays ahead; a person can say so.
    """
    latest = store.counts().latest_notice_at
    if now.year < YEAR_OF_THIS_PROGRAM or (latest and now < latest - BEHIND):
        known = f", but a notice was stored {dates.in_words(latest)}" if latest else ""
        words = f"by this machine's clock it is {dates.in_words(now)}{known}"
        if environment.get(TRUSTED, "").strip().lower() != "yes":
            yield refused("clock", words, f"set the clock, and {SYNC}. {IS_RIGHT}")
        else:
            yield doubtful("clock", words, f"{SYNC}; take {TRUSTED} out once this is over")
        return
    apart = apart_from_portals(store)
    if apart is None:
        yield fine("clock", "no portal has told us its time yet")
    elif abs(apart) > APART:
        which = "ahead of" if apart > timedelta(0) else "behind"
        minutes = abs(apart) // timedelta(minutes=1)
        yield doubtful(
            "clock", f"this machine's clock was {minutes} minutes {which} the last portal's", SYNC
        )
    else:
        yield fine("clock", "this machine's clock agrees with the last portal's")


def apart_from_portals(store: Store) -> timedelta | None:
    """How far we were ahead of the portal that answered last; None where none states its time."""
    seen = store.last_clock()
    if seen is None:
        return None
    try:
        theirs = parsedate_to_datetime(seen[1])
    except ValueError:
        return None
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    return seen[0] - theirs


def of_sqlite(store: Store) -> Iterator[Result]:
    """Whether the SQLite library is free of the known fault, and the safety settings hold."""
    library = store.counts().sqlite
    if tuple(int(part) for part in library.split(".")) < SAFE_SQLITE:
        yield doubtful(
            "sqlite",
            f"SQLite {library}",
            "install the package pysqlite3, or let only one process write at a time",
        )
    else:
        yield fine("sqlite", f"SQLite {library}")
    settings = store.safety()
    off = [name for name, wanted in SAFE_SETTINGS.items() if settings.get(name) != wanted]
    if off:
        yield refused(
            "sqlite",
            f"the database does not keep to its safety settings: {', '.join(off)}",
            "is its folder on an ordinary disk? A write-ahead log needs one",
        )
    else:
        yield fine("sqlite", "the database survives a power cut (write-ahead log, full sync)")


SAFE_SETTINGS: dict[str, object] = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def of_libraries() -> Iterator[Result]:
    """Libraries with holes that are known."""
    for name, floor in FLOORS.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        if numbers(version) < floor:
            wanted = ".".join(str(part) for part in floor)
            yield doubtful(
                "libraries",
                f"{name} {version} has a hole that is known and mended",
                f"install {name} {wanted} or later (make run does, by requirements/run.lock)",
            )


def numbers(version: str) -> tuple[int, ...]:
    """ "2.6.3rc1" -> (2, 6, 3), as far as there are numbers."""
    found = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        found.append(int(digits))
    return tuple(found)


def of_user() -> Iterator[Result]:
    """Whether we have more rights than we need."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        yield doubtful(
            "user",
            "it runs as root",
            "let a user of its own run it, as deploy/fair-notice.service does",
        )
