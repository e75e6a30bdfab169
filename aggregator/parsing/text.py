"""Text as published into text to read and text to compare."""

from aggregator.parsing.folding import fold
from aggregator.parsing.markup import plain
from aggregator.parsing.names import buyer_name

__all__ = ["buyer_name", "fold", "plain"]
