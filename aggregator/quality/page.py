"""The page docs/quality.md: figures and their limits, made by the command."""

from collections.abc import Iterable, Iterator
from textwrap import fill

from aggregator.quality.figures import Labelled, faults
from aggregator.quality.measuring import Measured
from aggregator.quality.rates import Measure
from aggregator.quality.report import HONESTY, f1_words, reasons

HEAD = """\
# How good the judging is

Made by `fairnotice quality --markdown`; change the program, not this page.

{here} real notices, labelled by people who read them, judged by {profile}.

**core**: what is bought is a service, support, engagement, research, training or campaign for
people's mental health or emotional wellbeing. **related**: services beside it for which
mental-health charities commonly bid. **no**: everything else. Core and related are told to
subscribers who want them; **possible** waits for a look. Every share stands with its 95 % interval
by Wilson's formula.

{honesty}

## What is delivered
"""

SEARCHES = """
## Beside two plain searches

The official services offer a saved search for a phrase, or for a code of the Common Procurement
Vocabulary. The same notices, searched so ("told" is everything a search would send; right is what
is labelled core or related):
"""

TYPES = """
## By service type

Of what is told. Readers gave a notice its one or two main types, the judge names every type it
finds: precision here is what that costs, and the first type it names is far more often right (see
above). With so few notices of each type, read the intervals.
"""

FAULTS = """
## Misses and false alarms

Each with the reasons the judge gave. Titles are on the official pages.
"""

LIMITS = """
## Limits

- The rules were tuned on these very labels, as said above.
- The sample was drawn from a corpus of 5,240 notices: all that have a word like mental health in
  them, and a random rest. Hard cases are over-represented: in life there are far more plain "no".
  A further part of the sample is kept back, neither read while tuning nor in this repository.
- The labels are of notices from 2015 to 2026, mostly of Contracts Finder. Some were only available
  as an excerpt or without codes; titles and texts of portals not in the sample may differ.
- Two readers labelled independently (they agreed on 97.8 %, Cohen's kappa 0.95), a third settled
  the rest. What is "related" is a matter of opinion near its border.
- F1 is given an interval through the share of both sets in common, which Wilson's formula fits.

## Repeat it

`fairnotice quality` measures on what an instance has collected and says what is missing;
`fairnotice quality --corpus FILE` measures on notices in a file. The labels are in
`aggregator/quality/labels.csv`: ids, verdicts, service types and official addresses. Labels of your
own: `fairnotice verdict export FILE`, then `fairnotice quality --labels FILE`.
"""


def page(measured: Measured) -> str:
    """The page in Markdown, the same for the same figures."""
    return "\n".join(_lines(measured)) + "\n"


def _lines(measured: Measured) -> Iterator[str]:
    yield HEAD.format(
        here=len(measured.labelled),
        profile=f"the profile {measured.profile}",
        honesty=fill(HONESTY, 100),
    )
    yield from _delivered(measured)
    yield "\n## By verdict\n"
    yield from _table(measured.figures.verdicts)
    yield SEARCHES
    yield from _searches(measured)
    yield TYPES
    yield from _table(measured.figures.types)
    yield FAULTS
    yield from _faults(measured.labelled)
    yield LIMITS.rstrip("\n")


def _delivered(measured: Measured) -> Iterator[str]:
    yield "| Of the labelled notices | Share | Aim |"
    yield "|---|---|---|"
    for figure in measured.figures.delivered:
        kept = "" if figure.kept else " (not kept)"
        yield f"| {figure.name} | {figure.rate} | {figure.aim_in_words}{kept} |"


def _table(measures: Iterable[Measure]) -> Iterator[str]:
    yield "| | Precision | Recall | F1 |"
    yield "|---|---|---|---|"
    for one in measures:
        yield f"| {one.name} | {one.precision} | {one.recall} | {f1_words(one)} |"


def _searches(measured: Measured) -> Iterator[str]:
    yield "| | Core found | Of what is told, right | Core and related found | F1 |"
    yield "|---|---|---|---|---|"
    for found, one in measured.figures.searches:
        yield f"| {one.name} | {found} | {one.precision} | {one.recall} | {f1_words(one)} |"


def _faults(labelled: Iterable[Labelled]) -> Iterator[str]:
    found = list(faults(labelled))
    if not found:
        yield "None."
    for fault, one in found:
        name = f"`{one.id}`"
        shown = f"[{name}]({one.address})" if one.address else name
        yield f"- {fault}: {shown}, judged {one.judgement.verdict}: {reasons(one)}."
