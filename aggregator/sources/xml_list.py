"""Lists that are served as XML, such as feeds with elements of their own that no feed reader keeps.

Read by lxml with nothing loaded and nothing expanded from elsewhere. Namespaces are passed over:
an element is known by its local name.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from lxml import etree
from pydantic import Field

from aggregator.errors import MissingStructure, Undecodable
from aggregator.model import Parsed, RawPayload
from aggregator.parsing.text import plain
from aggregator.sources.base import AdapterOptions
from aggregator.sources.challenges import refuse_if_blocked
from aggregator.sources.row_options import RowListOptions, RowRule
from aggregator.sources.row_texts import kept
from aggregator.sources.rows import SILENT, RowList

XmlRow = etree._Element
ElementPath = Annotated[str, Field(pattern=r"^[\w.-]+(/[\w.-]+)*$", max_length=300)]
SEVERAL = frozenset({"cpv", "place"})


class ElementRule(RowRule):
    """select: names of elements from the row inwards, as in content/publication/authority.

    attr: take this attribute instead of the text.
    """

    select: ElementPath
    attr: Annotated[str, Field(pattern=r"^[\w.:-]+$")] | None = None


class XmlListOptions(RowListOptions[ElementRule]):
    """root: the name of the outermost element. rows: the name of the element of a row.

    may_be_empty: true where the list is whole without any row.
    """

    root: ElementPath
    rows: ElementPath
    may_be_empty: bool = False


class XmlList(RowList[XmlRow]):
    """A document whose end proves that it is whole."""

    options: XmlListOptions
    Options: ClassVar[type[AdapterOptions]] = XmlListOptions

    def read_page(self, payload: RawPayload) -> Parsed:
        """The rows of a document. Raises AnswerError where it is cut or another one."""
        options = self.options
        root = document(payload.body)
        if root.tag != options.root:
            refuse_if_blocked(payload.body.decode("utf-8", "replace"))
            raise MissingStructure(f"the answer is a <{root.tag!s}>, not a <{options.root}>")
        rows = root.findall(options.rows)
        if not rows and not options.may_be_empty and payload.request.page == 1:
            raise MissingStructure(f"the answer holds no <{options.rows}> at all")
        if not rows:
            self.demand_emptiness(root)
            self.demand_enough(0, payload.request.page, SILENT)
            return Parsed()
        return self.answer(rows, payload)

    def demand_emptiness(self, root: XmlRow) -> None:
        """Raise where what should be an empty list has a rich element, or no head of its own."""
        moved = root.findall(f".//{self.options.rows}")
        rich = [child.tag for child in root if len(child) > 1 or moved]
        if rich or not len(root):
            seen = f"<{rich[0]!s}>" if rich else "nothing at all"
            raise MissingStructure(f"there is no <{self.options.rows}>, but {seen}")

    def elements(self, row: XmlRow, rule: ElementRule) -> Sequence[str]:
        """The texts or attributes at the rule's place."""
        found = row.findall(rule.select)
        if rule.attr:
            return [text for element in found if (text := element.get(rule.attr)) is not None]
        return ["".join(str(text) for text in element.itertext()) for element in found]

    def value(self, row: XmlRow, rule: ElementRule) -> str | None:
        """The first text; all of them where a rule may name several things."""
        several = any(self.options.fields.get(name) is rule for name in SEVERAL)  # type: ignore[call-overload]
        found = self.elements(row, rule)
        return kept(plain(", ".join(found) if several else next(iter(found), None)), rule)

    def has(self, row: XmlRow, rule: ElementRule) -> bool:
        """Whether the element, or the attribute where one is meant, says anything."""
        return any(text.strip() for text in self.elements(row, rule))

    def wording(self, row: XmlRow) -> Mapping[str, object]:
        """The texts as they stand there."""
        fields = self.options.fields.items()
        return {n: [*self.elements(row, rule)] for n, rule in fields if n != "published"}

    def bytes_of(self, row: XmlRow) -> bytes:
        """The row's markup."""
        return etree.tostring(row)

    def sought(self, rule: ElementRule, rows: Sequence[XmlRow]) -> str:
        """The place, and the names there are instead."""
        seen = dict.fromkeys(str(child.tag) for row in rows[:20] for child in row)
        return f" (“{rule.select}”); elements in the rows: {', '.join([*seen][:20])}"


def document(body: bytes) -> XmlRow:
    """The root element, with names free of namespaces. Raises AnswerError."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        refuse_if_blocked(body.decode("utf-8", "replace"))
        if b"<html" in body[:2000].lower():
            raise MissingStructure("a web page came instead of XML") from None
        raise Undecodable(f"the XML is cut or broken: {fault}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise MissingStructure("the XML brings a document type of its own, which is not read")
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    return root
