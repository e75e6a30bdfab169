"""From events to messages in the outbox, and from the outbox to the readers."""

from aggregator.alert.composing import BRAKE, Composed, ComposeResult, compose
from aggregator.alert.delivering import SETTLE, Delivered, deliver
from aggregator.alert.sources import watch

__all__ = [
    "BRAKE",
    "SETTLE",
    "ComposeResult",
    "Composed",
    "Delivered",
    "compose",
    "deliver",
    "watch",
]
