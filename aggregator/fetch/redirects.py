"""Where a redirect may lead: the same host, never from https to http."""

import httpx

from aggregator.errors import RedirectRefused
from aggregator.fetch.faults import name

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PORTS = {"http": 80, "https": 443}


def next_hop(url: httpx.URL, location: str | None) -> httpx.URL:
    """The address to ask next. Raises RedirectRefused."""
    try:
        target = url.join(location or "")
    except httpx.InvalidURL as fault:
        raise RedirectRefused(f"{name(url)} redirected to an address that is none.") from fault
    if target == url:
        raise RedirectRefused(f"{name(url)} redirected {url} to itself.")
    if not _same_place(url, target):
        raise RedirectRefused(
            f"{name(url)} redirected to another place ({target.scheme}://{target.host}). If the "
            "portal has moved, please check the new address and put it into sources.yaml."
        )
    return target


def _same_place(url: httpx.URL, target: httpx.URL) -> bool:
    if target.host != url.host:
        return False
    if (url.scheme, target.scheme) == ("http", "https"):
        return _port(target) in {PORTS["https"], _port(url)}
    return target.scheme == url.scheme and _port(target) == _port(url)


def _port(url: httpx.URL) -> int | None:
    return url.port or PORTS.get(url.scheme)
