"""What may be wrong with an instance, and what to do about it.

Every check gives Results. Most are for `fairnotice doctor`; those that say `stops` keep the
service from starting, because going on would harm somebody (see `starting`).
"""

from aggregator.checks.result import Result, all_well
from aggregator.checks.starting import must_be_safe, of_start

__all__ = ["Result", "all_well", "must_be_safe", "of_start"]
