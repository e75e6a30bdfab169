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
    """A bar for each source that calls `advance`; nothing at all when not enabled."""

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

    def __enter__(self) -> "Bars":
        self.progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.progress.stop()

    def advance(self, source_id: str, done: int, left: int) -> None:
        """Show how many calls a source has had and how many are known to be left."""
        if source_id not in self.tasks:
            self.tasks[source_id] = self.progress.add_task(source_id)
        self.progress.update(self.tasks[source_id], completed=done, total=done + left)
