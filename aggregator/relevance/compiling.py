"""From a profile as written to the rules the judge uses."""

from collections.abc import Iterable, Iterator, Mapping

from aggregator.relevance import rules, schema
from aggregator.relevance.finder import needle
from aggregator.relevance.folding import fold
from aggregator.relevance.welsh import mutations

Spellings = dict[str, tuple[str, ...]]


class _Draft:
    """All that one needle may mean, while it is collected."""

    def __init__(self) -> None:
        self.terms: list[rules.Term] = []
        self.pairs: list[rules.Pair] = []
        self.short: str | None = None
        self.name: str | None = None
        self.weaker = False


class _Drafts(dict[str, _Draft]):
    def __missing__(self, text: str) -> _Draft:
        self[text] = draft = _Draft()
        return draft


def compiled(file: schema.ProfileFile, tables: Mapping[str, Iterable[str]]) -> rules.Rules:
    """The rules of a profile. tables: names of organisations, by the tables it may ask for."""
    names = [name for table in file.masks.tables for name in tables[table]]
    buyers = [name for table in file.thin.tables for name in tables[table]]
    traps = tuple(_trap(trap) for trap in file.traps)
    return rules.Rules(
        id=file.id,
        version=file.version,
        name=file.name,
        scoring=_scoring(file.scoring),
        patterns=tuple(
            _pattern(text, draft, traps) for text, draft in _drafts(file, names).items()
        ),
        traps=traps,
        facets=tuple(_facets(file)),
        boilerplate=tuple(_wording(item) for item in file.boilerplate),
        names=tuple(_wording(item) for item in file.masks.patterns),
        exclusions=tuple(_exclusion(item) for item in file.exclusions),
        moves=tuple(_move(item) for item in file.moves),
        cpv_favours={item.phrase: item.weight for item in file.cpv.favours},
        cpv_against={item.phrase: item.weight for item in file.cpv.against},
        thin=_thin(file.thin, buyers),
        otherwise=file.general.otherwise,
        tiers={kind.id: kind.tier for kind in file.service_types},
        plain={kind.id: kind.plain for kind in file.service_types},
    )


def _drafts(file: schema.ProfileFile, names: Iterable[str]) -> _Drafts:
    drafts = _Drafts()
    spellings = {
        f" {fold(word)} ": tuple(f" {fold(other)} " for other in others)
        for word, others in file.spellings.items()
    }
    for phrase, term in _phrases(file):
        _add(drafts, phrase, term, tuple(_spelt(_anchor(phrase), spellings)))
    for phrase, term in _welsh(file):
        _add(drafts, phrase, term, mutations(_anchor(phrase)))
    shorts = list(_abbreviations(file))
    own = {f" {fold(short)} " for short, _ in shorts}
    for short, term in shorts:
        for text in (f" {fold(short)} ", f" {fold(short)}s "):
            if text == f" {fold(short)} " or text not in own:
                drafts[text].terms.append(term)
                drafts[text].short = short
    for item in file.general.weaker:
        for text in _spelt(needle(item.phrase), spellings):
            drafts[text].terms.append(rules.Term(weight=item.weight, tier="core"))
            drafts[text].weaker = True
    for name in names:
        drafts[needle(name)].name = ""
    for name in file.masks.names:
        drafts[needle(name)].name = name
    return drafts


def _anchor(phrase: str) -> str:
    return needle(phrase.partition("~")[0])


def _add(drafts: _Drafts, phrase: str, term: rules.Term, texts: Iterable[str]) -> None:
    near = phrase.partition("~")[2]
    for text in texts:
        if near:
            drafts[text].pairs.append(rules.Pair(near=_needles(near.split("|")), term=term))
        else:
            drafts[text].terms.append(term)


def _spelt(text: str, spellings: Spellings) -> Iterator[str]:
    """The needle, and with each word that has other spellings written the other ways."""
    yield text
    for spelling, others in spellings.items():
        if spelling in f"{text} ":
            for other in others:
                yield f"{text} ".replace(spelling, other)[:-1]


def _phrases(file: schema.ProfileFile) -> Iterator[tuple[str, rules.Term]]:
    for item in file.general.phrases:
        yield item.phrase, rules.Term(weight=item.weight, tier="core")
    for kind in file.service_types:
        for item in kind.phrases:
            yield item.phrase, _term(kind, item.weight, kind.tier)
        for item in kind.core:
            yield item.phrase, _term(kind, item.weight, "core")


def _welsh(file: schema.ProfileFile) -> Iterator[tuple[str, rules.Term]]:
    for item in file.general.welsh:
        yield item.phrase, rules.Term(weight=item.weight, tier="core")
    for kind in file.service_types:
        for item in kind.welsh:
            yield item.phrase, _term(kind, item.weight, kind.tier)


def _abbreviations(file: schema.ProfileFile) -> Iterator[tuple[str, rules.Term]]:
    for item in file.general.abbreviations:
        yield item.phrase, rules.Term(weight=item.weight, tier="core")
    for kind in file.service_types:
        for item in kind.abbreviations:
            yield item.phrase, _term(kind, item.weight, kind.tier)


def _term(kind: schema.ServiceType, weight: float, tier: rules.Tier) -> rules.Term:
    strict = kind.needs_general or weight <= kind.needs_general_up_to
    return rules.Term(weight=weight, tier=tier, service_type=kind.id, strict=strict)


def _pattern(text: str, draft: _Draft, traps: tuple[rules.Trap, ...]) -> rules.Pattern:
    return rules.Pattern(
        needle=text,
        terms=tuple(dict.fromkeys(draft.terms)),
        pairs=tuple(dict.fromkeys(draft.pairs)),
        traps=tuple(place for place, trap in enumerate(traps) if trap.word in f"{text} "),
        short=draft.short,
        name=draft.name,
        weaker=draft.weaker,
    )


def _trap(trap: schema.Trap) -> rules.Trap:
    word = needle(trap.word)
    bare = word.strip()
    texts = _needles(trap.not_when)
    return rules.Trap(
        word=word,
        within=tuple(text for text in texts if bare in text),
        beside=tuple(text for text in texts if bare not in text),
        needs=_needles(trap.needs_any),
        means=trap.means,
    )


def _scoring(item: schema.Scoring) -> rules.Scoring:
    return rules.Scoring(
        core=item.thresholds.core,
        related=item.thresholds.related,
        possible=item.thresholds.possible,
        factors=item.fields.model_dump(),
        brief=item.brief,
        opening=item.opening,
        cap_per_phrase=item.cap_per_phrase,
        near=item.near,
        mentions=item.mentions,
        core_up_front=item.core_up_front,
        related_up_front=item.related_up_front,
    )


def _facets(file: schema.ProfileFile) -> Iterator[rules.Facet]:
    for value, phrases in file.audiences.items():
        for text in _needles(phrases):
            yield rules.Facet(needle=text, kind="audience", value=value)
    for value, phrases in file.settings.items():
        for text in _needles(phrases):
            yield rules.Facet(needle=text, kind="setting", value=value)
    for value, phrases in file.levels.items():
        for text in _needles(phrases):
            yield rules.Facet(needle=text, kind="level", value=value)


def _wording(item: schema.Boilerplate) -> rules.Wording:
    return rules.Wording(gate=item.gate, pattern=item.pattern, says=item.says)


def _exclusion(item: schema.Exclusion) -> rules.Exclusion:
    return rules.Exclusion(
        id=item.id,
        says=item.says,
        words=_needles(item.words),
        cpv=item.cpv,
        penalty=item.penalty,
        hard=item.hard,
        but_keep=_needles(item.but_keep),
    )


def _move(item: schema.Move) -> rules.Move:
    return rules.Move(
        id=item.id,
        says=item.says,
        to=item.to,
        title=_needles(item.title),
        text=_needles(item.text),
        unless=_needles(item.unless),
    )


def _thin(item: schema.Thin, buyers: Iterable[str]) -> rules.Thin:
    return rules.Thin(
        words=item.words,
        buyers=_needles((*item.buyers, *buyers)),
        cpv=item.cpv,
        titles=_needles(item.titles),
        welsh=_needles(item.welsh),
        english=_needles(item.english),
    )


def _needles(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(needle(phrase) for phrase in phrases)
