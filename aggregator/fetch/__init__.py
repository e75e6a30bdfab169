"""Asks the portals politely: one call at a time per host, spaced, capped, retried with care."""

from aggregator.fetch.fetcher import PoliteFetcher, user_agent
from aggregator.fetch.local import LocalFiles, put_away
from aggregator.fetch.network import has_route, reachable
from aggregator.fetch.policy import FetchPolicy
from aggregator.fetch.queue import HostQueues

__all__ = [
    "FetchPolicy",
    "HostQueues",
    "LocalFiles",
    "PoliteFetcher",
    "has_route",
    "put_away",
    "reachable",
    "user_agent",
]
