"""The command `fairnotice`: reads the request, calls a use case, shows the result.

Imports of anything heavy wait until a command runs, so that `fairnotice --help` answers at once.
"""

import sys

from aggregator.cli.root import root
from aggregator.errors import ConfigError, FairNoticeError

__all__ = ["main"]


def main() -> None:
    """Run the command line; errors raised on purpose become one clear line and a status."""
    from aggregator.cli import alerting, collecting, keeping, reading

    for part in (collecting, alerting, reading, keeping):
        part.register(root)
    try:
        root()
    except ConfigError as fault:
        sys.exit(complaint(fault, status=2))
    except FairNoticeError as fault:
        sys.exit(complaint(fault, status=1))


def complaint(fault: Exception, *, status: int) -> int:
    """Say what went wrong on standard error; gives the exit status."""
    print(f"fairnotice: {fault}", file=sys.stderr)
    return status
