"""The figures of quality, on made-up labels and on real labelled notices."""

import subprocess
import sys
from pathlib import Path

import pytest

from aggregator.model import Judgement, Subject, Verdict
from aggregator.quality import Labelled, Rate, faults, quality, report
from tools.relevance_figures import labelled


def one(label: str, verdict: Verdict, **more: object) -> Labelled:
    values: dict[str, object] = {
        "id": "x",
        "title": "Crisis café",
        "label": label,
        "subject": Subject(title="Crisis café", cpv=("85100000",)),
        "judgement": Judgement(verdict=verdict, score=1.0, types=("crisis",)),
    }
    return Labelled(**{**values, **more})  # type: ignore[arg-type]


MADE_UP = (
    one("core", Verdict.CORE, types=("crisis", "advocacy")),
    one("core", Verdict.RELATED, types=("advocacy",)),
    one("core", Verdict.NO),
    one("related", Verdict.POSSIBLE),
    one("related", Verdict.NO),
    one("no", Verdict.CORE),
    one("no", Verdict.POSSIBLE),
    one("no", Verdict.NO),
)


def test_figures_are_counted_over_the_cases_their_names_say() -> None:
    found = quality(MADE_UP)
    assert found.core_found == Rate(hits=2, cases=3)
    assert found.core_judged_core == Rate(hits=1, cases=3)
    assert found.related_found == Rate(hits=1, cases=2)
    assert found.judged_core_right == Rate(hits=1, cases=2)
    assert found.told_right == Rate(hits=2, cases=3)
    assert found.no_judged_possible == Rate(hits=1, cases=3)
    assert found.best_type_right == Rate(hits=1, cases=2)
    assert found.f1["core"] == pytest.approx(0.4)


def test_faults_are_named() -> None:
    assert [fault for fault, _ in faults(MADE_UP)] == [
        "core told as related",
        "missed",
        "related missed",
        "false alarm",
    ]


def test_an_interval_by_wilson_agrees_with_the_textbook() -> None:
    """Newcombe 1998: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611."""
    assert Rate(hits=81, cases=263).interval == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert Rate(hits=0, cases=20).interval == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert Rate(hits=0, cases=0).interval == (0.0, 1.0)


def test_a_report_without_any_notice_does_not_fall_over() -> None:
    assert "0 labelled notices" in "\n".join(report(()))


def test_the_report_names_figures_baselines_and_faults() -> None:
    said = "\n".join(report(MADE_UP))
    assert "0.67 (2 of 3; 0.21 to 0.94)" in said
    assert "CPV division 85" in said
    assert "false alarm: Crisis café" in said


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Labelled]:
    corpus = tmp_path_factory.mktemp("corpus") / "corpus.jsonl"
    script = shared / "data" / "labels" / "build_corpus.py"
    subprocess.run([sys.executable, str(script), str(corpus)], check=True, capture_output=True)
    return labelled(shared / "data" / "labels" / "relevance_dev.csv", corpus)


def test_real_labelled_notices_are_judged_as_well_as_promised(real: list[Labelled]) -> None:
    found = quality(real)
    assert found.core_found.cases - found.core_found.hits <= 1
    assert found.core_judged_core.cases - found.core_judged_core.hits <= 2
    assert found.judged_core_right.value >= 0.90
    assert found.told_right.value >= 0.80
    assert found.related_found.value >= 0.90
    assert found.no_judged_possible.value <= 0.10


def test_every_real_verdict_but_no_has_its_reasons(real: list[Labelled]) -> None:
    for notice in real:
        if notice.judgement.verdict is not Verdict.NO:
            assert notice.judgement.reasons, notice.title
            assert notice.judgement.reasons[0].words
