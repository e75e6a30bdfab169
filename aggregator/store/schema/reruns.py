"""What looks like a re-run: derived, between notices as likely links are."""

from sqlite_utils import Database

from aggregator.store.schema.steps import carry_out, migrations

RERUNS = """
CREATE TABLE reruns (
    later INTEGER NOT NULL REFERENCES notices (number),
    earlier INTEGER NOT NULL REFERENCES notices (number),
    confidence TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (later, earlier)
) STRICT, WITHOUT ROWID;
CREATE INDEX reruns_of_the_earlier ON reruns (earlier);
"""


@migrations()
def reruns(db: Database) -> None:
    """Procurements that look like the re-run of an earlier one."""
    carry_out(db, RERUNS)
