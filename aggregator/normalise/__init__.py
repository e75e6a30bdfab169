"""One OCDS release into one Notice: the same facts from whichever service it comes."""

from aggregator.normalise.dialect import Dialect
from aggregator.normalise.notice import notice_from_release

__all__ = ["Dialect", "notice_from_release"]
