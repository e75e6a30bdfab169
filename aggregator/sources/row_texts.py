"""What a rule keeps of a text."""

import re

from aggregator.sources.row_options import RowRule


def kept(text: str | None, rule: RowRule) -> str | None:
    """The first group of the rule's regex, else all that it matches; None for nothing."""
    if text is not None and rule.regex:
        found = re.search(rule.regex, text)
        text = (found[1] if found.re.groups else found[0]) if found else None
    return (text or "").strip() or None
