"""Where a redirect may lead: the same host, never from https to http."""

import httpx

from aggregator.errors import RedirectRefused
from aggregator.fetch.faults import name

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PORTS = {"http": 80, "https": 443}


def next_hop(url: httpx.URL, location: str | None) -> httpx.URL:
    """The address to ask next. Raises RedirectRefused."""
    target = _target(url, location)
    if target == url:
        raise RedirectRefused(f"{name(url)} redirected {url} to itself.")
    if not _same_place(url, target):
        raise RedirectRefused(
            f"{name(url)} redirected to another place ({target.scheme}://{target.host}). If the "
            "portal has moved, please check the new address and put it into sources.yaml.",
            host=target.host or None,
        )
    return target


def other_place(url: httpx.URL, location: str | None) -> httpx.URL:
    """Where a robots.txt is to be found instead: another host too (RFC 9309, section 2.3.1.2),
    never down to http and never with a password. Raises RedirectRefused."""
    target = _target(url, location)
    allowed = {"https"} if url.scheme == "https" else {"https", "http"}
    if target.scheme not in allowed or target.userinfo or not target.host:
        raise RedirectRefused(
            f"{name(url)} redirected its robots.txt to {target.scheme}://{target.host}, "
            "which is not followed.",
            host=target.host or None,
        )
    return target


def _target(url: httpx.URL, location: str | None) -> httpx.URL:
    try:
        return url.join(location or "")
    except httpx.InvalidURL as fault:
        raise RedirectRefused(f"{name(url)} redirected to an address that is none.") from fault


def _same_place(url: httpx.URL, target: httpx.URL) -> bool:
    if target.host != url.host:
        return False
    if (url.scheme, target.scheme) == ("http", "https"):
        return _port(target) in {PORTS["https"], _port(url)}
    return target.scheme == url.scheme and _port(target) == _port(url)


def _port(url: httpx.URL) -> int | None:
    return url.port or PORTS.get(url.scheme)
