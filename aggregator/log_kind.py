"""How log lines look; a module of its own, so that the command line's help loads nothing else."""

from enum import StrEnum


class LogKind(StrEnum):
    """Plain lines for people, JSON lines for programs."""

    PLAIN = "plain"
    JSON = "json"
