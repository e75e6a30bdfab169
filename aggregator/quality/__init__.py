"""How good the judging is: figures on notices that people have labelled, and the labels.

    labels = read_labels(shipped_labels())
    measured = measure(labels, map(collected, store.stored_notices()), profile)

Labels are core, related and no (or yes and no, where a person only said that). Measured is what
is delivered: what is judged core or related is told, what is judged possible waits for a look.
Pure: notices are handed in, from an instance's store or from a file.
"""

from aggregator.quality.figures import Figure, Labelled, Quality, faults, quality
from aggregator.quality.labels import Label, read_labels, shipped_labels, write_labels
from aggregator.quality.matching import Collected, collected, from_record, matched
from aggregator.quality.measuring import Measured, measure
from aggregator.quality.page import page
from aggregator.quality.rates import Measure, Rate
from aggregator.quality.report import as_json, lines

__all__ = [
    "Collected",
    "Figure",
    "Label",
    "Labelled",
    "Measure",
    "Measured",
    "Quality",
    "Rate",
    "as_json",
    "collected",
    "faults",
    "from_record",
    "lines",
    "matched",
    "measure",
    "page",
    "quality",
    "read_labels",
    "shipped_labels",
    "write_labels",
]
