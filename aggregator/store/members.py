"""Groups of members, and how many there are."""

from aggregator.errors import StoreError, UnknownIdentifier
from aggregator.model import Cadence, Group, MemberCounts
from aggregator.store.connection import Row
from aggregator.store.part import Part
from aggregator.store.subscribers import CRITERIA, criteria_of

GROUP = "SELECT id, name, criteria, cadence FROM member_groups"


class Members(Part):
    """The part of the store that knows the host's network."""

    def save_group(self, group: Group) -> tuple[str, ...]:
        """Keep a group, or its new defaults; says which subscribers follow those.

        Raises StoreError where another group has the name.
        """
        with self.transaction():
            if self._db.row(
                "SELECT 1 FROM member_groups WHERE folded_name = ? AND id <> ?",
                (folded_name(group.name), group.id),
            ):
                raise StoreError(f"There is a group “{group.name}” already.")
            self._db.write(
                "INSERT INTO member_groups (id, name, folded_name, criteria, cadence)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
                " folded_name = excluded.folded_name, criteria = excluded.criteria,"
                " cadence = excluded.cadence",
                (
                    group.id,
                    group.name,
                    folded_name(group.name),
                    CRITERIA.text(group.criteria),
                    group.cadence,
                ),
            )
            followers = self._db.rows(
                "SELECT DISTINCT subscriber_id FROM subscriptions WHERE group_id = ? ORDER BY 1",
                (group.id,),
            )
            self._db.write(
                "UPDATE subscriptions SET criteria = ?, cadence = ?, opened_at = NULL"
                " WHERE group_id = ?",
                (CRITERIA.text(group.criteria), group.cadence, group.id),
            )
        return tuple(identifier for (identifier,) in followers)

    def groups(self) -> tuple[Group, ...]:
        """All groups by name."""
        return tuple(map(_group, self._db.rows(f"{GROUP} ORDER BY folded_name")))

    def group(self, text: str) -> Group:
        """A group by its name, capital letters or not, or by its id. Raises UnknownIdentifier."""
        row = self._db.row(
            f"{GROUP} WHERE folded_name = ? OR id = ? ORDER BY id = ? DESC LIMIT 1",
            (folded_name(text), text, text),
        )
        if row is None:
            raise UnknownIdentifier(
                f"There is no group “{text}”; `fairnotice groups list` shows those there are, and "
                "`fairnotice groups add` makes one."
            )
        return _group(row)

    def remove_group(self, group_id: str) -> None:
        """Forget a group. Its members keep what they get, as a choice of their own."""
        with self.transaction():
            for statement in (
                "UPDATE subscriptions SET group_id = NULL WHERE group_id = ?",
                "DELETE FROM group_members WHERE group_id = ?",
                "DELETE FROM member_groups WHERE id = ?",
            ):
                self._db.write(statement, (group_id,))

    def join_group(self, subscriber_id: str, group_id: str) -> bool:
        """Note that an address is of a group; False where it was."""
        added = self._db.write(
            "INSERT INTO group_members (subscriber_id, group_id) VALUES (?, ?)"
            " ON CONFLICT DO NOTHING",
            (subscriber_id, group_id),
        )
        return added == 1

    def groups_of(self, subscriber_id: str) -> tuple[Group, ...]:
        """The groups an address is of, by name."""
        rows = self._db.rows(
            f"{GROUP} WHERE id IN (SELECT group_id FROM group_members WHERE subscriber_id = ?)"  # noqa: S608
            " ORDER BY folded_name",
            (subscriber_id,),
        )
        return tuple(map(_group, rows))

    def member_counts(self) -> MemberCounts:
        """How many there are, in every state and group."""
        states = self._db.rows("SELECT state, count(*) FROM subscribers GROUP BY 1 ORDER BY 1")
        groups = self._db.rows(
            "SELECT g.name, count(s.id), count(s.id) FILTER"
            " (WHERE s.state IN ('confirmed', 'paused')) FROM member_groups g"
            " LEFT JOIN group_members m ON m.group_id = g.id"
            " LEFT JOIN subscribers s ON s.id = m.subscriber_id AND s.state <> 'ended'"
            " GROUP BY g.id ORDER BY g.folded_name"
        )
        organisations = self._db.value(
            "SELECT count(DISTINCT organisation_id) FROM subscribers WHERE state <> 'ended'"
        )
        waiting = self._db.value(
            "SELECT count(DISTINCT subscriber_id) FROM opt_ins WHERE confirmed_at IS NULL"
        )
        return MemberCounts(
            states=tuple((str(name), int(count)) for name, count in states),
            groups=tuple((str(a), int(b), int(c)) for a, b, c in groups),
            organisations=int(organisations),
            waiting=int(waiting),
        )


def folded_name(name: str) -> str:
    """For comparison: capital letters and spaces do not matter."""
    return " ".join(name.casefold().split())


def _group(row: Row) -> Group:
    return Group(
        id=row[0],
        name=row[1],
        criteria=criteria_of(row[2], f"of group “{row[1]}”"),
        cadence=Cadence(row[3]),
    )
