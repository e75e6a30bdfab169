"""The command `fairnotice`: reads the request, calls a use case, shows the result.

Imports of anything heavy wait until a command runs, so that `fairnotice --help` answers at once.
"""

import sys
from functools import cache
from typing import TYPE_CHECKING

from aggregator.errors import ConfigError, FairNoticeError, UnsafeStart

if TYPE_CHECKING:
    import typer

__all__ = ["command_line", "main"]


@cache
def command_line() -> "typer.Typer":
    """The whole command line."""
    from aggregator.cli import (
        alerting,
        backing,
        bounces,
        bulletin,
        collecting,
        host_notices,
        keeping,
        linking,
        members,
        moderators,
        outbox,
        privacy,
        quality,
        reading,
        reconciling,
        rereading,
        serving,
        staging,
        verdicts,
        watching,
        webhooks,
    )
    from aggregator.cli.root import root

    for part in (
        collecting,
        host_notices,
        watching,
        rereading,
        alerting,
        reading,
        reconciling,
        staging,
        linking,
        verdicts,
        quality,
        keeping,
        backing,
        webhooks,
        serving,
        bounces,
        privacy,
        members,
        outbox,
        moderators,
        bulletin,
    ):
        part.register(root)
    return root


def main() -> None:
    """Run the command line; errors raised on purpose become one clear line and a status."""
    try:
        command_line()()
    except ConfigError as fault:
        sys.exit(complaint(fault, status=2))
    except UnsafeStart as fault:
        sys.exit(complaint(fault, status=3))
    except FairNoticeError as fault:
        sys.exit(complaint(fault, status=1))


def complaint(fault: Exception, *, status: int) -> int:
    """Say what went wrong on standard error; gives the exit status."""
    print(f"fairnotice: {fault}", file=sys.stderr)
    return status
