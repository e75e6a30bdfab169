"""Links out of pages and feeds: absolute, http or https, and to known hosts where that is said."""

from collections.abc import Collection
from urllib.parse import urljoin, urlsplit

LONGEST = 2000


def web_link(found: str, page: str, hosts: Collection[str] = ()) -> str | None:
    """`found` on `page` as an absolute address; None where it is none, or leads to another host.

    hosts: those allowed; empty for any. A wrong link in a trusted mail is how phishing works.
    """
    if not (found := found.strip()):
        return None
    try:
        link = urljoin(page, found)
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        return None
    if len(link) > LONGEST or not link.isprintable() or set(' <>"\\') & set(link):
        return None
    return link if not hosts or host in hosts else None


def host_of(url: str) -> str:
    """The host of an address that is known to be one."""
    return urlsplit(url).hostname or ""
