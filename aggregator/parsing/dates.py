"""Dates as published, and in words. Never a wrong guess: what is ambiguous is refused."""

from aggregator.parsing.english_dates import parse_uk, parse_with_remark
from aggregator.parsing.iso_dates import ZoneRule, parse_iso
from aggregator.parsing.prose_deadlines import deadline_words, stated_deadlines
from aggregator.parsing.stamps import parse_stamp
from aggregator.parsing.uk_time import LONDON, in_words, to_uk, whole_day

__all__ = [
    "LONDON",
    "ZoneRule",
    "deadline_words",
    "in_words",
    "parse_iso",
    "parse_stamp",
    "parse_uk",
    "parse_with_remark",
    "stated_deadlines",
    "to_uk",
    "whole_day",
]
