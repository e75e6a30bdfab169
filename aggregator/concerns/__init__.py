"""When the operator is written to, and in which words; no input or output."""

from aggregator.concerns.deciding import AGAIN, APART, FORGOTTEN, Telling, telling
from aggregator.concerns.wording import subject, text

__all__ = ["AGAIN", "APART", "FORGOTTEN", "Telling", "subject", "telling", "text"]
