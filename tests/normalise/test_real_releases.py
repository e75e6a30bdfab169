"""Every real release beside the repository becomes a notice, with as many facts as are in it."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aggregator.model import Notice
from aggregator.normalise import Dialect, notice_from_release
from aggregator.parsing.dates import in_words, stated_deadlines, to_uk
from normalise.releases import CONTRACTS_FINDER, FIND_A_TENDER, SCOTLAND

WHOLE_PAGES = ("2022-10-20", "2022-10-22", "2025-01-23", "2022-10-19-limit5")


def releases_of(path: Path) -> Iterator[dict[str, Any]]:
    """The releases of a package, a record package, or a file with one release a line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        yield from (json.loads(line) for line in text.splitlines() if line)
        return
    package = json.loads(text)
    yield from package.get("releases") or [
        record["compiledRelease"] for record in package["records"]
    ]


def notices(paths: list[Path], dialect: Dialect) -> list[Notice]:
    return [
        notice_from_release(release, dialect) for path in paths for release in releases_of(path)
    ]


def share(found: list[Notice], holds: Callable[[Notice], object]) -> int:
    return sum(bool(holds(notice)) for notice in found)


@pytest.fixture(scope="module")
def find_a_tender(shared: Path) -> list[Notice]:
    return notices(sorted((shared / "data/fts/raw").glob("*.json")), FIND_A_TENDER)


@pytest.fixture(scope="module")
def contracts_finder(shared: Path) -> list[Notice]:
    folder = shared / "data/contracts-finder"
    return notices([folder / f"ocds-search-page-{p}.json" for p in WHOLE_PAGES], CONTRACTS_FINDER)


def test_all_of_find_a_tender(find_a_tender: list[Notice]) -> None:
    assert len(find_a_tender) == 38
    assert share(find_a_tender, lambda n: n.facts.buyers) == 38
    assert share(find_a_tender, lambda n: n.facts.title) == 38
    assert share(find_a_tender, lambda n: n.facts.deadline) == 24
    assert share(find_a_tender, lambda n: n.facts.classifications) == 36
    assert share(find_a_tender, lambda n: n.flags) == 0


def test_kinds_of_find_a_tender_notices(find_a_tender: list[Notice]) -> None:
    kinds = Counter(notice.notice_type for notice in find_a_tender)
    legacy = share(
        find_a_tender,
        lambda n: n.notice_type is None and "CELEX" in (n.facts.legal_basis or ""),
    )
    assert legacy == 24
    assert {kind: kinds[kind] for kind in ("UK1", "UK2", "UK4", "UK5", "UK6", "UK10", "UK12")} == {
        **{"UK1": 2, "UK2": 2, "UK4": 3, "UK5": 1, "UK6": 1, "UK10": 1, "UK12": 1},
    }


def test_scottish_copies_name_their_original(find_a_tender: list[Notice]) -> None:
    originals = [
        process.identifier
        for notice in find_a_tender
        for process in notice.related
        if process.relationship == "canonical"
    ]
    assert len(originals) == 11
    assert all(original.startswith("ocds-r6ebe6-") for original in originals)


def test_all_whole_pages_of_contracts_finder(contracts_finder: list[Notice]) -> None:
    assert len(contracts_finder) == 305
    assert share(contracts_finder, lambda n: n.facts.buyers) == 305
    assert share(contracts_finder, lambda n: n.facts.title and n.facts.description) == 305
    assert share(contracts_finder, lambda n: n.facts.deadline) == 294
    assert share(contracts_finder, lambda n: n.facts.contract_period) == 296
    assert share(contracts_finder, lambda n: n.facts.classifications) == 305
    assert share(contracts_finder, lambda n: n.facts.places) == 305
    assert share(contracts_finder, lambda n: n.facts.contact and n.facts.contact.email) == 305
    assert share(contracts_finder, lambda n: n.facts.value) == 216
    assert share(contracts_finder, lambda n: n.facts.minimum_value) == 56
    assert share(contracts_finder, lambda n: n.facts.suitable_vcse is not None) == 305
    assert share(contracts_finder, lambda n: n.facts.additional_text) == 57
    assert share(contracts_finder, lambda n: n.flags) == 0


def test_pages_of_contracts_finder_are_those_it_names_itself(shared: Path) -> None:
    path = shared / "data/contracts-finder/ocds-search-page-2025-01-23.json"
    for release in releases_of(path):
        notice = notice_from_release(release, CONTRACTS_FINDER)
        assert notice.url in json.dumps(release)


def test_the_releases_of_one_day_of_contracts_finder(shared: Path) -> None:
    path = shared / "data/contracts-finder/ocds-releases-2025-03-11.jsonl"
    assert len(notices([path], CONTRACTS_FINDER)) == 100


@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("pcs/ocds-releases-2019-04-type2.jsonl", 61),
        ("sell2wales/ocds-releases-2025-02-type2.jsonl", 55),
    ],
)
def test_all_of_scotland_and_wales(shared: Path, file: str, values: int) -> None:
    found = notices([shared / "data" / file], SCOTLAND)
    assert len(found) == 90
    assert len({notice.notice_id for notice in found}) == 90
    assert share(found, lambda n: n.facts.deadline) == 90
    assert share(found, lambda n: n.facts.buyers) == 90
    assert share(found, lambda n: n.facts.additional_text) == 90
    assert share(found, lambda n: n.facts.classifications) == 90
    assert share(found, lambda n: n.facts.value) == values
    assert share(found, lambda n: n.url) == 90
    assert share(found, lambda n: n.flags) == 0


def test_scottish_deadlines_are_the_times_their_texts_name(shared: Path) -> None:
    path = shared / "data/pcs/ocds-releases-2019-04-type2.jsonl"
    times = Counter(
        to_uk(notice.facts.deadline.instant).strftime("%H:%M")
        for notice in notices([path], SCOTLAND)
        if notice.facts.deadline
    )
    assert times["12:00"] > 70


def test_a_text_that_names_the_hour_is_heard(contracts_finder: list[Notice]) -> None:
    """Where the field says 11:59pm, Contracts Finder's way of saying that no time was given."""
    sharper = [
        (in_words(field), in_words(stated))
        for notice in contracts_finder
        for text in (notice.facts.description, notice.facts.additional_text)
        for stated in stated_deadlines(text or "")
        if (field := notice.facts.deadline) and field.instant != stated.instant
    ]
    assert ("Monday 14 November 2022, 11:59pm", "Monday 14 November 2022, 12 noon") in sharper
    assert 8 <= len(sharper) <= 20
