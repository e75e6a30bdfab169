"""The words for what carries a verdict: its strongest ground, and the lots."""

from aggregator.model import Facts, Judgement, Lot, Verdict

PURPOSE = {
    Verdict.CORE: "mental health is its purpose",
    Verdict.RELATED: "mental health is part of it",
    Verdict.POSSIBLE: "it may be about mental health",
    Verdict.NO: "you asked for everything",
}


def purpose(facts: Facts, judgement: Judgement) -> str:
    """The verdict with its strongest ground and the lots that carry it."""
    words = PURPOSE[judgement.verdict]
    ground = next((one.words for one in judgement.reasons if one.points > 0), None)
    if ground and judgement.verdict is not Verdict.NO:
        words = f"{words} ({ground})"
    lots = lot_names(facts, judgement) if len(facts.lots) > 1 else ""
    return f"{words} in {lots}" if lots else words


def lot_names(facts: Facts, judgement: Judgement) -> str:
    """ "lot 2 “Advocacy” and lot 3": the lots that carry the verdict."""
    named = [lot_name(lot) for lot in facts.lots if lot.id in judgement.lots]
    if len(named) > 3:  # noqa: PLR2004 - more would hide the rest of the line
        return f"{', '.join(named[:3])} and {len(named) - 3} more lots"
    return " and ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))


def lot_name(lot: Lot) -> str:
    """ "lot 2 “Advocacy”"; ids such as "LOT-0002" are kept as they were published."""
    name = f"lot {lot.id}" if not lot.id.casefold().startswith("lot") else lot.id
    return f"{name} “{lot.title}”" if lot.title else name
