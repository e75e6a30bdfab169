"""One runner for every adapter: a saved answer and what must be read from it.

To change what is expected: delete expected.json, run this, review what was written.
"""

import json

import pytest

from aggregator.sources import KINDS
from sources.goldens import FIXTURES, Golden, adapters, goldens


@pytest.mark.parametrize("golden", goldens(), ids=lambda golden: golden.name)
def test_the_answer_is_read_as_expected(golden: Golden) -> None:
    outcome = golden.outcome()
    if not golden.expected.exists():
        text = json.dumps(outcome, indent=2, ensure_ascii=False) + "\n"
        golden.expected.write_text(text, encoding="utf-8")
        pytest.fail(f"expected.json was written; review this: {golden.expected}")
    assert outcome == json.loads(golden.expected.read_text(encoding="utf-8"))


def test_every_source_has_an_ordinary_case_a_bad_one_and_an_empty_one() -> None:
    for source_id in adapters():
        outcomes = [golden for golden in goldens() if golden.folder.parent.name == source_id]
        expected = [json.loads(g.expected.read_text(encoding="utf-8")) for g in outcomes]
        assert any("notices" in one for one in expected), f"{source_id} has no ordinary case"
        assert any("error" in one for one in expected), f"{source_id} has no bad case"
        assert any("notices" not in one and "error" not in one for one in expected) or any(
            one.get("error") == "MissingStructure" for one in expected
        ), f"{source_id} has no empty case"


def test_every_folder_belongs_to_an_entry_and_every_kind_is_used() -> None:
    folders = {path.name for path in FIXTURES.iterdir() if path.is_dir()}
    assert folders == set(adapters())
    assert {type(adapter) for adapter in adapters().values()} == set(KINDS.values())


def test_no_rejection_is_a_stumble_of_ours() -> None:
    for golden in goldens():
        assert "unexpected" not in golden.expected.read_text(encoding="utf-8"), golden.name
