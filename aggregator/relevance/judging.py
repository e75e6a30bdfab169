"""The judge: is a subject about what the profile looks for, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from aggregator.model import Judgement, Reason, Subject, Verdict
from aggregator.relevance import wording
from aggregator.relevance.finder import any_in
from aggregator.relevance.finding import Layout, find, lay_out
from aggregator.relevance.nudging import cpv_nudge
from aggregator.relevance.profile import Profile
from aggregator.relevance.rules import Exclusion, Move
from aggregator.relevance.scoring import Sum, add_up
from aggregator.relevance.sifting import Sifted, sift
from aggregator.relevance.thin import thin_reason

MOST_REASONS = 8
MOST_AGAINST = 4
STRONG = 8.0
"""Points of service phrases in a title that override a subject told by an exclusion word."""
LEAST_TYPE = 2.0
"""Points below which a service type is not named, unless it is the best one."""
NOTHING = Sifted(kept=(), dropped=(), clean="")
NO_POINTS = Sum()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Finding:
    """What one scope comes to, with the reasons that are not phrases."""

    verdict: Verdict
    score: float
    sum: Sum
    reasons: tuple[Reason, ...] = ()
    moved_to: str | None = None


RANK = {Verdict.CORE: 3, Verdict.RELATED: 2, Verdict.POSSIBLE: 1, Verdict.NO: 0}


def judge(subject: Subject, profile: Profile) -> Judgement:
    """Judge one subject. Pure and deterministic; never raises, whatever the texts hold."""
    layout = lay_out(subject, profile)
    hits = find(layout, profile)
    sifted = sift(hits, layout, subject, profile) if hits else NOTHING
    if not sifted.kept:
        return _judgement(_by_code(subject, profile), (), sifted, layout, subject, profile)
    whole = _whole(sifted, layout, subject, profile)
    lots = _lots(sifted, layout, subject, profile, whole)
    best = max(
        lots.items(), key=lambda item: (RANK[item[1].verdict], item[1].score), default=(0, whole)
    )[1]
    if RANK[best.verdict] <= RANK[whole.verdict]:
        return _judgement(whole, (), sifted, layout, subject, profile)
    carrying = tuple(
        subject.lots[number].id for number, found in lots.items() if found.verdict is best.verdict
    )
    return _judgement(best, carrying, sifted, layout, subject, profile)


def _judgement(
    found: _Finding,
    lots: tuple[str, ...],
    sifted: Sifted,
    layout: Layout,
    subject: Subject,
    profile: Profile,
) -> Judgement:
    if found.verdict is Verdict.NO:
        return _no(found, sifted, layout, subject, profile)
    return _yes(found, lots, sifted, layout, subject, profile)


def _by_code(subject: Subject, profile: Profile) -> _Finding:
    """Without a phrase only a telling CPV code is worth a look."""
    nudge, reason = cpv_nudge(subject, profile, alone=True)
    verdict = Verdict.POSSIBLE if nudge >= profile.rules.scoring.possible else Verdict.NO
    return _Finding(
        verdict=verdict, score=nudge, sum=NO_POINTS, reasons=(reason,) if reason else ()
    )


def _whole(sifted: Sifted, layout: Layout, subject: Subject, profile: Profile) -> _Finding:
    own = add_up((hit for hit in sifted.kept if hit.part.lot is None), profile)
    return _weigh(own, None, layout, subject, profile)


def _lots(
    sifted: Sifted, layout: Layout, subject: Subject, profile: Profile, whole: _Finding
) -> dict[int, _Finding]:
    """Lots that say something themselves, each read together with what is said of the whole."""
    found = {}
    for number in sorted({hit.part.lot for hit in sifted.kept if hit.part.lot is not None}):
        own = add_up((hit for hit in sifted.kept if hit.part.lot == number), profile)
        if own.total >= profile.rules.scoring.possible:
            found[number] = _weigh(whole.sum + own, number, layout, subject, profile)
    return found


def _weigh(
    own: Sum, lot: int | None, layout: Layout, subject: Subject, profile: Profile
) -> _Finding:
    reasons: list[Reason] = []
    nudge, reason = cpv_nudge(subject, profile, alone=False)
    core, total = (own.core + nudge if own.core else 0.0), own.total + nudge
    if reason is not None:
        reasons.append(reason)
    for exclusion, word in _excluded(lot, layout, profile):
        penalty = _penalty(exclusion, own, subject)
        if penalty:
            core, total = core - penalty, total - penalty
            reasons.append(wording.excluded(exclusion, word, penalty))
            if not own.heading:
                total = min(total, profile.rules.scoring.related - 0.01)
    move = _moved(lot, layout, profile) if core > 0 else None
    if move is not None:
        reasons.append(Reason(words=move.says, points=0.0, service_type=move.to))
        core = 0.0
    return _Finding(
        verdict=_verdict(core, total, own, profile),
        score=round(max(total, 0.0), 2),
        sum=own,
        reasons=tuple(reasons),
        moved_to=move.to if move else None,
    )


def _verdict(core: float, total: float, own: Sum, profile: Profile) -> Verdict:
    if (
        core >= profile.rules.scoring.core
        and own.core_in_front >= profile.rules.scoring.core_up_front
    ):
        return Verdict.CORE
    if (
        total >= profile.rules.scoring.related
        and own.in_front >= profile.rules.scoring.related_up_front
    ):
        return Verdict.RELATED
    return Verdict.POSSIBLE if total >= profile.rules.scoring.possible else Verdict.NO


def _headings(lot: int | None, layout: Layout) -> Iterator[str]:
    for part in layout.parts:
        if part.field == "title" or (part.field == "lot_title" and part.lot == lot):
            yield layout.text[part.start : part.end]


def _excluded(lot: int | None, layout: Layout, profile: Profile) -> Iterator[tuple[Exclusion, str]]:
    headings = " ".join(_headings(lot, layout))
    for exclusion in profile.rules.exclusions:
        word = next((word for word in exclusion.words if word in headings), None)
        if word is not None and not any_in(exclusion.but_keep, headings):
            yield exclusion, word.strip()


def _penalty(exclusion: Exclusion, own: Sum, subject: Subject) -> float:
    agreeing = sum(code.startswith(exclusion.cpv) for code in subject.cpv) if exclusion.cpv else 0
    if exclusion.hard and agreeing * 2 >= len(subject.cpv):
        return exclusion.penalty * (2 if agreeing else 1)
    return 0.0 if own.services_in_heading >= STRONG else exclusion.penalty


def _moved(lot: int | None, layout: Layout, profile: Profile) -> Move | None:
    headings = " ".join(_headings(lot, layout))
    for move in profile.rules.moves:
        if any_in(move.unless, layout.text):
            continue
        if any_in(move.title, headings) or any_in(move.text, layout.text):
            return move
    return None


def _yes(
    found: _Finding,
    lots: tuple[str, ...],
    sifted: Sifted,
    layout: Layout,
    subject: Subject,
    profile: Profile,
) -> Judgement:
    facets = _facets(layout, profile)
    return Judgement(
        verdict=found.verdict,
        score=found.score,
        types=_types(found) or ((profile.rules.otherwise,) if profile.rules.otherwise else ()),
        reasons=_reasons(found, sifted, layout, subject),
        lots=lots,
        audiences=facets["audience"],
        settings=facets["setting"],
        levels=facets["level"],
        profile=profile.label,
    )


def _no(
    found: _Finding, sifted: Sifted, layout: Layout, subject: Subject, profile: Profile
) -> Judgement:
    """Nothing found: worth a look all the same where the text says too little to tell."""
    told = sifted.dropped or found.sum.points or found.reasons
    reasons = _reasons(found, sifted, layout, subject) if told else ()
    thin = thin_reason(layout, sifted, subject, profile)
    if thin is not None and not any(_excluded(None, layout, profile)):
        return Judgement(
            verdict=Verdict.POSSIBLE,
            score=found.score,
            types=_types(found),
            reasons=(Reason(words=thin, points=0.0), *reasons),
            profile=profile.label,
        )
    return Judgement(verdict=Verdict.NO, score=found.score, reasons=reasons, profile=profile.label)


def _types(found: _Finding) -> tuple[str, ...]:
    ranked = sorted(found.sum.types, key=lambda item: (-item[1], item[0]))
    types = [kind for kind, points in ranked if points >= LEAST_TYPE] or [k for k, _ in ranked[:1]]
    if found.moved_to is not None:
        types = [found.moved_to, *(kind for kind in types if kind != found.moved_to)]
    return tuple(types)


def _reasons(
    found: _Finding, sifted: Sifted, layout: Layout, subject: Subject
) -> tuple[Reason, ...]:
    points = sorted(found.sum.points, key=lambda point: -point.points)[:MOST_REASONS]
    reasons = [wording.counted(point, layout, subject) for point in points if point.points > 0]
    reasons = sorted([*reasons, *found.reasons], key=lambda reason: -abs(reason.points))
    words = dict.fromkeys(reason.words for reason in reasons)
    first = {reason.words: reason for reason in reversed(reasons)}
    against: dict[str, Reason] = {}
    for dropped in sifted.dropped:
        if len(against) < MOST_AGAINST:
            reason = wording.not_counted(dropped, layout, subject)
            against.setdefault(reason.words, reason)
    return (*(first[text] for text in words), *against.values())


def _facets(layout: Layout, profile: Profile) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {"audience": {}, "setting": {}, "level": {}}
    for _, _, facet in profile.facets.find(layout.text):
        found[facet.kind].setdefault(facet.value)
    return {kind: tuple(facets) for kind, facets in found.items()}
