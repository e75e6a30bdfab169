"""Our own words can be read by a twelve-year-old; names and quotations are not ours."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from aggregator import identity, merge, relevance
from aggregator.errors import RecordError
from aggregator.model import Judgement, Opportunity, StoredNotice, Verdict
from aggregator.normalise import notice_from_release
from aggregator.stage import published_at
from aggregator.summary import LONGEST, summary
from aggregator.whereabouts import areas
from alerts.samples import NOW, a_full_day
from normalise.releases import CONTRACTS_FINDER, FIND_A_TENDER, SCOTLAND
from normalise.test_real_releases import releases_of
from summary.reading_age import age, syllables

PROFILE = relevance.load_profile()
LABELS = {name: PROFILE.plain(name) for name in PROFILE.type_ids}
OLDEST = 12
USUAL = 9


def names_of(opportunity: Opportunity) -> list[str]:
    facts = opportunity.facts
    suppliers = [name for award in facts.awards for name in award.suppliers]
    return [*suppliers, *(area.name for area in areas(facts))]


def check(found: Iterable[tuple[tuple[str, ...], list[str]]]) -> None:
    sums = [(lines, names) for lines, names in found if lines]
    for lines, names in sums:
        assert age(lines, names) <= OLDEST, lines
    every = [line for lines, _ in sums for line in lines]
    assert age(every, {name for _, names in sums for name in names}) <= USUAL


def test_the_measure_agrees_with_known_sentences() -> None:
    assert [syllables(word) for word in ("cat", "made", "people", "mental", "independent")] == [
        *(1, 1, 2, 2, 4)
    ]
    easy = "The cat sat on the mat. It was a big mat."
    hard = "Notwithstanding contractual considerations, organisations necessarily reconsider."
    assert age([easy]) < 6
    assert age([hard]) > 20


def test_a_made_up_day_can_be_read() -> None:
    items = a_full_day()
    check(
        (
            summary(item.opportunity, item.judgement, now=NOW, labels=LABELS),
            names_of(item.opportunity),
        )
        for item in items
    )


def test_real_notices_can_be_read(shared: Path) -> None:
    found = list(real_ones(shared / "data"))
    assert len(found) > 30
    sums = []
    for opportunity, judgement in found:
        now = published_at(opportunity.notices[-1]) + timedelta(days=1)
        lines = summary(opportunity, judgement, now=now, labels=LABELS)
        assert 0 < len(lines) <= 2
        assert all(len(line) <= LONGEST for line in lines)
        sums.append((lines, names_of(opportunity)))
    check(sums)


def real_ones(data: Path) -> Iterable[tuple[Opportunity, Judgement]]:
    """What is about mental health among the releases beside the repository."""
    files = [(path, FIND_A_TENDER) for path in sorted((data / "fts/raw").glob("*.json"))]
    files += [
        (path, CONTRACTS_FINDER) for path in sorted((data / "contracts-finder").glob("ocds-*"))
    ]
    files += [(path, SCOTLAND) for path in sorted(data.glob("*/ocds-releases-20??-0?-type2.jsonl"))]
    releases = ((release, dialect) for path, dialect in files for release in releases_of(path))
    for number, (release, dialect) in enumerate(releases, 1):
        try:
            notice = notice_from_release(release, dialect)
        except RecordError:
            continue
        stored = StoredNotice(number=number, notice=notice, retrieved_at=NOW)
        minted = identity.mint(notice.source_id, notice.notice_id)
        opportunity = merge.opportunity(minted, [stored])
        judgement = relevance.judge(relevance.subject_of(opportunity.facts), PROFILE)
        if judgement.verdict in {Verdict.CORE, Verdict.RELATED}:
            yield opportunity, judgement
