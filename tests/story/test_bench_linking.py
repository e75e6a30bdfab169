"""The generator of cross-postings and what linking makes of them, on a small scale."""

from pathlib import Path

from aggregator import bench_linking, relevance

PROFILE = relevance.load_profile()


def test_near_duplicates_hide_nothing_and_cross_postings_are_found() -> None:
    figures = bench_linking.quality(PROFILE, twice=200, adversarial=400, seed=11)
    assert figures.notices > 1200
    assert (figures.hidden, figures.wrong_certain) == (0, 0)
    assert figures.likely_right / figures.likely >= 0.99
    assert figures.found / figures.pairs >= 0.95


def test_the_truth_is_told_when_something_is_linked_wrongly() -> None:
    """The measure itself must be able to fail: here two procurements share one ocid."""
    generator = bench_linking.Generator(3)
    one, other = generator.procurement(), generator.procurement()
    other["buyer"] = one["buyer"]
    made = [
        bench_linking.Made(
            notice=generator.notice(each, "find-a-tender", ocid="ocds-h6vhtk-000001"),
            truth=each["truth"],
        )
        for each in (one, other)
    ]
    figures = bench_linking.linked(made, PROFILE, adversarial=0)
    assert (figures.hidden, figures.wrong_certain) == (1, 1)


def test_speed_is_measured_at_the_start_and_at_the_end(tmp_path: Path) -> None:
    measured = list(bench_linking.speed(2_000, PROFILE, tmp_path))
    assert [stored for stored, _, _ in measured] == [1_000, 2_000]
    assert all(micros > 0 for _, micros, _ in measured)
