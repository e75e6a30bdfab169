"""docs/sources.md: the table of sources, made from sources.yaml by the command."""

from collections.abc import Iterable

from aggregator.config import SourceEntry

HEAD = """\
# Where notices come from

Made from `sources.yaml` by `fairnotice sources check --table docs/sources.md`; not edited by hand.
“Seen live” is the day somebody saw the source work against the real site. What was never seen live
ships switched off, unless its interface is documented by its publisher.

| Source | Id | Read as | On | Every | Seen live | Licence | To confirm |
|---|---|---|---|---|---|---|---|
"""


def table(entries: Iterable[SourceEntry]) -> str:
    """The page: one row per entry, patterns for hosts (under example.org) left out."""
    rows = [row(entry) for entry in entries if not entry.base_url.endswith(".example.org")]
    return HEAD + "".join(rows)


def row(entry: SourceEntry) -> str:
    """One entry as a row."""
    name = f"[{cell(entry.name)}]({entry.homepage})" if entry.homepage else cell(entry.name)
    cells = (
        name,
        f"`{entry.id}`",
        f"`{entry.kind}`",
        "yes" if entry.enabled else "no",
        f"{entry.every_hours:g} h",
        str(entry.last_checked_live),
        cell(entry.licence or "not stated"),
        cell("; ".join(" ".join(one.split()) for one in entry.to_confirm) or "–"),
    )
    return f"| {' | '.join(cells)} |\n"


def cell(text: str) -> str:
    """Text that cannot break the table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
