"""Templates to text and HTML: escaping on, missing values an error, nothing loaded from afar."""

import re
from functools import cache
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

DAY_AND_MONTH = re.compile(r"(?<=\d) (?=[A-Z][a-z]{2})")


@cache
def template(name: str) -> Template:
    """A template; text is escaped in HTML, and a missing value is an error."""
    environment: Any = Environment(
        loader=PackageLoader("aggregator", "templates"),
        undefined=StrictUndefined,
        autoescape=name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters["whole_dates"] = whole_dates
    loaded: Template = environment.get_template(name)
    return loaded


def whole_dates(text: str) -> str:
    """The text with days and months that no end of a line parts."""
    return DAY_AND_MONTH.sub("\u00a0", text)


@cache
def inliner() -> css_inline.CSSInliner:
    """Keeps media queries (dark mode, small screens) and never loads anything."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
