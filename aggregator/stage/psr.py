"""What a notice under the NHS Provider Selection Regime is, by its words.

These notices travel on forms of older rules and carry no flag: an intention to award looks like an
award, or even like a tender with a date. Only the text tells. Buyers copy the sentences of the
statutory guidance, so the first such sentence decides; later ones talk about other notices ("a
confirmation will follow"). Party names are never looked at: "PSR Review Panel" is a review body.
"""

import re
from typing import NamedTuple

from aggregator.model import Certainty, Facts, Stage

FIRST_LOOK = (
    *("egime", "REGIME", "PSR", "irect award", "irect Award", "DIRECT AWARD"),
    *("ost suitable", "ost Suitable", "MOST SUITABLE"),
)
"""One of these occurs in every text that can be meant; most texts are let go here, unlowered."""

MARKS = (
    "provider selection regime",
    "most suitable provider process",
    "health care services (provider",
    "health services (provider",
    *(f"direct award process {letter}" for letter in "abc12"),
    "psr competitive",
    "psr notice",
    "psr wales",
    "psr regulations",
    "under the psr",
    "(psr)",
)
"""How a text says that it is under this regime. The bare letters PSR mean other things too."""


class Kind(NamedTuple):
    """One kind of notice: its name, where it puts the procurement, and how it speaks of itself.

    outright: sentences that no other notice carries. hints: words that an ordinary call may use
    as well ("our intention to award one contract"), heard only where there is no competition.
    """

    name: str
    stage: Stage
    outright: str
    hints: str | None = None


KINDS = (
    Kind(
        name="intention to award",
        stage=Stage.AWARD_INTENDED,
        outright=r"intention to award notice|intended (?:to )?award notice"
        r"|notice to intend to award|notice of (?:the )?intention to (?:make an )?award"
        r"|notice is (?:an? |our |the )?(?:statement of )?intention to (?:make an )?award"
        r"|not yet (?:been )?formally (?:been )?award|marks the start of the standstill"
        r"|representations by providers must be made",
        hints=r"intention to (?:make an )?award|contract award notice to intend|intend to award",
    ),
    Kind(
        name="confirmation of award",
        stage=Stage.AWARDED,
        outright=r"confirmation of (?:the |an |a |contract )*award|award confirmation notice"
        r"|(?:has|have) (?:now )?(?:been )?formally (?:been )?award"
        r"|publication of this notice marks the award",
        hints=r"to confirm the award of|confirms? (?:that )?the award",
    ),
    Kind(
        name="intended approach",
        stage=Stage.INTENDED_DIRECT,
        outright=r"notice of (?:the |its |our )?intended approach|intended approach notice"
        r"|(?:intention|intends|intending) to (?:follow|use) the most suitable provider",
        hints=r"intended approach",
    ),
    Kind(
        name="abandonment",
        stage=Stage.CANCELLED,
        outright=r"notice of (?:the )?abandonment|abandonment notice"
        r"|(?:has|have|been|was|were|decided to|decision to) (?:been )?abandon(?:ed)?\b",
        hints=r"abandonment of (?:the|this|a) procure",
    ),
    Kind(
        name="modification",
        stage=Stage.MODIFIED,
        outright=r"modification notice|notice of (?:a |the |contract )*modification",
        hints=r"contract modification|modification (?:of|to) (?:a|the|this|an existing) contract"
        r"|been modified",
    ),
    Kind(
        name="urgent award",
        stage=Stage.AWARDED,
        outright=r"urgent (?:contract )?award notice"
        r"|notice of (?:an )?urgent (?:award|modification)",
        hints=r"urgent (?:contract )?award|urgent modification|urgent circumstance"
        r"|unforeseen emergency",
    ),
)


def _compiled(which: str) -> re.Pattern[str]:
    parts = [f"(?P<k{n}>{text})" for n, kind in enumerate(KINDS) if (text := getattr(kind, which))]
    return re.compile("|".join(parts))


OUTRIGHT = _compiled("outright")
HINTS = _compiled("hints")

OTHER_NOTICE_BEFORE = re.compile(
    r"(?:reserves? the right|may at any time"
    r"|(?:will|shall|must|to|then) (?:then )?(?:publish|issue)"
    r"|(?:following|after|since|before|until) (?:the )?(?:publication of|publishing))[^.]{0,60}$"
)
OTHER_NOTICE_AFTER = re.compile(
    r"[^.]{0,40}?\b(?:will|shall|is to|was|to be) (?:then |also |previously )?(?:be )?"
    r"(?:published|issued)"
)

NO_COMPETITION = re.compile(
    r"direct award(?: process| option|, opt(?:ion)?)? ?(?P<route>[abc12])\b|most suitable provider"
)
LOOKING_AHEAD = re.compile(
    r"\b(?:intends?|intending|proposes?|proposing|seeks|seeking|looking|plans?|planning) to "
    r"(?:\w+ ){0,3}?(?:award|procure|enter|extend|contract)"
)


class Found(NamedTuple):
    """What the words say the notice is."""

    stage: Stage
    name: str
    certainty: Certainty


def words_of(facts: Facts, *, update: bool = False) -> str | None:
    """The text of a notice under this regime, in lower case with single spaces; None for others.

    update: the notice changes an earlier one; its additional text goes first, since its
    description only repeats what the earlier notice said.
    """
    parts = [facts.description, facts.additional_text]
    if update:
        parts.reverse()
    if facts.lots:
        parts += [lot.description for lot in facts.lots]
    said = "\n".join([part for part in parts if part])
    if not any(word in said for word in FIRST_LOOK):
        return None
    text = " ".join(said.lower().split())
    return text if any(mark in text for mark in MARKS) else None


def kind_of(text: str, *, award: bool, call: bool) -> Found | None:
    """What the text of `words_of` says; None where it is an ordinary call or planning notice.

    award, call: whether the notice is tagged as an award or as a tender.
    """
    if kind := _first(OUTRIGHT, text):
        return Found(kind.stage, kind.name, Certainty.STATED)
    route = NO_COMPETITION.search(text)
    if (route or not call) and (kind := _first(HINTS, text)):
        return Found(kind.stage, kind.name, Certainty.DERIVED)
    return _by_route(text, route.group("route"), award=award, call=call) if route else None


def _first(signatures: re.Pattern[str], text: str) -> Kind | None:
    """The kind whose signature comes first, leaving out what is said about other notices."""
    for match in signatures.finditer(text):
        if OTHER_NOTICE_BEFORE.search(text, max(0, match.start() - 100), match.start()):
            continue
        if OTHER_NOTICE_AFTER.match(text, match.end()):
            continue
        return KINDS[int((match.lastgroup or "k0")[1:])]
    return None


def _by_route(text: str, route: str | None, *, award: bool, call: bool) -> Found | None:
    """Without any such sentence: the route to the award and the tense of the text."""
    if route == "b" and not award:
        return Found(Stage.STANDING, "offer to all who qualify", Certainty.DERIVED)
    if route in ("a", "1", "b") and award:
        return Found(Stage.AWARDED, "direct award", Certainty.DERIVED)
    if (award or call) and LOOKING_AHEAD.search(text):
        return Found(Stage.AWARD_INTENDED, "intention to award", Certainty.DERIVED)
    return None
