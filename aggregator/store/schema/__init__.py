"""The tables, named in the words of the project, and the steps that make them.

A step that has been released is never changed; a later one alters what it left behind. Each
subject has its own module, named here in the order of its first step.
"""

from importlib import import_module

from aggregator.store.schema.steps import known_steps, migrations

__all__ = ["known_steps", "migrations"]

SUBJECTS = (
    "first",
    "rereading",
    "hosts",
    "searches",
    "webhooks",
    "telling",
    "reruns",
    "health",
    "consent",
    "holding",
)

for subject in SUBJECTS:
    import_module(f"{__name__}.{subject}")
