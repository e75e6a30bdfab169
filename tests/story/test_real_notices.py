"""Stages and links of real notices, where the folder of real notices is there.

`stages_read.csv` holds ids with the stage a person read off the notice, written down before the
rules were; no text of a notice is kept here.
"""

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from aggregator import link, merge, stage
from aggregator.model import Candidate, Notice, Opportunity, Stage, StoredNotice
from aggregator.normalise import Dialect, notice_from_release
from aggregator.parsing.dates import ZoneRule
from aggregator.testing import utc

READ = Path(__file__).with_name("stages_read.csv")
DIALECTS = {
    "find-a-tender": Dialect(source_id="find-a-tender"),
    "contracts-finder": Dialect(source_id="contracts-finder", glued="Additional information:"),
    "pcs": Dialect(source_id="pcs", zone=ZoneRule.UK_LOCAL),
    "sell2wales": Dialect(source_id="sell2wales", zone=ZoneRule.UK_LOCAL),
}
FOLDERS = {
    "find-a-tender": "fts/raw",
    "contracts-finder": "contracts-finder",
    "pcs": "pcs",
    "sell2wales": "sell2wales",
}


def releases(folder: Path) -> Iterator[dict[str, object]]:
    for file in sorted(folder.glob("*.json")):
        package = json.loads(file.read_text())
        yield from package.get("releases", []) if isinstance(package, dict) else []
    for file in sorted(folder.glob("ocds-releases-*.jsonl")):
        yield from map(json.loads, file.read_text().splitlines())


@cache
def notices(data: Path) -> dict[tuple[str, str], Notice]:
    """By source and by release id, or by ocid where a release has no id."""
    found = {}
    for source, folder in FOLDERS.items():
        for release in releases(data / folder):
            notice = notice_from_release(release, DIALECTS[source])
            found[source, str(release.get("id") or release["ocid"])] = notice
    return found


def expected() -> list[tuple[str, str, Stage]]:
    with READ.open() as file:
        return [(row["source"], row["id"], Stage(row["stage"])) for row in csv.DictReader(file)]


@cache
def collected(data: Path) -> dict[str, list[StoredNotice]]:
    """All notices linked one by one in order of publication, by opportunity."""
    told = [notice for notice in notices(data).values() if notice.published]
    told.sort(key=lambda notice: notice.published.instant)  # type: ignore[union-attr]
    by_key: dict[str, list[Candidate]] = {}
    stories: dict[str, list[StoredNotice]] = {}
    for number, notice in enumerate(told, start=1):
        stored = StoredNotice(number=number, notice=notice, retrieved_at=utc(2026, 11, 20))
        keys = link.keys(notice)
        found = {c.stored.number: c for key in keys for c in by_key.get(key, [])}
        joins = link.decide(notice, list(found.values()))
        opportunity_id = joins[0].opportunity_id if joins else f"fn-{number}"
        assert len({join.opportunity_id for join in joins}) <= 1
        candidate = Candidate(opportunity_id=opportunity_id, stored=stored, keys=keys)
        for key in keys:
            by_key.setdefault(key, []).append(candidate)
        stories.setdefault(opportunity_id, []).append(stored)
    return stories


def story_of(data: Path, ocid: str) -> Opportunity:
    for opportunity_id, members in collected(data).items():
        if any(stored.notice.ocid == ocid for stored in members):
            return merge.opportunity(opportunity_id, members)
    raise AssertionError(f"no story holds {ocid}")


def test_real_notices_are_staged_as_a_person_read_them(shared: Path) -> None:
    known = notices(shared / "data")
    table = expected()
    wrong = [
        (source, notice_id, read.stage.value, want.value)
        for source, notice_id, want in table
        if (read := stage.read(known[source, notice_id])).stage is not want
    ]
    assert len(table) >= 100
    assert not wrong


def test_the_intention_to_award_tagged_as_active_tender_is_not_open(shared: Path) -> None:
    notice = notices(shared / "data")["find-a-tender", "050518-2026"]
    stored = StoredNotice(number=1, notice=notice, retrieved_at=utc(2026, 5, 29))
    opportunity = merge.opportunity("fn-1", [stored])
    assert (notice.tags, notice.facts.status) == (("tender",), "active")
    assert opportunity.standing.stage is Stage.AWARD_INTENDED
    assert opportunity.deadline is None
    assert any("no bids" in flag for flag in opportunity.flags)
    assert stage.objections_until(opportunity) == notice.facts.deadline.instant  # type: ignore[union-attr]
    assert stage.clock_events(opportunity, utc(2026, 5, 1), utc(2026, 12, 31)) == ()


def test_nothing_real_is_open_after_an_award(shared: Path) -> None:
    for members in collected(shared / "data").values():
        newest = merge.in_order(members)[-1].notice
        if newest.notice_type in ("UK5", "UK6", "UK7", "UK12") or "award" in newest.tags:
            assert not stage.is_open(merge.opportunity("fn-1", members).standing)


def test_the_scottish_twins_are_one_story_and_their_neighbours_are_not(shared: Path) -> None:
    twins = story_of(shared / "data", "ocds-h6vhtk-06a894")
    assert {n.notice.ocid for n in twins.notices} == {"ocds-h6vhtk-06a894", "ocds-h6vhtk-06a88f"}
    other = story_of(shared / "data", "ocds-h6vhtk-06a8df")
    assert {n.notice.ocid for n in other.notices} == {"ocds-h6vhtk-06a8df"}


def test_two_welsh_tenders_that_name_one_early_notice_stay_apart(shared: Path) -> None:
    one = story_of(shared / "data", "ocds-kuma6s-147942")
    assert {stored.notice.ocid for stored in one.notices} == {"ocds-kuma6s-147942"}


def test_edits_on_contracts_finder_join_their_tender(shared: Path) -> None:
    edited = story_of(shared / "data", "ocds-b5fd17-66babd80-87f5-4102-9dc3-ed1841a8c373")
    assert len(edited.notices) == 3
    assert edited.standing.stage is Stage.OPEN


def test_only_equal_numbers_and_known_originals_are_joined(shared: Path) -> None:
    """Every joined story of the real data has one ocid, but for the Scottish twins."""
    mixed = [
        {stored.notice.ocid for stored in members}
        for members in collected(shared / "data").values()
        if len({stored.notice.ocid for stored in members}) > 1
    ]
    assert mixed == [{"ocds-h6vhtk-06a894", "ocds-h6vhtk-06a88f"}]


@pytest.mark.parametrize("now", [utc(2019, 5, 1), utc(2025, 3, 1), utc(2026, 11, 21)])
def test_the_clock_can_look_at_every_real_story(shared: Path, now: object) -> None:
    for members in collected(shared / "data").values():
        opportunity = merge.opportunity("fn-1", members)
        at = stage.at(opportunity, now)  # type: ignore[arg-type]
        assert at.because
        if at.stage in (Stage.CLOSED, Stage.STALLED):
            assert not stage.is_live(opportunity, now)  # type: ignore[arg-type]
