"""Reading the stage of releases from a file, each by itself."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from aggregator.cli.root import DEFAULT_HOME, AnyHome, AnySources, Now, moment

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def register(root: typer.Typer) -> None:
    """Add this command."""
    root.command()(stage)


def stage(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="OCDS releases: a release package, or a release on each line."
        ),
    ],
    home: AnyHome = DEFAULT_HOME,
    sources: AnySources = None,
    now: Now = None,
) -> None:
    """Say where each release of a file stands, as JSON lines.

    By default as on the release's own date.
    """
    if not file.is_file():
        raise typer.BadParameter(f"there is no file {file}", param_hint="FILE")
    at = moment(now) if now else None
    failed = 0
    for release in releases(file.read_bytes()):
        record = standing_record(release, at)
        failed += "error" in record
        typer.echo(json.dumps(record, ensure_ascii=False))
    if failed:
        typer.echo(f"{failed} releases could not be read", err=True)
        raise typer.Exit(1)


def releases(body: bytes) -> Iterator[object]:
    """The releases of a package, of a record package, of a list, or of lines."""
    try:
        whole = json.loads(body)
    except ValueError:
        for line in body.splitlines():
            if line.strip():
                yield parsed_line(line)
        return
    if isinstance(whole, dict) and isinstance(whole.get("releases"), list):
        yield from whole["releases"]
    elif isinstance(whole, dict) and isinstance(whole.get("records"), list):
        for record in whole["records"]:
            yield from record.get("releases", []) if isinstance(record, dict) else [record]
    elif isinstance(whole, list):
        yield from whole
    else:
        yield whole


def parsed_line(line: bytes) -> object:
    """What a line holds; the line itself where it is no JSON."""
    try:
        return json.loads(line)
    except ValueError:
        return line


def standing_record(release: object, now: datetime | None) -> dict[str, Any]:
    """Where one release stands, or why that cannot be said."""
    from aggregator import merge
    from aggregator import stage as stages
    from aggregator.errors import RecordError
    from aggregator.model import StoredNotice
    from aggregator.normalise import notice_from_release
    from aggregator.parsing.dates import to_uk
    from aggregator.sources.services import dialect_of

    if not isinstance(release, dict):
        return {"error": "is no release: one JSON object was expected"}
    ocid, identifier = release.get("ocid"), release.get("id")
    try:
        notice = notice_from_release(release, dialect_of(ocid))
    except RecordError as fault:
        return {"ocid": ocid, "id": identifier, "error": str(fault)}
    arrived = notice.published.instant if notice.published else NEVER
    stored = StoredNotice(number=1, notice=notice, retrieved_at=arrived)
    opportunity = merge.opportunity("fn-of-a-file", [stored])
    standing = stages.at(opportunity, now or arrived)
    deadline = opportunity.deadline
    return {
        "ocid": ocid,
        "id": identifier,
        "stage": standing.stage,
        "certainty": standing.certainty,
        "because": standing.because,
        "open_to_bids": stages.is_open(standing),
        "deadline": to_uk(deadline.instant).isoformat() if deadline else None,
        "deadline_text": deadline.text if deadline else None,
    }
