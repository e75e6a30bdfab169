"""What is said about the figures."""

import json

from aggregator import relevance
from aggregator.quality import Label, Measured, as_json, collected, lines, measure, page
from aggregator.testing import a_notice

PROFILE = relevance.load_profile()


def made_up() -> Measured:
    alarm = a_notice(
        notice_id="000002-2026", ocid=None, title="Crisis café", description="A crisis café."
    )
    return measure(
        [
            Label(verdict="core", source="find-a-tender", notice_id="000001-2026"),
            Label(
                verdict="no",
                source="find-a-tender",
                notice_id="000002-2026",
                address="https://example.org/2",
            ),
            Label(
                verdict="core",
                source="contracts-finder",
                notice_id="absent",
                published="2020-04-16",
            ),
        ],
        map(collected, (a_notice(), alarm)),
        PROFILE,
    )


def test_the_report_names_figures_plain_searches_and_faults_with_reasons() -> None:
    said = "\n".join(lines(made_up()))
    assert "2 of 3 labelled notices are here" in said
    assert "core found (told as core or related)    1.00 (1 of 1; 0.21 to 1.00)" in said
    assert "CPV division 85" in said
    assert "false alarm: Crisis café <https://example.org/2> [core: the title says" in said
    assert "not here: 1 of contracts-finder, published 2020-04-16 to 2020-04-16" in said


def test_the_report_says_that_tuned_figures_flatter() -> None:
    for said in ("\n".join(lines(made_up())), page(made_up()), as_json(made_up())["note"]):
        assert "tuned by hand while reading the labels" in said
        assert "nothing to cross-validate" in said


def test_programs_get_plain_values() -> None:
    record = json.loads(json.dumps(as_json(made_up())))
    assert record["labelled"] == 2
    assert record["missing"] == ["contracts-finder/absent"]
    assert record["verdicts"][0]["recall"] == {
        "value": 1.0, "hits": 1, "cases": 1, "interval": [0.2065, 1.0],
    }  # fmt: skip
    (fault,) = record["faults"]
    assert fault["fault"] == "false alarm"
    assert any("crisis caf" in words.lower() for words in fault["reasons"])


def test_the_page_links_misses_and_false_alarms_and_quotes_no_title() -> None:
    text = page(made_up())
    assert (
        "- false alarm: [`find-a-tender/000002-2026`](https://example.org/2), judged core" in text
    )
    assert "| core | 0.50 (1 of 2; 0.09 to 0.91) | 1.00 (1 of 1; 0.21 to 1.00) |" in text
    assert text.endswith("`fairnotice quality --labels FILE`.\n")


def test_a_report_without_any_notice_does_not_fall_over() -> None:
    nothing = measure((), (), PROFILE)
    assert "0 of 0 labelled notices" in "\n".join(lines(nothing))
    assert "\nNone.\n" in page(nothing)
    assert as_json(nothing)["faults"] == []
