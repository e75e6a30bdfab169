"""What of a notice or opportunity is judged."""

from aggregator.model import Facts, Subject, SubjectLot
from aggregator.parsing import cpv


def subject_of(facts: Facts) -> Subject:
    """The texts, codes and names of what is stated about a procurement."""
    return Subject(
        title=facts.title,
        description=facts.description,
        additional_text=_joined(
            facts.additional_text,
            facts.engagement_text,
            *(document.title for document in facts.documents),
        ),
        award_text=_joined(*(award.title for award in facts.awards)),
        lots=tuple(
            SubjectLot(id=lot.id, title=lot.title, description=lot.description)
            for lot in facts.lots
        ),
        organisations=_unique(
            *(buyer.name for buyer in facts.buyers),
            *facts.other_organisations,
            *(name for award in facts.awards for name in award.suppliers),
        ),
        cpv=_codes(facts),
    )


def _joined(*texts: str | None) -> str | None:
    found = _unique(*(text for text in texts if text))
    return "\n".join(found) or None


def _unique(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text.strip()))


def _codes(facts: Facts) -> tuple[str, ...]:
    own = [item for item in facts.classifications if item.scheme.upper() == "CPV"]
    lots = [
        item for lot in facts.lots for item in lot.classifications if item.scheme.upper() == "CPV"
    ]
    found = (cpv.code(item.id) for item in (*own, *lots))
    return tuple(dict.fromkeys(code for code in found if code))
