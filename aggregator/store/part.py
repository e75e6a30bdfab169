"""What the parts of the store share."""

from contextlib import AbstractContextManager

import msgspec

from aggregator.store.connection import Connection

_list = msgspec.json.Encoder().encode


class Part:
    """A group of the store's methods over the one connection."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing: every write inside is kept, or none is when an exception leaves it.

        The outermost begins with BEGIN IMMEDIATE and waits up to five seconds for another writer;
        one inside another is a savepoint. Never await inside: other tasks share the connection.
        Raises StoreError.
        """
        return self._db.transaction()


def json_list(values: object) -> str:
    """A sequence of strings or integers for json_each(?), where SQL wants any number of them."""
    return _list(values).decode()
