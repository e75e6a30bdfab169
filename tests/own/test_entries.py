"""Entries of sources.yaml that name a file or folder of the host's own."""

from pathlib import Path

import pytest

from aggregator import app
from aggregator.app import Instance
from aggregator.config import load_sources
from aggregator.errors import ConfigError, FetchError
from aggregator.fetch import LocalFiles
from aggregator.model import Request
from aggregator.testing import FrozenClock, utc

GOOD = "- {id: own, kind: host-csv, name: Own, local: own.csv}\n"
SITE = """\
- {{id: site, kind: feed, name: Site, base_url: '{url}', pace: {pace}, path: /,
   kind_of_notice: news}}
"""


def loaded(tmp_path: Path, text: str) -> Instance:
    (tmp_path / "sources.yaml").write_text(text, encoding="utf-8")
    return Instance.at(tmp_path / "home", tmp_path / "sources.yaml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD.replace("local: own.csv", "local: own.csv, pace: 2"), "takes none"),
        (GOOD.replace("local: own.csv", "local: a, base_url: 'https://a.example'"), "takes none"),
        (GOOD.replace("local: own.csv", "base_url: 'file:etc', pace: 2"), "local: …"),
        (GOOD.replace("local: own.csv", "local: ''"), "name of a file"),
        (GOOD.replace("local: own.csv", "local: 7"), "name of a file"),
        (GOOD.replace(", local: own.csv", ""), "base_url: is missing"),
        (GOOD.replace("local: own.csv", "local: own.csv, delimiter: x"), "delimiter"),
    ],
)
def test_an_entry_is_of_a_site_or_of_a_file_here(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        app.build_sources(loaded(tmp_path, text).entries)


def test_files_here_are_no_hosts_to_ask(tmp_path: Path) -> None:
    sites = SITE.format(url="https://a.example", pace=2)
    instance = loaded(tmp_path, GOOD + sites)
    fetcher = app.fetcher(instance.entries, instance, FrozenClock(utc(2026, 12, 1)))
    assert "own" in fetcher._files
    assert "site" not in fetcher._files
    assert fetcher._network.others == ("a.example",)


def test_the_longest_pace_of_a_host_holds_for_each_of_its_sources(tmp_path: Path) -> None:
    text = "".join(
        SITE.format(url=f"https://a.example/{n}", pace=n).replace("id: site", f"id: site-{n}")
        for n in (2, 12, 5)
    )
    instance = loaded(tmp_path, text)
    fetcher = app.fetcher(instance.entries, instance, FrozenClock(utc(2026, 12, 1)))
    assert {policy.pace for policy in fetcher._policies.values()} == {12}


async def test_a_mail_taken_away_between_listing_and_reading_is_no_crash(tmp_path: Path) -> None:
    files = LocalFiles({"mails": tmp_path}, FrozenClock(utc(2026, 12, 1)))
    request = Request(source_id="mails", url=f"file:mails/{'0' * 64}.eml", reader="read_mail")
    with pytest.raises(FetchError, match="changed or taken away"):
        await files.fetch(request, None)
    (tmp_path / "folder.csv").mkdir()
    as_file = LocalFiles({"own": tmp_path / "missing.csv"}, FrozenClock(utc(2026, 12, 1)))
    with pytest.raises(FetchError, match=r"missing\.csv"):
        await as_file.fetch(Request(source_id="own", url="file:x", reader="read_file"), None)


def test_the_shipped_entries_are_switched_off() -> None:
    shipped = load_sources(Path(__file__).parents[2] / "sources.yaml")
    assert {entry.id: entry.enabled for entry in shipped if entry.local} == {
        "host-notices": False,
        "portal-mails": False,
    }
