"""Values that occur all over a release: times, money, periods, codes, places, addresses."""

import math
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

from aggregator.errors import ParsingError
from aggregator.model import Classification, Money, Period, Place, StatedTime
from aggregator.ocds import Part
from aggregator.parsing import cpv, money, places
from aggregator.parsing.dates import ZoneRule, parse_iso, parse_uk, whole_day

T = TypeVar("T")
_LONGEST_ADDRESS = 2_000
_WEB = re.compile(r"https?://[^\s/?#@\\]*\.[^\s/?#@\\]", re.IGNORECASE)
_LONGEST_PLACE = 500
_CPV = "CPV"
_MOST_DAYS = 100 * 366
_DAYS_A_MONTH = 30
"""Find a Tender itself turns months into days so."""


def time_at(part: Part, key: str, zone: ZoneRule) -> StatedTime | None:
    """The time under `key`, None with a remark where it is no date."""
    value = part.data.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            return _time(value, zone)
        except ParsingError as error:
            part.note(key, f"{error}, left out")
            return None
    part.note(key, "no date, left out")
    return None


def day_at(part: Part, key: str, zone: ZoneRule) -> StatedTime | None:
    """The same for dates of which only the day is meant, such as the start of a contract."""
    stated = time_at(part, key, zone)
    return None if stated is None else _whole_day(stated)


_whole_day = lru_cache(maxsize=4_096)(whole_day)


def _time(text: str, zone: ZoneRule) -> StatedTime:
    """ISO 8601, as the standard wants it; now and then a service prints UK dates instead."""
    return parse_uk(text) if "/" in text[:6] else parse_iso(text, zone=zone)


def money_at(part: Part, key: str) -> Money | None:
    """The amount under `key`; None for placeholders, and with a remark for impossible ones."""
    if not part.data.get(key):
        return None
    value = part.part(key)
    amount, gross = value.data.get("amount"), value.data.get("amountGross")
    net_known, gross_known = money.amount(amount), money.amount(gross)
    if net_known is None and not money.is_placeholder(amount):
        value.note("amount", f"{_shown(amount)} is no amount, left out")
    if gross_known is None and not money.is_placeholder(gross):
        value.note("amountGross", f"{_shown(gross)} is no amount, left out")
    if net_known is None and gross_known is None:
        return None
    return Money(amount=net_known, currency=_currency(value), gross=gross_known)


def _shown(value: object) -> str:
    """A bad amount for people, kept short."""
    if isinstance(value, float) and not math.isfinite(value):
        return "a number too large to be one"
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a giant number"
    return repr(value)[:40]


def _currency(value: Part) -> str:
    code = value.data.get("currency")
    if code is None or code == "GBP":
        return "GBP"
    if isinstance(code, str) and len(code) == len("GBP") and code.isascii() and code.isalpha():
        return code.upper()
    value.note("currency", "no currency code, read as pounds")
    return "GBP"


def period_at(part: Part, key: str, zone: ZoneRule) -> Period | None:
    """The span of days under `key`."""
    if not part.data.get(key):
        return None
    span = part.part(key)
    period = Period(
        start=day_at(span, "startDate", zone),
        end=day_at(span, "endDate", zone),
        latest_end=day_at(span, "maxExtentDate", zone),
        days=_days(span),
    )
    return period if period != _NO_PERIOD else None


_NO_PERIOD = Period()


def _days(span: Part) -> int | None:
    days, months = span.whole("durationInDays"), span.whole("durationInMonths")
    length = days if days is not None else months and months * _DAYS_A_MONTH
    if length is None or 0 < length <= _MOST_DAYS:
        return length
    span.note("durationInDays", "no believable length, left out")
    return None


def address_at(part: Part, key: str) -> str | None:
    """An address on the web, None for anything a person could not open ("http://")."""
    value = part.data.get(key)
    return web_address(value.strip()) if isinstance(value, str) else None


def web_address(text: str | None) -> str | None:
    """`text` where it is one http or https address and nothing else; "www.…" gets its scheme."""
    if not text or len(text) > _LONGEST_ADDRESS or " " in text or not text.isprintable():
        return None
    if text[:4].lower() == "www.":
        text = f"https://{text}"
    return text if _WEB.match(text) else None


def classification(part: Part) -> Classification | None:
    """A code from a published list; CPV codes without their check digit."""
    published = part.word("id")
    if published is None:
        return None
    return _classification(part.word("scheme") or _CPV, published, part.text("description"))


@lru_cache(maxsize=8_192)
def _classification(scheme: str, published: str, description: str | None) -> Classification:
    code = (cpv.code(published) if scheme == _CPV else None) or published
    return Classification(scheme=scheme, id=code, description=description)


def places_of(item: Part) -> Iterator[Place]:
    """Where one item is delivered."""
    data = item.data
    addresses = item.parts("deliveryAddresses")
    if data.get("deliveryAddress"):
        addresses.append(item.part("deliveryAddress"))
    for address in addresses:
        region = address.word("region") or address.word("locality") or address.word("countryName")
        place = _place(region, address.word("postalCode"))
        if place != _NOWHERE:
            yield place
    for key in ("deliveryLocation", "deliveryLocations"):
        if data.get(key):
            for location in item.parts(key):
                if words := location.text("description", longest=_LONGEST_PLACE):
                    yield Place(code=places.of_name(words), name=words)


_NOWHERE = Place()


@lru_cache(maxsize=8_192)
def _place(region: str | None, published_postcode: str | None) -> Place:
    """Find a Tender gives region codes, Contracts Finder names ("North West") or a postcode.

    Names and postcodes get the code of the region they lie in, so that one filter fits all.
    """
    postcode = places.postcode(published_postcode)
    code = places.code(region)
    if code is not None:
        return Place(code=code, postcode=postcode)
    around = places.of_postcode(postcode) if postcode else None
    if around is None and region:
        around = places.of_name(region)
    return Place(code=around, name=region, postcode=postcode)


def unanimous(values: Iterable[T | None]) -> T | None:
    """What all agree on that say anything; None where they differ or say nothing."""
    said = [value for value in values if value is not None]
    return said[0] if said and all(value == said[0] for value in said) else None


def each_once(values: Iterable[T]) -> tuple[T, ...]:
    """In the order given, without repetitions."""
    return tuple(dict.fromkeys(values))
