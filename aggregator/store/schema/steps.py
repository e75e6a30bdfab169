"""The steps that make the tables, in the order in which they are declared."""

from contextlib import closing

from sqlite_utils import Database, Migrations

migrations = Migrations("fair-notice")


def known_steps() -> frozenset[str]:
    """The names of all steps this version knows."""
    with closing(Database(memory=True, execute_plugins=False)) as empty:
        return frozenset(step.name for step in migrations.pending(empty))


def carry_out(db: Database, statements: str) -> None:
    """Execute statements that are parted by semicolons."""
    for statement in statements.split(";"):
        if statement.strip():
            db.execute(statement)
