"""Whether we see what a source publishes, judged from what its runs read; pure.

    health.summary(states)               "23 sources checked, 1 quiet since Tuesday."
    health.touching(source_ids, states)  a sentence for each of these that is not well
    health.sentence(state)               one source in one sentence

`assess` judges one source from its History; `measuring` counts what a run read.
"""

from aggregator.health.content import LEAST_FLOOD, is_flood
from aggregator.health.judging import History, assess, offline
from aggregator.health.wording import seen_until, sentence, summary, touching

__all__ = [
    "LEAST_FLOOD",
    "History",
    "assess",
    "is_flood",
    "offline",
    "seen_until",
    "sentence",
    "summary",
    "touching",
]
