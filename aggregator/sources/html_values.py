"""From the strings of a row to facts; what cannot be read is left out and said."""

from collections.abc import Mapping

from aggregator.errors import ParsingError
from aggregator.model import Buyer, Facts, Money, Place, StatedTime
from aggregator.parsing import money
from aggregator.parsing.dates import parse_uk, parse_with_remark
from aggregator.parsing.text import fold
from aggregator.sources.doubts import as_published
from aggregator.sources.html_fields import FieldRule, HtmlListOptions

DATES = frozenset({"deadline", "published"})
ON_ONE_LINE = ("title", "reference", "category", "status", "method_details")

NAMES_OF_DATES = {"deadline": "deadline", "published": "publication date"}
WITHOUT_A_DAY = frozenset(
    {
        *("", "ongoing", "on-going", "rolling", "rolling programme", "open", "always open", "none"),
        *("no deadline", "no closing date", "until further notice", "continuous", "tbc", "tba"),
        *("to be confirmed", "to be announced", "n/a", "open all year", "open all year round"),
    }
)

Values = Mapping[str, str | None]
Doubts = tuple[str, ...]


def facts_of(values: Values, options: HtmlListOptions) -> tuple[Facts, Doubts]:
    """What the row states, and in words what of it could not be read."""
    deadline, doubts = _date("deadline", values, options)
    buyer = _line(values.get("buyer")) or options.buyer
    place, value = _line(values.get("place")), values.get("value")
    low, high = (money.span(value) if value else None) or (None, None)
    facts = Facts(
        kind=options.kind_of_notice,
        description=values.get("description"),
        buyers=(Buyer(name=buyer),) if buyer else (),
        places=(Place(name=place),) if place else (),
        value=Money(amount=high) if high is not None else None,
        minimum_value=Money(amount=low) if low is not None and low != high else None,
        deadline=deadline,
        **{name: _line(values.get(name)) for name in ON_ONE_LINE},  # type: ignore[arg-type]
    )
    return facts, doubts


def published_of(values: Values, options: HtmlListOptions) -> tuple[StatedTime | None, Doubts]:
    """The day of publication where the row shows one."""
    return _date("published", values, options)


def readable_date(text: str, rule: FieldRule) -> bool:
    """Whether the text can be read as a date."""
    return why_unreadable(text, rule) is None


def why_unreadable(text: str, rule: FieldRule) -> str | None:
    """What keeps a text from being a date, in words; None for a date."""
    try:
        parse_with_remark(text, rule.formats)
    except ParsingError as fault:
        return str(fault)
    return None


def names_no_day(text: str) -> bool:
    """Whether a list says with these words that there is no day: no sign of a changed page."""
    return fold(text).strip(" .-–—") in WITHOUT_A_DAY


def _date(name: str, values: Values, options: HtmlListOptions) -> tuple[StatedTime | None, Doubts]:
    text = values.get(name)
    if not text:
        return None, ()
    rule = next(rule for field, rule in options.fields.items() if field == name)
    told = NAMES_OF_DATES[name]
    try:
        stated = parse_with_remark(text, rule.formats)
    except ParsingError:
        return None, (as_published(told, text),)
    return stated, (as_published(told, text),) if has_remark(text, rule) else ()


def has_remark(text: str, rule: FieldRule) -> bool:
    """Whether more stands there than the date, which a reader should see."""
    try:
        parse_uk(text, rule.formats)
    except ParsingError:
        return True
    return False


def _line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None
