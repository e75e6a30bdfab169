"""Asks the portals politely: one call at a time per host, spaced, capped, retried with care."""

from aggregator.fetch.fetcher import PoliteFetcher, user_agent
from aggregator.fetch.policy import FetchPolicy

__all__ = ["FetchPolicy", "PoliteFetcher", "user_agent"]
