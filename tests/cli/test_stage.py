"""`fairnotice stage` reads releases from a file, each by itself."""

import json
from pathlib import Path
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from aggregator.cli import command_line

RELEASE = {
    "ocid": "ocds-h6vhtk-0a0001",
    "id": "000001-2026",
    "date": "2026-11-02T09:00:00Z",
    "tag": ["tender"],
    "buyer": {"id": "1", "name": "Northmoor Council"},
    "tender": {
        "id": "A",
        "title": "Crisis café",
        "status": "active",
        "legalBasis": {"scheme": "UKPGA", "id": "2023/54"},
        "tenderPeriod": {"endDate": "2026-12-04T12:00:00Z"},
        "documents": [{"id": "000001-2026", "noticeType": "UK4"}],
    },
}


def staged(file: Path, *options: str) -> Result:
    return CliRunner().invoke(command_line(), ["stage", str(file), *options])


def saved(folder: Path, content: object) -> Path:
    file = folder / "releases.json"
    text = content if isinstance(content, str) else json.dumps(content)
    file.write_text(text, encoding="utf-8")
    return file


def only(result: Result) -> dict[str, Any]:
    (line,) = result.output.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_package_gives_a_line_for_each_release(tmp_path: Path) -> None:
    record = only(staged(saved(tmp_path, {"releases": [RELEASE]})))
    assert record["ocid"] == "ocds-h6vhtk-0a0001"
    assert record["id"] == "000001-2026"
    assert (record["stage"], record["certainty"]) == ("open", "stated")
    assert record["open_to_bids"] is True
    assert record["deadline"] == "2026-12-04T12:00:00+00:00"
    assert record["deadline_text"] == "2026-12-04T12:00:00Z"
    assert "tender notice" in record["because"]


def test_lines_of_releases_are_read_too(tmp_path: Path) -> None:
    file = saved(tmp_path, f"{json.dumps(RELEASE)}\n\n{json.dumps(RELEASE)}\n")
    assert len(staged(file).output.splitlines()) == 2


def test_as_at_a_later_time_the_deadline_has_passed(tmp_path: Path) -> None:
    record = only(staged(saved(tmp_path, RELEASE), "--now", "2026-12-05"))
    assert (record["stage"], record["open_to_bids"]) == ("closed", False)


def test_scottish_times_are_uk_time_in_spite_of_their_z(tmp_path: Path) -> None:
    tender = {**RELEASE["tender"], "tenderPeriod": {"endDate": "2026-06-30T12:00:00Z"}}  # type: ignore[dict-item]
    scottish = {
        **RELEASE,
        "ocid": "ocds-r6ebe6-0000000001",
        "date": "2026-06-01T00:00:00Z",
        "tender": tender,
    }
    record = only(staged(saved(tmp_path, scottish)))
    assert record["deadline"] == "2026-06-30T12:00:00+01:00"


def test_what_is_no_release_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    result = staged(saved(tmp_path, {"releases": [7, {"id": "x"}, RELEASE]}))
    lines = [json.loads(line) for line in result.output.splitlines() if line.startswith("{")]
    assert ["error" in line for line in lines] == [True, True, False]
    assert result.exit_code == 1


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    result = staged(tmp_path / "nowhere.json")
    assert result.exit_code == 2
    assert "no file" in result.output
