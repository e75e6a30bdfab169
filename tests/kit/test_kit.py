"""sources new, check and canary, as somebody who adds a source meets them."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aggregator.app import build_source
from aggregator.cli import command_line
from aggregator.config import SourceEntry, load_sources
from aggregator.errors import ConfigError, OwnNetworkDown, Unreachable
from aggregator.kit import acts, canary, checking, table
from aggregator.model import Parsed, RawPayload
from aggregator.ports import Source
from aggregator.testing import FixtureFetcher, FrozenClock, utc
from sources.goldens import FIXTURES, ROOT

NOW = utc(2026, 11, 20, 12)
URL = "https://grants.northmoor.example/open?page=1"
PAGE = FIXTURES / "ukri-opportunities" / "ordinary" / "payload.html"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with one entry in its sources.yaml."""
    text = (
        "- {id: old, kind: feed, name: Old, base_url: 'https://a.example', pace: 5,"
        " path: /feed/, kind_of_notice: news}\n"
    )
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")
    return tmp_path


async def new(place: Path, name: str = "northmoor", page: Path | None = PAGE) -> SourceEntry:
    await acts.new(name, URL, page=page, sources=place / "sources.yaml")
    return load_sources(place / "sources.yaml")[-1]


async def test_a_new_source_is_switched_off_reads_the_page_and_says_what_is_unknown(
    place: Path,
) -> None:
    entry = await new(place)
    assert not entry.enabled
    assert entry.to_confirm
    assert entry.last_checked_live == "never"
    adapter = build_source(entry)
    (request,) = adapter.requests(None)  # type: ignore[arg-type]
    payload = RawPayload(
        request=request, status=200, headers={}, body=PAGE.read_bytes(), retrieved_at=NOW
    )
    assert len(adapter.read(payload).notices) == 3
    cases = {path.name for path in (place / "fixtures" / "northmoor").iterdir()}
    assert cases == {"ordinary", "no-results", "amended", "broken"}
    saved = place / "fixtures" / "northmoor" / "ordinary" / "payload.html"
    assert saved.read_bytes() == PAGE.read_bytes()


async def test_without_a_page_the_entry_is_a_pattern_and_says_so(place: Path) -> None:
    entry = await new(place, page=None)
    assert build_source(entry)
    assert any("pattern" in one for one in entry.to_confirm)


async def test_code_is_written_only_where_no_declaration_fits(place: Path) -> None:
    (place / "aggregator" / "sources").mkdir(parents=True)
    page = place / "page.html"
    page.write_text("<html><body><p>Only words.</p></body></html>", encoding="utf-8")
    entry = await new(place, page=page)
    module = place / "aggregator" / "sources" / "northmoor.py"
    assert entry.kind == "northmoor"
    compile(module.read_text(encoding="utf-8"), str(module), "exec")
    assert "class Northmoor(Adapter)" in module.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "url", "words"),
    [
        ("old", URL, "is there already"),
        ("Not A Name", URL, "small letters"),
        ("../../etc", URL, "small letters"),
        ("fine", "grants.northmoor.example", "https://"),
        ("fine", "ftp://x.example/", "https://"),
    ],
)
async def test_what_cannot_be_a_source_changes_nothing(
    place: Path, name: str, url: str, words: str
) -> None:
    before = (place / "sources.yaml").read_bytes()
    with pytest.raises(ConfigError, match=words):
        await acts.new(name, url, page=None, sources=place / "sources.yaml")
    assert (place / "sources.yaml").read_bytes() == before
    assert not (place / "fixtures").exists()


async def test_cases_that_are_there_are_never_written_over(place: Path) -> None:
    case = place / "fixtures" / "northmoor" / "ordinary"
    case.mkdir(parents=True)
    (case / "request.json").write_text("mine", encoding="utf-8")
    before = (place / "sources.yaml").read_bytes()
    with pytest.raises(ConfigError, match="is there already"):
        await new(place)
    assert (case / "request.json").read_text(encoding="utf-8") == "mine"
    assert (place / "sources.yaml").read_bytes() == before


def test_the_copy_that_was_installed_is_never_added_to(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place / "..")
    told = CliRunner().invoke(command_line(), ["sources", "new", "northmoor", URL])
    assert isinstance(told.exception, ConfigError)
    assert "sources.yaml: cannot be read" in str(told.exception)
    named = ["--sources", str(place / "sources.yaml")]
    told = CliRunner().invoke(command_line(), ["sources", "new", "northmoor", URL, *named])
    assert told.exit_code == 0
    assert "1. read the entry" in told.output


# -- check ----------------------------------------------------------------------------------------


def words(entry: SourceEntry, fixtures: Path = FIXTURES) -> str:
    found = checking.check([entry], fixtures=fixtures, today=date(2026, 11, 20))
    return "\n".join(f"{one.must} {one.words}" for one in found)


def ukri() -> SourceEntry:
    return next(e for e in load_sources(ROOT / "sources.yaml") if e.id == "ukri-opportunities")


def test_our_own_sources_leave_nothing_to_put_right() -> None:
    entries = load_sources(ROOT / "sources.yaml")
    found = checking.check(entries, fixtures=FIXTURES, today=date(2026, 11, 20))
    assert [one for one in found if one.must] == []


def test_a_new_source_is_told_everything_it_lacks(tmp_path: Path) -> None:
    told = words(ukri(), tmp_path)
    for lacking in ("ordinary page", "empty list", "differs from another", "cut in the middle"):
        assert lacking in told


def test_cases_are_known_by_what_comes_out_not_by_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "ukri-opportunities"
    shutil.copytree(FIXTURES / "ukri-opportunities" / "ordinary", folder / "broken")
    assert "no case is refused" in words(ukri(), tmp_path)
    assert "add an ordinary page" not in words(ukri(), tmp_path)
    (folder / "broken" / "expected.json").unlink()
    assert "review expected.json" in words(ukri(), tmp_path)


def test_a_live_check_ages() -> None:
    fresh = ukri().model_copy(update={"last_checked_live": date(2026, 11, 1)})
    stale = ukri().model_copy(update={"last_checked_live": date(2026, 1, 1)})
    future = ukri().model_copy(update={"last_checked_live": date(2027, 1, 1)})
    assert words(fresh) == ""
    assert "sources canary ukri-opportunities" in words(stale)
    assert "True last_checked_live is in the future" in words(future)


def test_the_public_table_is_true() -> None:
    made = table.table(load_sources(ROOT / "sources.yaml"))
    assert (ROOT / "docs" / "sources.md").read_text(encoding="utf-8") == made, (
        "run: fairnotice sources check --table docs/sources.md"
    )


def test_words_of_an_entry_cannot_break_the_table() -> None:
    odd = ukri().model_copy(update={"name": "A | B\n<script>", "homepage": None})
    assert table.row(odd).count("\n") == 1
    assert "A \\| B &lt;script>" in table.row(odd)


def test_the_command_fails_where_something_must_be_put_right(place: Path) -> None:
    (place / "fixtures").mkdir()
    told = CliRunner().invoke(
        command_line(), ["sources", "check", "--sources", str(place / "sources.yaml")]
    )
    assert told.exit_code == 1
    assert "MUST  old: no case gives a notice" in told.output


# -- canary ---------------------------------------------------------------------------------------


async def report(answer: bytes | Exception) -> str:
    async def read(source: Source, payload: RawPayload) -> Parsed:
        return source.read(payload)

    clock, entry = FrozenClock(NOW), ukri()
    fetch = FixtureFetcher({"https://www.ukri.org/opportunity/page/1/": answer}, clock)
    call = await canary.ask(build_source(entry), fetch=fetch, read=read, clock=clock)
    assert len(fetch.requests) == 1
    return "\n".join(canary.report(entry, call))


async def test_a_report_tells_what_was_read_and_what_is_to_confirm() -> None:
    told = await report(PAGE.read_bytes())
    assert "read: 3 notices, 0 refused, 1 more calls" in told
    assert "deadline 66 %" in told
    assert "- [ ] to confirm:" in told


async def test_a_report_names_the_fault_of_a_page_that_was_rebuilt() -> None:
    told = await report(PAGE.read_bytes().replace(b'"opportunity"', b'"card"'))
    assert "**MissingStructure**" in told
    assert "well" not in told


async def test_a_report_without_network_says_nothing_about_the_source() -> None:
    told = await report(OwnNetworkDown("This machine seems to be offline"))
    assert "no network here" in told
    assert "confirm" not in told
    assert "Unreachable" in await report(Unreachable("www.ukri.org cannot be reached"))


def test_cases_hold_their_about(tmp_path: Path) -> None:
    for path in FIXTURES.glob("*/*/request.json"):
        assert json.loads(path.read_text(encoding="utf-8"))["about"], path
