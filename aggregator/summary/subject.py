"""The first line: what it is, for whom and where."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from aggregator import glossary
from aggregator.digest.clean import one_line
from aggregator.match import lot_names
from aggregator.model import Facts, Judgement, ProcurementKind, Verdict
from aggregator.parsing.text import fold
from aggregator.whereabouts import areas

MOST_PLACES = 3
MOST_TYPES = 2
STRONG, NEARLY = 8, 0.8
"""A second type is named where the title speaks for it with so many points, and title and text
together with nearly as many as for the first."""

MOST_AUDIENCES = 3
MOST_LOTS = 30
OPENING = 400
"""Characters of a description in which an audience counts; further down it is often an aside."""

LONGEST_NAME = 60
LONGEST_PAIR = 88
"""Two service types are named only where both can be taken in at a glance."""

TELLING = 5
"""Letters from which a word in the name of a service type tells it."""

CHILDREN = "children and young people"

KINDS = {
    ProcurementKind.GRANT: "Grant money: ",
    ProcurementKind.CONSULTATION: "Your views are asked for: ",
    ProcurementKind.NEWS: "News: ",
}

AUDIENCES = {
    "children_young_people": (
        CHILDREN,
        ("child", "young", "youth", "school", "pupil", "teen", "adolesc", "cyp", "camhs"),
    ),
    "adults": ("adults", ("adult", "18+", "aged 18", "over 18", "working age")),
    "older_people": ("older people", ("older", "elder", "later life", "over 65")),
    "parents": ("parents", ("parent", "mother", "father", "maternal", "perinatal")),
    "carers": ("carers", ("carer",)),
    "men": ("men", ("men's", " men ")),
    "women": ("women", ("women", "maternal")),
    "ethnic_communities": ("ethnic communities", ("ethnic", "bame", "bme", "black", "asian")),
    "lgbtq": ("LGBTQ+ people", ("lgbt",)),
    "refugees": ("refugees", ("refugee", "asylum", "migrant")),
    "veterans": ("veterans", ("veteran", "armed forces")),
    "justice": ("people in the justice system", ("offender", "prison", "probation", "custody")),
    "homeless": ("people without a home", ("homeless", "rough sleep")),
    "students": ("students", ("student", "universit")),
    "deaf_disabled": ("Deaf and disabled people", ("deaf", "disab")),
}
"""Audience of a judgement: its words for readers, and what shows it in title or opening."""

WORD = re.compile(r"\w+(?:[-'’]\w+)*")
EVERYDAY = frozenset(
    (
        *("about", "after", "community", "early", "from", "health", "help", "keep"),
        *("linking", "living", "mental", "other", "people", "problems", "someone", "somewhere"),
        *("support", "their", "wellbeing", "with", "without"),
    )
)
"""Words in the names of service types that tell none of them."""


def about(
    facts: Facts, judgement: Judgement, labels: Mapping[str, str], *, live: bool = True
) -> Iterator[str]:
    """The sentences of the first line, the most important first. live: a reader can still act."""
    subject = what(facts, judgement, labels)
    if subject:
        yield f"{subject}."
    whom = " ".join(whom_and_where(facts, judgement, subject))
    yield whom
    if live:
        yield from lots(facts, judgement)
    yield from title_jargon(facts.title, f"{subject} {whom}".casefold())


def what(facts: Facts, judgement: Judgement, labels: Mapping[str, str]) -> str:
    """The service types by their plain names."""
    if judgement.verdict is Verdict.NO or not judgement.types:
        return ""
    names = [
        cleaned
        for one in shown_types(facts.title, own_subject(facts, judgement, labels), labels)
        if (cleaned := one_line(labels.get(one) or one.replace("_", " "), LONGEST_NAME * 2))
    ]
    if not names:
        return ""
    if judgement.verdict is Verdict.POSSIBLE:
        return f"It may be about this: {small(names[0])}"
    prefix = KINDS.get(facts.kind, "") if facts.kind else ""
    words = "; ".join((*names[:1], *map(small, names[1:])))
    words = words if len(words) <= LONGEST_PAIR else names[0]
    return f"{prefix}{small(words)}" if prefix else capital(words)


def own_subject(facts: Facts, judgement: Judgement, labels: Mapping[str, str]) -> Judgement:
    """The judgement without the running of grants, where the notice itself is a round of grants."""
    if facts.kind is not ProcurementKind.GRANT:
        return judgement
    types = (one for one in judgement.types if "grants" not in fold(labels.get(one, "")).split())
    return replace(judgement, types=tuple(types))


def shown_types(
    title: str | None, judgement: Judgement, labels: Mapping[str, str]
) -> Sequence[str]:
    """The one type that title and text speak for most; a second one only where it is as strong.

    What the title says comes first, and there what it calls by its own name ("… Evaluation").
    """
    words = fold((title or "")[:OPENING]).split()
    in_title, strength = evidence(judgement)
    named = {
        one
        for one in judgement.types
        if is_named(labels.get(one, ""), words_for(one, words, judgement))
    }

    def rank(one: str) -> tuple[bool, bool, float]:
        return one not in named, not in_title[one], -strength[one]

    first, *others = sorted(judgement.types, key=rank) or [""]
    strong = (
        one
        for one in others
        if one in named or (in_title[one] >= STRONG and strength[one] >= NEARLY * strength[first])
    )
    return [first, *strong][:MOST_TYPES]


def words_for(service_type: str, title: Sequence[str], judgement: Judgement) -> Sequence[str]:
    """The title's words without those of phrases there that speak for another type: “School-based
    counselling” is not counselling at large."""
    others = (
        one.words
        for one in judgement.reasons
        if one.field == "title" and one.service_type not in (None, service_type)
    )
    taken = {word for words in others for word in WORD.findall(fold(words))}
    return [word for word in title if word not in taken]


def evidence(judgement: Judgement) -> tuple[dict[str, float], dict[str, float]]:
    """Points of each type: from the title, and from title and texts together."""
    in_title: dict[str, float] = defaultdict(float)
    strength: dict[str, float] = defaultdict(float)
    for one in judgement.reasons:
        if one.service_type is not None and one.points > 0:
            strength[one.service_type] += one.points
            if one.field == "title":
                in_title[one.service_type] += one.points
    return in_title, strength


def is_named(label: str, title: Sequence[str]) -> bool:
    """Whether a word that tells a service type begins a word of the title."""
    telling = (word for word in fold(label).replace(",", " ").split() if len(word) >= TELLING)
    return any(one.startswith(word) for word in telling if word not in EVERYDAY for one in title)


def whom_and_where(facts: Facts, judgement: Judgement, subject: str) -> Iterator[str]:
    """ "For adults in Leeds."; "Also for adults" where the subject names another audience."""
    found, place = audiences(facts, judgement), where(facts)
    said = set(fold(subject).replace(",", " ").split())
    new = [name for name in found if said.isdisjoint(key_words(name))]
    also = "also " if len(new) < len(found) else ""
    whom = f"{also}for {listed(parted(new))}" if new else ""
    words = " ".join(filter(None, (whom, f"in {place}" if place else "")))
    if words:
        yield f"{capital(words)}."


def key_words(audience: str) -> set[str]:
    """The words by which an audience is known: "justice" of people in the justice system."""
    return set(audience.casefold().split()) - {"people", "in", "the", "without", "a", "and", "home"}


def parted(names: Sequence[str]) -> Iterator[str]:
    """ "children", "young people" where others follow, so that "and" comes once."""
    for name in names:
        yield from name.split(" and ") if name == CHILDREN and len(names) > 1 else (name,)


def audiences(facts: Facts, judgement: Judgement) -> list[str]:
    """For whom, where the title, the lots or the opening of the text say so."""
    lots = (lot.title for lot in facts.lots[:MOST_LOTS])
    texts = [text[:OPENING] for text in (facts.title, facts.description, *lots) if text]
    text = f" {fold(' '.join(texts))} "
    known = [AUDIENCES[one] for one in judgement.audiences if one in AUDIENCES]
    found = [name for name, signs in known if any(sign in text for sign in signs)]
    return found if len(found) <= MOST_AUDIENCES else []


def where(facts: Facts) -> str:
    """The places by name, "and 2 more" where there are many."""
    names = [name for area in areas(facts) if (name := one_line(area.name, LONGEST_NAME))]
    more = len(names) - MOST_PLACES
    if more > 0:
        return f"{', '.join(names[:MOST_PLACES])} and {more} more"
    return ", ".join(names) if any(" and " in name for name in names) else listed(names)


def lots(facts: Facts, judgement: Judgement) -> Iterator[str]:
    """How many lots, and which of them the subject is about."""
    count = len(facts.lots)
    if count < 2:  # noqa: PLR2004 - one lot is the whole
        return
    matching = [lot for lot in facts.lots if lot.id in judgement.lots]
    if matching and len(matching) < count:
        yield f"That is {one_line(lot_names(facts, judgement), 120)}, out of {count} lots (parts)."
    else:
        yield f"It comes in {count} lots: parts you can bid for one by one."


def title_jargon(title: str | None, said: str) -> Iterator[str]:
    """The first short form in the title, in plain words that the line does not hold yet."""
    for term in glossary.found_in((title or "")[:OPENING]):
        if glossary.is_abbreviation(term.text) and term.plain.casefold() not in said:
            yield f"{term.text} means {term.plain}."
            return


def listed(names: Iterable[str]) -> str:
    """ "A, B and C", each once."""
    known = list(dict.fromkeys(names))
    return " and ".join(filter(None, (", ".join(known[:-1]), *known[-1:])))


def capital(words: str) -> str:
    """The first letter large."""
    return words[:1].upper() + words[1:]


def small(words: str) -> str:
    """The first letter small, but of short forms such as NHS."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]
