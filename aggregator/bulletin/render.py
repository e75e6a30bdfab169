"""An edition as HTML to paste, as a page of its own, and as plain text.

What is pasted carries its style on each element, as newsletter tools drop style sheets, and stays
in order as headings, paragraphs and lists where they drop that too. Nothing is loaded from
anywhere: no picture, no font, no counter.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from aggregator.digest.clean import link, one_line
from aggregator.digest.page import DECIDES, NOT_EVERYTHING
from aggregator.digest.templating import template
from aggregator.model import Bulletin, Edition, Host

FEED = "/bulletin.atom"
NOTHING = "Nothing new came in this week. We go on looking."
DEFAULT_BRAND, DEFAULT_ON_DARK = "#1f5c4d", "#6fb59f"
"""Until the host names colours of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What goes on each element, in the host's colour. Colours and ground are always set together,
    so that a dark newsletter cannot make the text unreadable."""

    brand: str = DEFAULT_BRAND
    on_dark: str = DEFAULT_ON_DARK

    @classmethod
    def of(cls, host: Host) -> "Look":
        """The look of a host."""
        own = host.colours
        return cls(brand=own.brand, on_dark=own.on_dark) if own else cls()

    @property
    def sheet(self) -> str:
        """The table everything stands in."""
        return "width:100%;max-width:640px;background-color:#ffffff;border-collapse:collapse"

    @property
    def cell(self) -> str:
        """Its one cell."""
        return (
            f"padding:24px 20px;border-top:8px solid {self.brand};background-color:#ffffff;"
            "color:#1f282d;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;"
            "text-align:left;overflow-wrap:anywhere"
        )

    @property
    def h1(self) -> str:
        """The title of the bulletin."""
        return f"margin:0 0 8px;font-size:26px;line-height:1.25;color:{self.brand}"

    @property
    def h2(self) -> str:
        """A section."""
        return (
            f"margin:32px 0 14px;padding:0 0 4px;border-bottom:3px solid {self.brand};"
            f"font-size:21px;line-height:1.3;color:{self.brand}"
        )

    @property
    def h3(self) -> str:
        """One opportunity."""
        return "margin:22px 0 4px;font-size:18px;line-height:1.35;color:#1f282d"

    @property
    def p(self) -> str:
        """A paragraph."""
        return "margin:0 0 8px"

    @property
    def quiet(self) -> str:
        """What is less important."""
        return "margin:0 0 8px;color:#4c5960"

    @property
    def soon(self) -> str:
        """A date within the week."""
        return (
            "margin:0 0 8px;padding:6px 12px;border-left:5px solid #9c3412;"
            "background-color:#fbeee8;color:#1f282d"
        )

    @property
    def news(self) -> str:
        """What changed."""
        return (
            "margin:0 0 8px;padding:6px 12px;border-left:5px solid #7a5c00;"
            "background-color:#fbf5e1;color:#1f282d"
        )

    @property
    def a(self) -> str:
        """A link."""
        return f"color:{self.brand};text-decoration:underline"

    @property
    def ul(self) -> str:
        """A list."""
        return "margin:0 0 8px;padding:0 0 0 22px"

    @property
    def li(self) -> str:
        """A line of one."""
        return "margin:0 0 6px"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """A line of the foot, with an address to go to."""

    words: str
    link: str | None = None


def title(bulletin: Bulletin) -> str:
    """ "Mental-health tenders and grants for Leeds"."""
    place = f" for {bulletin.place}" if bulletin.place else ""
    return f"Mental-health tenders and grants{place}"


def address_of(week: str) -> str:
    """Where on the host's site an edition is found."""
    return f"/bulletin/{week}"


def fragment(edition: Edition, host: Host) -> str:
    """What is pasted into a newsletter tool or a mail: one table, no style sheet, no picture."""
    return template("bulletin.html.j2").render(**values(edition, host)).strip()


def page(edition: Edition, host: Host, *, logo: str | None = None) -> str:
    """A whole HTML document with the same in it. logo: a data: address of the host's picture."""
    return template("bulletin_page.html.j2").render(
        **values(edition, host), content=fragment(edition, host), logo=logo
    )


def text(edition: Edition, host: Host) -> str:
    """The same as plain text."""
    return template("bulletin.txt.j2").render(**values(edition, host)).strip() + "\n"


def values(edition: Edition, host: Host) -> dict[str, object]:
    """What all three are written from."""
    return {
        "bulletin": edition.bulletin,
        "title": title(edition.bulletin),
        "host": name_of(host),
        "look": Look.of(host),
        "nothing": NOTHING,
        "waiting": waiting(edition.bulletin.left_out),
        "ending": tuple(ending(edition, host)),
    }


def name_of(host: Host) -> str:
    """Who publishes it."""
    return one_line(host.name, 120) or "your host"


def waiting(left_out: int) -> str | None:
    """What had no room, said in the open."""
    if not left_out:
        return None
    more = "1 more had" if left_out == 1 else f"{left_out} more had"
    return f"{more} no room here. The most urgent are above; the rest will follow."


def ending(edition: Edition, host: Host) -> Iterator[Ending]:
    """Who publishes it, what it is not, and where there is more."""
    contact = one_line(host.contact, 200)
    ask = f" Questions: {contact}." if contact else ""
    yield Ending(words=f"{name_of(host)} publishes this with Fair Notice.{ask}")
    yield Ending(words=DECIDES)
    yield Ending(words=NOT_EVERYTHING)
    if base := link(host.base_url):
        base = base.rstrip("/")
        yield Ending(words="All that is open now", link=f"{base}/")
        yield Ending(words="Where we look, and how that goes", link=f"{base}/sources")
        yield Ending(words="Get what fits your own work by mail", link=f"{base}/sign-up")
        yield Ending(
            words="This bulletin on the web", link=f"{base}{address_of(edition.bulletin.week)}"
        )
