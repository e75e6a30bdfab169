"""From the strings of a row to facts; what cannot be read is left out and said."""

from collections.abc import Mapping

from aggregator.errors import ParsingError
from aggregator.model import Buyer, Facts, Money, Place, StatedTime
from aggregator.parsing import money
from aggregator.parsing.dates import parse_uk
from aggregator.sources.html_fields import FieldRule, HtmlListOptions

DATES = frozenset({"deadline", "published"})
ON_ONE_LINE = ("title", "reference", "category", "status", "method_details")

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
    try:
        parse_uk(text, rule.formats)
    except ParsingError:
        return False
    return True


def _date(name: str, values: Values, options: HtmlListOptions) -> tuple[StatedTime | None, Doubts]:
    text = values.get(name)
    if not text:
        return None, ()
    rule = next(rule for field, rule in options.fields.items() if field == name)
    try:
        return parse_uk(text, rule.formats), ()
    except ParsingError:
        return None, (f"{name} {text[:60]!r} could not be read",)


def _line(text: str | None) -> str | None:
    return " ".join(text.split()) if text else None
