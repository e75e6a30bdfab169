"""The tables, named in the words of the project, and the steps that make them.

A step that has been released is never changed; a later one alters what it left behind. Each
subject has its own module, imported here in the order of its first step.
"""

from aggregator.store.schema import first, health, hosts, rereading, searches, webhooks
from aggregator.store.schema.steps import known_steps, migrations

__all__ = [
    "first",
    "health",
    "hosts",
    "known_steps",
    "migrations",
    "rereading",
    "searches",
    "webhooks",
]
