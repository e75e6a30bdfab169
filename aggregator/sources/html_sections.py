"""Many items in one long page, each under a heading of its own.

Councils for voluntary service keep such pages by hand ("Deadline: 23 July 2026" below the name of
a fund).
"""

from collections.abc import Sequence
from copy import copy

from bs4 import BeautifulSoup, Tag

from aggregator.sources.html_list import HtmlList


class HtmlSections(HtmlList):
    """`rows` selects the headings; a row is a heading and all beside it up to the next one.

    All below the heading can be selected as ".below".
    """

    def rows_of(self, soup: BeautifulSoup) -> Sequence[Tag]:
        """A new <section> for every heading. What stands above the first belongs to none."""
        headings = soup.select(self.options.rows)
        ends = {id(heading) for heading in headings}
        return [_section(soup, heading, ends) for heading in headings]


def _section(soup: BeautifulSoup, heading: Tag, ends: set[int]) -> Tag:
    section = soup.new_tag("section")
    section.append(copy(heading))
    below = soup.new_tag("div", attrs={"class": "below"})
    section.append(below)
    for node in heading.next_siblings:
        if id(node) in ends or (isinstance(node, Tag) and _ends(node, heading)):
            break
        below.append(copy(node))
    return section


def _ends(node: Tag, heading: Tag) -> bool:
    """A heading of the same or a higher rank ends a section too."""
    ranks = ("h1", "h2", "h3", "h4", "h5", "h6")
    return node.name in ranks and heading.name in ranks and node.name <= heading.name
