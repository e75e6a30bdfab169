"""Progress bars for the first collection, which may take more than an hour at a polite pace."""

from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)


class Bars:
    """A bar for each source that calls `advance`; nothing at all when not enabled.

    Several may enter the same bars, because a terminal has room for one display at a time; they
    stand until the last has left.
    """

    def __init__(self, *, enabled: bool) -> None:
        self.progress = Progress(
            TextColumn("{task.description:28}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("calls"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not enabled,
        )
        self.tasks: dict[str, TaskID] = {}
        self.users = 0

    def __enter__(self) -> "Bars":
        self.users += 1
        if self.users == 1:
            self.progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.users -= 1
        if not self.users:
            self.progress.stop()

    def advance(self, source_id: str, done: int, left: int) -> None:
        """Show how many calls a source has had and how many are known to be left."""
        if source_id not in self.tasks:
            self.tasks[source_id] = self.progress.add_task(source_id)
        self.progress.update(self.tasks[source_id], completed=done, total=done + left)
