"""Who may bid: reservations, and whether the reader is within the stated area."""

import re
from collections.abc import Iterator

from aggregator.digest.clean import one_line
from aggregator.digest.wording import RESERVED, listed
from aggregator.fit.findings import Aspect, Finding, helps, hinders, unknown
from aggregator.model import Facts, ProviderProfile
from aggregator.parsing import places
from aggregator.parsing.text import fold
from aggregator.whereabouts import lands, name_of


def who_may_bid(facts: Facts, profile: ProviderProfile) -> Iterator[Finding]:
    """Reservations as the notice states them; whether they bar the reader only where we know."""
    for code in facts.reserved:
        yield reserved(code, profile)
    if area := one_line(facts.reserved_area, 80):
        yield reserved_area(area, profile)


def reserved(code: str, profile: ProviderProfile) -> Finding:
    """A reservation to a kind of provider."""
    name = one_line(RESERVED.get(code, code), 80) or "some providers"
    words = f"kept for {name}"
    if code not in {"vcse", "smeVcse"} or profile.vcse is None:
        return unknown(Aspect.WHO_MAY_BID, f"{words}: are you one?")
    if profile.vcse:
        return helps(Aspect.WHO_MAY_BID, f"{words}, as you are")
    if code == "smeVcse":
        return unknown(Aspect.WHO_MAY_BID, f"{words}: are you one?")
    return hinders(Aspect.WHO_MAY_BID, f"{words}, which you are not by your profile")


def reserved_area(area: str, profile: ProviderProfile) -> Finding:
    """A reservation to suppliers of an area, and whether the reader works in it."""
    words = f"only suppliers based in {area} may bid"
    land, own = land_of(area), own_places(profile)
    if not land or not own:
        return unknown(Aspect.WHO_MAY_BID, f"{words}: check that you are")
    if any(places.within(code, one) for code in land for one in own):
        return helps(Aspect.WHO_MAY_BID, f"{words}, and you work there")
    return hinders(Aspect.WHO_MAY_BID, f"{words}, and your places ({named(own)}) lie outside it")


def land_of(words: str) -> tuple[str, ...]:
    """The codes of an area named in words; () where any part of it is not a place we know."""
    codes: list[str] = []
    for part in re.split(r",|;|/|\band\b", words):
        name = part.strip()
        if not name:
            continue
        found = places.of_name(name) or places.code(name)
        known = (found,) if found else council_land(name)
        if not known:
            return ()
        codes += known
    return tuple(codes)


def council_land(name: str) -> tuple[str, ...]:
    """The land of a council or region by its exact name."""
    own = next((area for area in lands().values() if fold(area.name) == fold(name)), None)
    if own:
        return own.codes
    return tuple(code for code, shown in places.find(name)[:1] if fold(shown) == fold(name))


def own_places(profile: ProviderProfile) -> tuple[str, ...]:
    """Where the reader works; the nation where no smaller place is known."""
    return profile.places or ((profile.nation,) if profile.nation else ())


def named(codes: tuple[str, ...]) -> str:
    """Codes by their names, at most three."""
    return listed((name_of(code) or code for code in codes), 60) or "not named"
