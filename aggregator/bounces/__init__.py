"""Reading what comes back for our mails: bounces, delays, complaints, answers by machines.

`read(raw)` is a pure function over the bytes of one mail; which message it concerns, and what
follows from it, is decided elsewhere.
"""

from aggregator.bounces.reading import LARGEST, read

__all__ = ["LARGEST", "read"]
