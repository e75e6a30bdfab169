"""The figures on real labelled notices, and the page and labels that follow from them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aggregator.cli import command_line
from aggregator.cli.quality import of_corpus, wanted
from aggregator.model import Verdict
from aggregator.quality import Figure, Measured, measure, shipped_labels, write_labels
from aggregator.relevance import load_profile
from tools.ship_labels import shipped

PAGE = Path(__file__).resolve().parents[2] / "docs" / "quality.md"


@pytest.fixture(scope="module")
def corpus(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("corpus") / "corpus.jsonl"
    script = shared / "data" / "labels" / "build_corpus.py"
    subprocess.run([sys.executable, str(script), str(file)], check=True, capture_output=True)
    return file


@pytest.fixture(scope="module")
def real(shared: Path, corpus: Path) -> Measured:
    labels = wanted(shared / "data" / "labels" / "relevance_dev.csv")
    return measure(labels, of_corpus(corpus), load_profile())


def missed(figure: Figure) -> int:
    return figure.rate.cases - figure.rate.hits


def test_real_labelled_notices_are_judged_as_well_as_promised(real: Measured) -> None:
    assert (len(real.labelled), real.missing) == (296, ())
    core_found, core_core, related, core_right, told_right, no_possible, _ = real.figures.delivered
    assert core_found.rate.cases == 39
    assert missed(core_found) <= 1
    assert missed(core_core) <= 2
    assert related.rate.value >= 0.90
    assert core_right.rate.value >= 0.90
    assert told_right.rate.value >= 0.80
    assert no_possible.rate.value <= 0.10
    assert all(figure.kept for figure in real.figures.delivered)


def test_plain_searches_do_what_the_readers_of_the_labels_counted(real: Measured) -> None:
    _, (keyword, by_keyword), (code, by_code) = real.figures.searches
    assert (keyword.hits, keyword.cases, by_keyword.given - by_keyword.right) == (27, 39, 3)
    assert (code.hits, code.cases, by_code.given - by_code.right) == (13, 39, 16)


def test_every_real_verdict_but_no_has_its_reasons(real: Measured) -> None:
    for notice in real.labelled:
        if notice.judgement.verdict is not Verdict.NO:
            assert notice.judgement.reasons, notice.title
            assert notice.judgement.reasons[0].words


def test_the_labels_that_come_with_the_program_are_those_of_the_readers(
    shared: Path, corpus: Path
) -> None:
    labels = shared / "data" / "labels" / "relevance_dev.csv"
    made = write_labels(shipped(labels, corpus, shared / "data"))
    assert made == shipped_labels(), "make them anew with tools/ship_labels.py"


def test_the_page_says_what_the_command_says(corpus: Path) -> None:
    result = CliRunner().invoke(command_line(), ["quality", "--corpus", str(corpus), "--markdown"])
    assert result.exit_code == 0, result.output
    if os.environ.get("WRITE_QUALITY"):
        PAGE.write_text(result.output, encoding="utf-8")
    found = PAGE.read_text(encoding="utf-8")
    assert found == result.output, "review the change, then: WRITE_QUALITY=1 pytest tests/quality"
