"""From points to a verdict: for the whole, and for each lot read together with the whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from aggregator.model import Reason, Subject, Verdict
from aggregator.relevance import wording
from aggregator.relevance.finder import any_in
from aggregator.relevance.finding import Hit, Layout
from aggregator.relevance.nudging import cpv_nudge
from aggregator.relevance.profile import Profile
from aggregator.relevance.rules import Exclusion, Move
from aggregator.relevance.scoring import Sum, add_up
from aggregator.relevance.sifting import Sifted

STRONG = 8.0
"""Points of service phrases in a title that outweigh an exclusion word or an odd CPV code."""
RANK = {Verdict.CORE: 3, Verdict.RELATED: 2, Verdict.POSSIBLE: 1, Verdict.NO: 0}
NO_POINTS = Sum()


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What one scope comes to, with the reasons that are not phrases."""

    verdict: Verdict
    score: float
    sum: Sum
    reasons: tuple[Reason, ...] = ()
    moved_to: str | None = None


@dataclass(frozen=True, kw_only=True)
class Case:
    """A subject with all that was found in it."""

    subject: Subject
    profile: Profile
    layout: Layout
    sifted: Sifted

    @cached_property
    def titles(self) -> dict[int | None, str]:
        """The folded title, and that of each lot by its place."""
        return {
            part.lot: self.layout.text[part.start : part.end]
            for part in self.layout.parts
            if part.field in ("title", "lot_title")
        }

    def headings(self, lot: int | None) -> str:
        """The title of the whole, and of the lot where there is one."""
        title = self.titles.get(None, "")
        return title if lot is None else f"{title} {self.titles.get(lot, '')}"

    @cached_property
    def moves(self) -> tuple[tuple[Move, bool], ...]:
        """Moves that nothing in the text speaks against, and whether the text speaks for them."""
        text = self.layout.text
        return tuple(
            (move, any_in(move.text, text))
            for move in self.profile.rules.moves
            if not any_in(move.unless, text)
        )

    @cached_property
    def nudge(self) -> tuple[float, Reason | None]:
        """What the CPV codes add."""
        return cpv_nudge(self.subject, self.profile, alone=not self.sifted.kept)


def by_code(case: Case) -> Finding:
    """Without a phrase only a telling CPV code is worth a look."""
    nudge, reason = case.nudge
    enough = nudge >= case.profile.rules.scoring.possible
    return Finding(
        verdict=Verdict.POSSIBLE if enough else Verdict.NO,
        score=nudge,
        sum=NO_POINTS,
        reasons=(reason,) if reason else (),
    )


def the_whole(case: Case) -> Finding:
    """The notice without its lots."""
    own = (hit for hit in case.sifted.kept if hit.part.lot is None)
    return _weigh(add_up(own, case.profile), None, case)


def the_lots(case: Case, whole: Sum) -> dict[int, Finding]:
    """Lots that say something themselves, each read together with what is said of the whole."""
    by_lot: dict[int, list[Hit]] = {}
    for hit in case.sifted.kept:
        if hit.part.lot is not None:
            by_lot.setdefault(hit.part.lot, []).append(hit)
    sums = {number: add_up(hits, case.profile) for number, hits in sorted(by_lot.items())}
    return {
        number: _weigh(whole + own, number, case)
        for number, own in sums.items()
        if own.total >= case.profile.rules.scoring.possible
    }


def _weigh(own: Sum, lot: int | None, case: Case) -> Finding:
    scoring = case.profile.rules.scoring
    nudge, reason = case.nudge
    if nudge < 0 and own.services_in_heading >= STRONG:
        nudge, reason = 0.0, None
    penalties = list(_penalties(own, lot, case))
    less = sum(-penalty.points for penalty in penalties)
    core, total = (own.core + nudge if own.core else 0.0) - less, own.total + nudge - less
    if penalties and not own.services_in_heading:
        most = scoring.related - 0.01  # something else is bought: a look at most
        core, total = min(core, most), min(total, most)
    reasons = [*([reason] if reason else []), *penalties]
    move = _move(lot, case) if core > 0 else None
    if move is not None:
        core = 0.0
        reasons.append(Reason(words=move.says, points=0.0, service_type=move.to))
    return Finding(
        verdict=_verdict(core, total, own, case.profile),
        score=round(max(total, 0.0), 2),
        sum=own,
        reasons=tuple(reasons),
        moved_to=move.to if move else None,
    )


def _verdict(core: float, total: float, own: Sum, profile: Profile) -> Verdict:
    scoring = profile.rules.scoring
    if core >= scoring.core and own.core_in_front >= scoring.core_up_front:
        return Verdict.CORE
    if total >= scoring.related and own.in_front >= scoring.related_up_front:
        return Verdict.RELATED
    return Verdict.POSSIBLE if total >= scoring.possible else Verdict.NO


def excluded(lot: int | None, case: Case) -> Iterator[tuple[Exclusion, str]]:
    """Subjects that the title says are something else, with the word that says so."""
    headings = case.headings(lot)
    for exclusion in case.profile.rules.exclusions:
        word = next((word for word in exclusion.words if word in headings), None)
        if word is not None and not any_in(exclusion.but_keep, headings):
            yield exclusion, word.strip()


def _penalties(own: Sum, lot: int | None, case: Case) -> Iterator[Reason]:
    for exclusion, word in excluded(lot, case):
        penalty = _penalty(exclusion, own, case.subject.cpv)
        if penalty:
            yield wording.excluded(exclusion, word, penalty)


def _penalty(exclusion: Exclusion, own: Sum, codes: tuple[str, ...]) -> float:
    """A hard exclusion holds unless the codes contradict it, and doubly where they agree; any
    other gives way to a title that clearly names a service.
    """
    agreeing = sum(code.startswith(exclusion.cpv) for code in codes) if exclusion.cpv else 0
    if exclusion.hard and agreeing * 2 >= len(codes):
        return exclusion.penalty * (2 if agreeing else 1)
    return 0.0 if own.services_in_heading >= STRONG else exclusion.penalty


def _move(lot: int | None, case: Case) -> Move | None:
    headings = case.headings(lot)
    for move, said_in_text in case.moves:
        if said_in_text or any_in(move.title, headings):
            return move
    return None
