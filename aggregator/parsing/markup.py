"""Text to read: HTML, entities and control characters out, words and line breaks kept.

Notices arrive as plain text with the odd `<br/>` and `&amp;`, and now and then as a whole page.
The reader here goes through a text once, from left to right. A full HTML parser would be the
wrong tool inside the process: libxml2 needs quadratic time for a tag with very many attributes
and loses all text under 256 nested tags.
"""

import re
import unicodedata
from html import unescape
from html.entities import html5

LONGEST = 100_000
"""Characters kept of one text; the longest real one is far below."""

_TAG = re.compile(
    r"<(?:(?P<comment>!--)|![dD][oO][cC][tT][^<>]*>"
    r"|(?P<closing>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)(?:[\s/][^<>]*)?>)"
)
_ENTITY = re.compile(r"&(?:#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6})|(?P<name>[a-zA-Z][a-zA-Z0-9]{1,31}));")
_COMMENT_END = re.compile("-->")
_SILENT_END = {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE)
    for name in ("script", "style", "head", "template", "noscript", "svg", "iframe")
}
_PARAGRAPH = re.compile(
    "p|div|[uod]l|table|section|article|blockquote|pre|form|fieldset|header|footer|main|h[1-6]"
)
_BREAK = re.compile("br|hr|tr|li|dt|dd|option")
_CELL = re.compile("t[dh]")
_UNSEEN = re.compile(
    "a|abbr|address|area|aside|audio|b|base|basefont|bd[io]|big|body|button|canvas|caption|center"
    "|cite|code|col|colgroup|data|datalist|del|details|dfn|dialog|dir|em|embed|figcaption|figure"
    "|font|frame|frameset|head|hgroup|html|i|iframe|img|input|ins|kbd|label|legend|link|map|mark"
    "|marquee|menu|meta|meter|nav|nobr|noframes|noscript|object|optgroup|output|param|picture"
    "|progress|q|r[bpt]|rtc|ruby|s|samp|script|select|slot|small|source|span|strike|strong|style"
    "|su[bp]|summary|svg|tbody|template|textarea|tfoot|thead|time|title|track|tt|u|var|video|wbr"
)
"""With those above, all names of HTML; `<y and z>` opens nothing and stays text."""

_ASCII_CONTROLS = bytes({*range(0x20), 0x7F} - {0x0A})
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls
    "\u00ad\u200b\u2060\ufeff"  # invisible
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # turn the direction of reading
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]+"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_SUSPECT = re.compile("[&<]|  ")

_LABEL = 120
"""Most strings are names and labels; they take a short cut."""

_LONGEST_CHARACTER = 40
"""Letters with more marks than this are an attack, and are cut."""
_LONGEST_WORD = 80
_JOINER = "\u200d"


def plain(markup: object, *, longest: int = LONGEST) -> str | None:
    """The readable text of a string that may hold HTML; None for anything else or nothing.

    `<br/>` becomes a line break, paragraphs are set apart by an empty line, entities are decoded
    (also where they were escaped twice), scripts, styles, control and direction characters are
    dropped. More than `longest` characters are cut between two words, and "…" says so.
    """
    if not isinstance(markup, str):
        return None
    if len(markup) <= _LABEL and markup.isprintable() and not _SUSPECT.search(markup):
        return shortened(markup.strip(), longest) or None
    text = markup.replace("\r\n", "\n").replace("\xa0", " ")
    if "&" in text or "<" in text:
        text = _without_markup(shortened(text, 4 * longest))
    text = _tidied(text) if _is_untidy(text) else text.strip()
    return shortened(text, longest) or None


def line(text: str) -> str:
    """An id, code or address as published, without control characters and outer spaces."""
    if text.isprintable():
        return text.strip()
    return _SPACES.sub(" ", _tidied(text).replace("\n", " "))


def _without_markup(markup: str) -> str:
    """Tags and entities out; where entities were hiding more of either, once again."""
    text = _without_tags(markup) if "<" in markup else markup
    if "&" not in text:
        return text
    text = _ENTITY.sub(_character, text)
    if "<" in text and _TAG.search(text):
        text = _without_tags(text)
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    """What an entity stands for; only with its semicolon, so that "?a=1&lang=cy" stays."""
    if name := entity["name"]:
        return html5.get(f"{name};", entity[0])
    return unescape(entity[0])


def _without_tags(markup: str) -> str:
    """The text between tags; a `<` that opens no tag is text."""
    pieces: list[str] = []
    at = 0
    while tag := _TAG.search(markup, at):
        pieces.append(markup[at : tag.start()])
        at = tag.end()
        name = (tag["name"] or "").lower()
        if tag["comment"]:
            at = _behind(_COMMENT_END, markup, at)
        elif name in _SILENT_END and not tag["closing"]:
            at = _behind(_SILENT_END[name], markup, at)
        else:
            pieces.append(_sign(tag, name))
    pieces.append(markup[at:])
    return "".join(pieces)


def _sign(tag: re.Match[str], name: str) -> str:
    """What stands in the text for a tag."""
    if not name or _UNSEEN.fullmatch(name):
        return ""
    if _PARAGRAPH.fullmatch(name):
        return "\n\n"
    if _BREAK.fullmatch(name):
        return "" if tag["closing"] else "\n"
    return " " if _CELL.fullmatch(name) else tag[0]


def _behind(end: re.Pattern[str], markup: str, start: int) -> int:
    """Where text goes on after something never shown; unclosed, it hides all the rest."""
    found = end.search(markup, start)
    return found.end() if found else len(markup)


def _is_untidy(text: str) -> bool:
    """A cheap look at the speed of C: nearly every text needs no tidying at all."""
    if "  " in text or _has_loose_breaks(text):
        return True
    if text.isascii():
        content = text.encode("ascii")
        return len(content.translate(None, _ASCII_CONTROLS)) != len(content)
    return not text.replace("\n", "").isprintable()


def _has_loose_breaks(text: str) -> bool:
    return "\n" in text and (" \n" in text or "\n " in text or "\n\n\n" in text)


def _tidied(text: str) -> str:
    """Only printable characters, single spaces, at most one empty line in a row."""
    text = text.replace("\t", " ")
    if not text.replace("\n", "").isprintable():
        text = _LINE_BREAK.sub("\n", text)
        text = _SURROGATE.sub("\ufffd", _DROPPED.sub("", text))
        text = _SPACES.sub(" ", text)
    text = _collapsed(text, "  ", " ")
    if "\n" in text:
        text = text.replace(" \n", "\n").replace("\n ", "\n")
        text = _collapsed(text, "\n\n\n", "\n\n")
    return text.strip()


def _collapsed(text: str, many: str, few: str) -> str:
    """Runs of one character made short; each round takes away at least a third."""
    while many in text:
        text = text.replace(many, few)
    return text


def shortened(text: str, longest: int) -> str:
    """Cut so that no letter loses its accent and, where one ends nearby, no word its end."""
    if len(text) <= longest:
        return text
    end = longest - 1
    while end > max(1, longest - _LONGEST_CHARACTER) and (
        _continues_a_character(text[end]) or text[end - 1] == _JOINER
    ):
        end -= 1
    space = text.rfind(" ", max(0, end - _LONGEST_WORD), end)
    return text[: space if space > 0 else end].rstrip() + "…"


def _continues_a_character(character: str) -> bool:
    """Marks, joiners, variation selectors and skin tones belong to the character before."""
    return (
        unicodedata.category(character).startswith("M")
        or character in (_JOINER, "\ufe0e", "\ufe0f")
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
