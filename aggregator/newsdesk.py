"""The bulletin of a running instance: whom it is for, and the files the host takes away."""

import base64
from datetime import datetime
from pathlib import Path
from typing import Any

from aggregator import app, bulletin, criteria, publish, service, tick
from aggregator.app import Instance
from aggregator.errors import ConfigError
from aggregator.model import Criteria, Edition, Host
from aggregator.service import FixedClock
from aggregator.store import Store

FOLDER = "bulletin"
LOGO_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


def wanted(host: Host, store: Store) -> tuple[Criteria, ...]:
    """What the bulletin is about: mental health in the host's place and in the whole nation, and
    what the host's groups ask for.

    Raises ConfigError where the place means nothing to us.
    """
    return (of_place(host), *(group.criteria for group in store.groups()))


def of_place(host: Host) -> Criteria:
    """What is about mental health where the host is. Raises ConfigError."""
    if host.place is None:
        return Criteria()
    codes = criteria.place_codes(host.place)
    if isinstance(codes, str):
        raise ConfigError(codes, file="fairnotice.yaml", field="host.place")
    return Criteria(places=codes)


def compose(instance: Instance, store: Store, *, now: datetime) -> Edition:
    """The edition to come as a draft, as of `now`."""
    tick.run(store=store, clock=FixedClock(now))
    return publish.compose(**parts(instance, store, now))


def print_edition(instance: Instance, store: Store, *, now: datetime) -> Edition:
    """This week's edition, published. Raises FairNoticeError where it is published already."""
    tick.run(store=store, clock=FixedClock(now))
    return publish.publish(**parts(instance, store, now))


def print_if_due(instance: Instance, store: Store, *, now: datetime) -> Edition | None:
    """This week's edition, published, where it should be out by now and is not."""
    if not publish.is_due(now, hour=instance.settings.digest_hour, store=store):
        return None
    return print_edition(instance, store, now=now)


def parts(instance: Instance, store: Store, now: datetime) -> dict[str, Any]:
    """What composing needs to know of an instance."""
    host = instance.settings.host
    return {
        "store": store,
        "host": host,
        "wanted": wanted(host, store),
        "names": {entry.id: entry.name for entry in instance.entries},
        "labels": service.type_labels(),
        "now": now,
    }


def write_files(instance: Instance, edition: Edition) -> tuple[Path, ...]:
    """The edition as a page, as what is pasted, and as text, in the folder of the bulletin.

    Raises ConfigError where they cannot be written.
    """
    host, week = instance.settings.host, edition.bulletin.week
    folder = instance.home / FOLDER
    contents = {
        folder / f"{week}.html": bulletin.page(edition, host, logo=logo_of(host)),
        folder / f"{week}-to-paste.html": bulletin.fragment(edition, host) + "\n",
        folder / f"{week}.txt": bulletin.text(edition, host),
    }
    app.make_home(folder)
    for path, content in contents.items():
        try:
            path.write_text(content, encoding="utf-8", newline="")
        except OSError as fault:
            raise ConfigError(f"cannot be written: {fault.strerror}", file=str(path)) from None
    return tuple(contents)


def logo_of(host: Host) -> str | None:
    """The host's picture as a data: address, so that the page loads nothing."""
    if host.logo is None:
        return None
    path = Path(host.logo)
    try:
        content = path.read_bytes()
    except OSError:
        return None  # the page is as good without; loading the settings has said more
    kind = LOGO_TYPES.get(path.suffix.lower(), "image/png")
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
