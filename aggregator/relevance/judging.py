"""The judge: is a subject about what the profile looks for, and why."""

from aggregator.model import Judgement, Reason, Subject, Verdict
from aggregator.relevance import wording
from aggregator.relevance.finding import find, lay_out
from aggregator.relevance.profile import Profile
from aggregator.relevance.sifting import Sifted, sift
from aggregator.relevance.thin import thin_reason
from aggregator.relevance.weighing import (
    RANK,
    Case,
    Finding,
    by_code,
    excluded,
    the_lots,
    the_whole,
)

MOST_REASONS = 8
MOST_AGAINST = 4
LEAST_TYPE = 2.0
"""Points below which a service type is not named, unless it is the best one."""
NOTHING = Sifted(kept=(), dropped=(), clean="")


def judge(subject: Subject, profile: Profile) -> Judgement:
    """Judge one subject. Pure and deterministic; never raises, whatever the texts hold."""
    layout = lay_out(subject, profile)
    hits = find(layout, profile)
    sifted = sift(hits, layout, subject, profile) if hits else NOTHING
    case = Case(subject=subject, profile=profile, layout=layout, sifted=sifted)
    if not sifted.kept:
        return _judgement(by_code(case), (), case)
    whole = the_whole(case)
    lots = the_lots(case, whole.sum)
    best = max(lots.values(), key=_standing, default=whole)
    if RANK[best.verdict] <= RANK[whole.verdict]:
        return _judgement(whole, (), case)
    carrying = tuple(
        subject.lots[number].id for number, found in lots.items() if found.verdict is best.verdict
    )
    return _judgement(best, carrying, case)


def _standing(found: Finding) -> tuple[int, float]:
    return RANK[found.verdict], found.score


def _judgement(found: Finding, lots: tuple[str, ...], case: Case) -> Judgement:
    return _no(found, case) if found.verdict is Verdict.NO else _yes(found, lots, case)


def _yes(found: Finding, lots: tuple[str, ...], case: Case) -> Judgement:
    facets = _facets(case)
    otherwise = case.profile.rules.otherwise
    return Judgement(
        verdict=found.verdict,
        score=found.score,
        types=_types(found) or ((otherwise,) if otherwise else ()),
        reasons=_reasons(found, case),
        lots=lots,
        audiences=facets["audience"],
        settings=facets["setting"],
        levels=facets["level"],
        profile=case.profile.label,
    )


def _no(found: Finding, case: Case) -> Judgement:
    """Nothing found: worth a look all the same where the text says too little to tell."""
    told = case.sifted.dropped or found.sum.points or found.reasons
    reasons = _reasons(found, case) if told else ()
    thin = thin_reason(case.layout, case.sifted, case.subject, case.profile)
    if thin is not None and not any(excluded(None, case)):
        return Judgement(
            verdict=Verdict.POSSIBLE,
            score=found.score,
            types=_types(found),
            reasons=(Reason(words=thin, points=0.0), *reasons),
            profile=case.profile.label,
        )
    return Judgement(
        verdict=Verdict.NO, score=found.score, reasons=reasons, profile=case.profile.label
    )


def _types(found: Finding) -> tuple[str, ...]:
    ranked = sorted(found.sum.types, key=lambda item: (-item[1], item[0]))
    types = [kind for kind, points in ranked if points >= LEAST_TYPE] or [k for k, _ in ranked[:1]]
    if found.moved_to is not None:
        types = [found.moved_to, *(kind for kind in types if kind != found.moved_to)]
    return tuple(types)


def _reasons(found: Finding, case: Case) -> tuple[Reason, ...]:
    """Reasons for and against, strongest first, then what did not count; no words twice."""
    points = sorted(found.sum.points, key=lambda point: -point.points)[:MOST_REASONS]
    counted = [
        wording.counted(point, case.layout, case.subject) for point in points if point.points > 0
    ]
    first: dict[str, Reason] = {}
    for reason in sorted([*counted, *found.reasons], key=lambda reason: -abs(reason.points)):
        first.setdefault(reason.words, reason)
    against: dict[str, Reason] = {}
    for dropped in case.sifted.dropped:
        if len(against) < MOST_AGAINST:
            reason = wording.not_counted(dropped, case.layout, case.subject)
            against.setdefault(reason.words, reason)
    return (*first.values(), *against.values())


def _facets(case: Case) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {"audience": {}, "setting": {}, "level": {}}
    for _, _, facet in case.profile.facets.find(case.layout.text):
        found[facet.kind].setdefault(facet.value)
    return {kind: tuple(facets) for kind, facets in found.items()}
