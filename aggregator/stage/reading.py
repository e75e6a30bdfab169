"""Where one notice, taken by itself, puts a procurement.

Rules in order, the first that knows decides: the number of the notice type (UK1 to UK17), the
legal basis, the words of the NHS Provider Selection Regime, the words of lists open to join, the
kind, then tags, status and milestones. Never the tag alone: UK5, UK6 and UK7 are all tagged award
and contract, and the lots of awards on older forms say "cancelled" though they were awarded.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from aggregator.model import Certainty, Facts, Notice, ProcurementKind, Stage, Standing
from aggregator.stage import lists, psr
from aggregator.stage.words import day_in_words


class Reading(NamedTuple):
    """A stage, what the notice is in words, and how sure that is."""

    stage: Stage
    name: str
    certainty: Certainty


STATED, DERIVED, GUESSED = Certainty.STATED, Certainty.DERIVED, Certainty.GUESSED

NOTICE_TYPES = {
    "UK1": Reading(Stage.PIPELINE, "pipeline notice UK1", STATED),
    "UK2": Reading(Stage.ENGAGEMENT, "early engagement notice UK2", STATED),
    "UK3": Reading(Stage.PLANNED, "planned procurement notice UK3", STATED),
    "UK4": Reading(Stage.OPEN, "tender notice UK4", STATED),
    "UK5": Reading(Stage.INTENDED_DIRECT, "transparency notice UK5", STATED),
    "UK6": Reading(Stage.AWARD_INTENDED, "contract award notice UK6", STATED),
    "UK7": Reading(Stage.IN_CONTRACT, "contract details notice UK7", STATED),
    "UK8": Reading(Stage.IN_CONTRACT, "contract payment notice UK8", DERIVED),
    "UK9": Reading(Stage.IN_CONTRACT, "contract performance notice UK9", DERIVED),
    "UK10": Reading(Stage.MODIFIED, "contract change notice UK10", STATED),
    "UK11": Reading(Stage.ENDED, "contract termination notice UK11", STATED),
    "UK12": Reading(Stage.CANCELLED, "procurement termination notice UK12", STATED),
    "UK13": Reading(Stage.STANDING, "dynamic market intention notice UK13", STATED),
    "UK14": Reading(Stage.STANDING, "dynamic market notice UK14", STATED),
    "UK15": Reading(Stage.STANDING, "dynamic market change notice UK15", STATED),
    "UK16": Reading(Stage.ENDED, "dynamic market cessation notice UK16", STATED),
    "UK17": Reading(Stage.UNKNOWN, "payments compliance notice UK17", STATED),
}

DROPPED = frozenset({"cancelled", "withdrawn", "unsuccessful", "terminated"})
NOT_AWARDED = frozenset({"cancelled", "unsuccessful"})
UPDATES = frozenset(
    {"planningUpdate", "tenderUpdate", "tenderAmendment", "awardUpdate", "contractUpdate"}
)
CALL_TAGS = frozenset({"tender", "tenderUpdate", "tenderAmendment"})
AWARD_TAGS = frozenset({"award", "awardUpdate", "contract", "contractUpdate"})
PLANNING_TAGS = frozenset({"planning", "planningUpdate"})

TAGGED = {
    "tenderCancellation": Reading(Stage.CANCELLED, "cancellation notice", STATED),
    "awardCancellation": Reading(Stage.CANCELLED, "notice of a cancelled award", DERIVED),
    "contractTermination": Reading(Stage.ENDED, "contract termination notice", STATED),
    "contractAmendment": Reading(Stage.MODIFIED, "contract change notice", STATED),
    "implementation": Reading(Stage.IN_CONTRACT, "contract performance notice", DERIVED),
}
"""Tags that say it all by themselves."""

STATUS_WORDS = {
    Stage.OPEN: ("active", "open", "live", "current", "published", "accepting"),
    Stage.CLOSED: ("closed", "expired", "complete", "evaluation"),
    Stage.CANCELLED: (*DROPPED, "abandoned"),
    Stage.AWARDED: ("awarded",),
    Stage.PLANNED: ("planned", "future", "forthcoming", "upcoming"),
    Stage.PIPELINE: ("pipeline",),
    Stage.ENGAGEMENT: ("planning", "engagement", "market"),
}
STATUS_BY_WORD = {word: stage for stage, words in STATUS_WORDS.items() for word in words}

ENGAGING = re.compile(
    r"market (?:engagement|sounding|test|consultation)|early engagement|pre-?tender|soft market"
    r"|request for information|questionnaire|\brfi\b|engagement event|supplier event"
    r"|provider event|seeking (?:the )?views",
    re.IGNORECASE,
)
BREACH = re.compile(r"\bbreach|terminat|fail(?:ed|ure)", re.IGNORECASE)


def read(notice: Notice) -> Standing:
    """The stage this one notice states, with since, because and certainty; UNKNOWN at worst."""
    reading = _reading(notice)
    published = notice.published
    since = published.instant if published else None
    when = f" published on {day_in_words(since)}" if since else ""
    return Standing(
        stage=reading.stage,
        since=since,
        because=reading.name + when,
        certainty=reading.certainty,
        notice_id=notice.notice_id,
    )


def is_update(notice: Notice) -> bool:
    """True where all its tags say that it changes an earlier notice."""
    return bool(notice.tags) and UPDATES.issuperset(notice.tags)


def is_under_the_act(facts: Facts) -> bool:
    """True where the legal basis is the Procurement Act 2023 (chapter 54)."""
    return facts.legal_basis is not None and "2023/54" in facts.legal_basis


def _reading(notice: Notice) -> Reading:
    for rule in RULES:
        if reading := rule(notice):
            return reading
    return Reading(Stage.UNKNOWN, "notice of unknown type", GUESSED)


def _by_notice_type(notice: Notice) -> Reading | None:
    reading = NOTICE_TYPES.get(notice.notice_type) if notice.notice_type else None
    if reading is None:
        return None
    facts = notice.facts
    if reading.stage is Stage.AWARD_INTENDED and _nothing_awarded(facts):
        return Reading(Stage.CANCELLED, f"{reading.name} without an award", DERIVED)
    if notice.notice_type == "UK9" and BREACH.search(facts.additional_text or ""):
        return Reading(Stage.ENDING, f"{reading.name} about a breach", DERIVED)
    if reading.stage in (Stage.OPEN, Stage.PLANNED, Stage.ENGAGEMENT) and _is_dropped(notice):
        return Reading(Stage.CANCELLED, f"{reading.name} with status {facts.status}", STATED)
    return reading


def _by_selection_regime(notice: Notice) -> Reading | None:
    facts, tags = notice.facts, notice.tags
    if is_under_the_act(facts):
        return None
    text = psr.words_of(facts, update=is_update(notice))
    if text is None:
        return None
    if _is_dropped(notice):
        return Reading(Stage.CANCELLED, "Provider Selection Regime cancellation", STATED)
    award, call = not AWARD_TAGS.isdisjoint(tags), not CALL_TAGS.isdisjoint(tags)
    found = psr.kind_of(text, award=award, call=call)
    if found is None:
        return None
    return Reading(found.stage, f"Provider Selection Regime {found.name}", found.certainty)


def _by_list_words(notice: Notice) -> Reading | None:
    """Dynamic purchasing systems and accredited lists: open to new members while they last."""
    if CALL_TAGS.isdisjoint(notice.tags) or _is_dropped(notice):
        return None
    facts = notice.facts
    if lists.is_set_up(facts):
        return Reading(Stage.STANDING, "call to join a dynamic purchasing system", STATED)
    if lists.offers_to_join(facts):
        return Reading(Stage.STANDING, "call to join a list open while it lasts", DERIVED)
    return None


def _by_kind(notice: Notice) -> Reading | None:
    """Grants, consultations and news: what no procurement tag describes."""
    kind, facts = notice.facts.kind, notice.facts
    if kind is None or kind is ProcurementKind.CONTRACT or notice.tags:
        return None
    if kind is ProcurementKind.NEWS:
        return Reading(Stage.UNKNOWN, "news item", STATED)
    name = "grant round" if kind is ProcurementKind.GRANT else "consultation"
    stage = _by_status_word(facts.status)
    if stage in (Stage.PLANNED, Stage.CLOSED, Stage.CANCELLED, Stage.AWARDED):
        return Reading(stage, name, STATED)
    return Reading(Stage.OPEN, name, STATED if facts.deadline else DERIVED)


def _by_tag(notice: Notice) -> Reading | None:
    tags = notice.tags
    for tag, reading in TAGGED.items():
        if tag in tags:
            return reading
    if "awardUpdate" in tags and "contractUpdate" in tags:
        return TAGGED["contractAmendment"]
    for group, judge in TAG_GROUPS:
        if not group.isdisjoint(tags):
            return judge(notice)
    return None


def _award(notice: Notice) -> Reading:
    """An award on an older form, or one of the Act whose type is not given."""
    facts = notice.facts
    if _nothing_awarded(facts):
        return Reading(Stage.CANCELLED, "award notice without an award", DERIVED)
    if is_under_the_act(facts):
        return _award_of_unknown_type(notice)
    if "contract" in notice.tags and _is_voluntary_transparency(facts):
        return Reading(Stage.INTENDED_DIRECT, "notice of an award without competition", GUESSED)
    if notice.tags == ("contract",):
        return Reading(Stage.IN_CONTRACT, "contract notice", DERIVED)
    return Reading(Stage.AWARDED, "award notice", STATED)


def _award_of_unknown_type(notice: Notice) -> Reading:
    """UK5, UK6 or UK7 without its number: signed, or not yet."""
    awards = notice.facts.awards
    signed = any(award.signed for award in awards) or notice.tags == ("contract",)
    if signed and all(award.status != "pending" for award in awards):
        return Reading(Stage.IN_CONTRACT, "signed award whose notice type is not given", GUESSED)
    return Reading(Stage.AWARD_INTENDED, "award notice whose type is not given", GUESSED)


def _is_voluntary_transparency(facts: Facts) -> bool:
    """The old "voluntary ex ante transparency" form gives a decision but no signature."""
    if "without prior publication" not in (facts.method_details or ""):
        return False
    decided = any(award.decided for award in facts.awards)
    return decided and not any(award.signed for award in facts.awards)


def _call(notice: Notice) -> Reading | None:
    """A call; a change notice with neither deadline nor status does not say what it changes."""
    facts = notice.facts
    if _is_dropped(notice):
        return Reading(Stage.CANCELLED, f"tender notice with status {facts.status}", STATED)
    if facts.status in ("planned", "planning"):
        return Reading(Stage.PLANNED, f"tender notice with status {facts.status}", DERIVED)
    if facts.deadline is None and any(award.suppliers for award in facts.awards):
        return Reading(Stage.AWARDED, "tender notice that names who won", DERIVED)
    if facts.status == "complete":
        return Reading(Stage.CLOSED, "tender notice with status complete", STATED)
    if is_update(notice) and not facts.deadline and facts.status != "active":
        return None
    name = "changed tender notice" if is_update(notice) else "tender notice"
    return Reading(Stage.OPEN, name, STATED)


def _plan(notice: Notice) -> Reading | None:
    """Early engagement or a plan; a change notice that says neither says nothing."""
    facts = notice.facts
    if _is_dropped(notice):
        return Reading(Stage.CANCELLED, f"planning notice with status {facts.status}", STATED)
    kinds = {document.document_type for document in facts.documents}
    if facts.engagement_deadline or facts.engagement_text or "marketEngagementNotice" in kinds:
        return Reading(Stage.ENGAGEMENT, "early engagement notice", STATED)
    if "plannedProcurementNotice" in kinds:
        return Reading(Stage.PLANNED, "future opportunity notice", STATED)
    if is_update(notice) and not facts.status:
        return None
    stage = Stage.ENGAGEMENT if _engages(notice) else Stage.PLANNED
    return Reading(stage, "prior information notice", DERIVED)


def _engages(notice: Notice) -> bool:
    """Scotland and Wales publish prior information notices to engage; England says so in words."""
    facts = notice.facts
    if facts.status == "planning" and not facts.expected_tender:
        return True
    ids = [notice.ocid or "", *(link.identifier for link in notice.related)]
    if any("ocds-r6ebe6" in ocid or "ocds-kuma6s" in ocid for ocid in ids):
        return True
    return bool(ENGAGING.search(f"{facts.title} {facts.description} {facts.additional_text}"))


def _by_status(notice: Notice) -> Reading | None:
    """Lists and feeds without tags: the word they use, else a deadline."""
    facts = notice.facts
    if stage := _by_status_word(facts.status):
        return Reading(stage, f"listed as “{facts.status}”,", STATED)
    if facts.deadline:
        return Reading(Stage.OPEN, "listed with a deadline,", DERIVED)
    return None


def _by_status_word(status: str | None) -> Stage | None:
    if not status:
        return None
    for word in re.findall(r"[a-z]+", status.lower()):
        if stage := STATUS_BY_WORD.get(word):
            return stage
    return None


def _is_dropped(notice: Notice) -> bool:
    return notice.facts.status in DROPPED or "tenderCancellation" in notice.tags


def _nothing_awarded(facts: Facts) -> bool:
    return bool(facts.awards) and all(award.status in NOT_AWARDED for award in facts.awards)


TAG_GROUPS: tuple[tuple[frozenset[str], Callable[[Notice], Reading | None]], ...] = (
    (AWARD_TAGS, _award),
    (CALL_TAGS, _call),
    (PLANNING_TAGS, _plan),
)

RULES: tuple[Callable[[Notice], Reading | None], ...] = (
    _by_notice_type,
    _by_selection_regime,
    _by_list_words,
    _by_kind,
    _by_tag,
    _by_status,
)
