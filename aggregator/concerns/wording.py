"""The mail to the operator: what is the matter, and what to do."""

from collections.abc import Iterator

from aggregator.concerns.deciding import AGAIN, Telling
from aggregator.model import Host
from aggregator.parsing import dates

END = """\
You are told of each thing once, and again every {days} days while it lasts. What mends by
itself is not mailed, and there is no mail when something is over: fairnotice doctor says at any
time how things stand. Who gets these mails stands in fairnotice.yaml, operator:.
"""


def subject(telling: Telling, host: Host) -> str:
    """ "Fair Notice of Arden Voluntary Action: 2 things to see to"."""
    count = len(telling.began) or len(telling.still)
    things = "1 thing" if count == 1 else f"{count} things"
    still = "" if telling.began else "still "
    return f"Fair Notice of {' '.join(host.name.split())}: {still}{things} to see to"


def text(telling: Telling) -> str:
    """The whole mail, plain."""
    return "\n".join((*blocks(telling), "", END.format(days=AGAIN.days)))


def blocks(telling: Telling) -> Iterator[str]:
    """One paragraph for each thing, the new ones first."""
    yield "Please see to this:" if telling.began else "This still waits for you:"
    for one in telling.began:
        yield f"\n- {one.words}\n  What to do: {one.remedy}"
    if telling.began and telling.still:
        yield "\nTold before, and still so:"
    for one, known in telling.still:
        yield f"\n- {one.words}\n  Since {dates.in_words(known.since)}. What to do: {one.remedy}"
