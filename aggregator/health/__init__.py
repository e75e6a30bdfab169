"""Whether we see what a source publishes, judged from what its runs read; pure.

health.summary(states)               "23 sources checked, 1 quiet since Tuesday."
health.touching(source_ids, states)  a sentence for each of these that is not well
health.sentence(state)               one source in one sentence
"""

from aggregator.health.wording import sentence, summary, touching

__all__ = ["sentence", "summary", "touching"]
