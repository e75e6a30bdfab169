"""A filter from what people type, and back into words. Shared by command line, pages and mails."""

from aggregator.criteria.form import criteria_from
from aggregator.criteria.place_words import place_codes
from aggregator.criteria.problems import Problem
from aggregator.criteria.wording import in_words

__all__ = ["Problem", "criteria_from", "in_words", "place_codes"]
