"""What is asked with POST: the criteria of a search, sent as the content of the call."""

from sqlite_utils import Database

from aggregator.store.schema.steps import migrations


@migrations()
def request_content(db: Database) -> None:
    """The content sent with a call; NULL for an ordinary GET."""
    db.execute("ALTER TABLE payloads ADD COLUMN request_content TEXT")
