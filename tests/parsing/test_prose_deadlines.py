"""Deadlines that a text states outright, and dates that are something else."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.parsing.dates import deadline_words, in_words, stated_deadlines

NOON = "Friday 4 December 2026, 12 noon"


@pytest.mark.parametrize(
    "text",
    [
        "Tenders must be returned by 12 noon on 4 December 2026.",
        "Bids should be submitted through the portal no later than 4 December 2026 at 12:00 noon.",
        "All tender responses must be uploaded to the portal by 12pm on Friday 4th December 2026",
        "Your completed quotation should be returned by noon on 4th December 2026 via the system.",
        "Closing date: Friday 4 December 2026 at 12 noon",
        "CLOSING TIME FOR BIDS IS 04/12/2026 12:00 HOURS.",
        "The closing date and time for receipt of completed tenders is 12 noon, 4 December 2026.",
        "The deadline for receipt of tenders is 12:00 on Friday 4 December 2026.",
        "The deadline for tender submissions by providers is 12:00hrs - 04.12.2026**",
        "Tender submission deadline - 4 December 2026 12:00",
        "Please submit your completed tender via the portal no later than 12 noon 4 December 2026.",
        "Questions go to the portal. Tenders are to be received by 12 noon on 4 December 2026.",
        "Clarification deadline: 27 November 2026\nTender return date: 12 noon 4 December 2026",
    ],
)
def test_an_outright_statement_is_found(text: str) -> None:
    assert [in_words(stated) for stated in stated_deadlines(text)] == [NOON]


@pytest.mark.parametrize(
    "text",
    [
        "Clarification questions must be submitted by 12 noon on 4 December 2026.",
        "The deadline for clarification questions is 4 December 2026.",
        "Expressions of interest must be received by 4 December 2026.",
        "Representations must be made by midnight at the end of 4 December 2026.",
        "The market engagement event closes on 4 December 2026; responses must be sent by email.",
        "The contract will start by 4 December 2026.",
        "Tenders were opened on 4 December 2026.",
        "Bidders must register for the site visit, and submit names by 4 December 2026.",
        "Completed tenders must be received before 4 December 2026.",
        "Tenders must be received by 5:00 on 4 December 2026.",
        "Tenders must be received by Friday 5 December 2026.",
        "Tenders must be received by 12 noon on 4 December.",
        "Tenders must be received by 4 December 2026, 12am.",
        "The original closing date was 4 December 2026.",
        "The charity was founded on 4 December 2006.",
        "",
    ],
)
def test_other_dates_and_doubtful_ones_are_left_alone(text: str) -> None:
    assert stated_deadlines(text) == ()


def test_the_words_as_published_are_kept() -> None:
    (stated,) = stated_deadlines(
        "Bids must be received by 12 Noon on 4th December 2026 at the latest"
    )
    assert stated.text == "12 Noon on 4th December 2026"


def test_of_a_moved_deadline_only_the_new_one_counts() -> None:
    text = (
        "Closing date for receipt of tenders: 27 November 2026 at 12 noon. PLEASE NOTE: the closing"
        " date for return of tenders has been extended until 4 December 2026 at 12 noon."
    )
    assert [in_words(stated) for stated in stated_deadlines(text)] == [NOON]


def test_an_expression_of_interest_that_comes_first_is_not_talked_over() -> None:
    text = (
        "Expression of interest deadline: 12 noon 27 November 2026\n"
        "Deadline for submission of completed tenders: 12 noon 4 December 2026"
    )
    assert stated_deadlines(text) == ()


def test_the_same_statement_twice_counts_once() -> None:
    text = (
        "Tenders must be returned by 12 noon on 4 December 2026.\n\nClosing date: 04/12/2026 12:00"
    )
    assert [in_words(stated) for stated in stated_deadlines(text)] == [NOON]


def test_two_statements_that_differ_are_both_told() -> None:
    text = (
        "Closing date: 4 December 2026, 12 noon. Tenders must be sent in by 5pm, 7 December 2026."
    )
    assert len(stated_deadlines(text)) == 2


@given(st.text(alphabet="0123456789 /.:,\nabdeinorstlcg", max_size=300))
def test_any_text_may_be_searched(text: str) -> None:
    for stated in stated_deadlines(f"Closing date {text} 2026 tenders must be received by {text}"):
        assert stated.text


@pytest.mark.parametrize(
    "piece",
    [
        "tenders must be received by 12 noon on 4 December 2026 ",
        "by ",
        ", ",
        "2026 ",
        "12 noon on ",
        "Deadline: 4 December 2026 ",
        "applications for ",
        "our a a a a a fund to a ",
        "apply via ",
        "deadline ",
    ],
)
def test_a_hostile_text_takes_no_long_time(piece: str) -> None:
    text = "closing date " + piece * (100_000 // len(piece)) + "4 December 2026"
    started = time.process_time()
    stated_deadlines(text)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "text",
    [
        "Deadline: 12 noon on Friday 4 December 2026",
        "Grants up to £5,000 for groups.\nDeadline: 4 December 2026 at noon",
        "The deadline is 12 noon on Friday 4 December 2026.",
        "Applications close at 12 noon on 4 December 2026.",
        "Applications for the Winter Fund will close at noon on 4 December 2026.",
        "The fund closes at midday on 4 December 2026.",
        "Closes 4 December 2026, 12 noon",
        "Closing: 12 noon on 4 December 2026",
        "Small grants for new groups. Apply by noon on 4 December 2026.",
        "Please apply online via our website before 12 noon on 4 December 2026.",
        "Application deadline - 4 December 2026 12:00",
        "Deadline to apply: noon, 4 December 2026",
    ],
)
def test_grants_say_their_deadline_with_few_words(text: str) -> None:
    assert [in_words(stated) for stated in stated_deadlines(text)] == [NOON]


@pytest.mark.parametrize(
    "text",
    [
        "Clarification deadline: 4 December 2026",
        "Deadline for questions: 4 December 2026",
        "The deadline for questions is 5pm on 4 December 2026.",
        "The extended deadline was 4 December 2026.",
        "Clarification questions\nDeadline: 4 December 2026",
        "Clarifications\n\nOpen: 1 November 2026\n\nDeadline: 27 November 2026",
        "Soft market testing will take place before a tender is written. Deadline: 4 December 2026",
        "Deadline: 4 December 2026 for questions",
        "Deadline: 5pm on 4 December 2026 (clarifications)",
        "Registration deadline: 4 December 2026",
        "Report deadline: 4 December 2026",
        "Deadline for spending the grant: 4 December 2026",
        "Stage one\nDeadline: 4 December 2026",
        "Deadline: 4 December 2026 and 5 March 2027",
        "Deadline: 4 December",
        "Deadline: Friday 5 December 2026",
        "Deadline: before 4 December 2026",
        "The deadline is not 4 December 2026",
        "The deadline has passed. It was 4 December 2026",
        "Applications closed on 4 December 2026.",
        "The fund closes to new members on 4 December 2026.",
        "The office closes on 4 December 2026.",
        "The survey closes on 4 December 2026.",
        "New rules apply by 4 December 2026.",
        "Those who did not apply by 4 December 2026 may try again.",
        "Apply on 4 December 2026.",
    ],
)
def test_few_words_about_something_else_are_left_alone(text: str) -> None:
    assert stated_deadlines(text) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("For groups.\nDeadline: Noon on Friday 18th December", "Noon on Friday 18th December"),
        ("The deadline is 18 December. Ask Cleo.", "18 December"),
        ("Closing date: ongoing", "ongoing"),
        ("Applications close on Friday 18th December, 5pm", "Friday 18th December, 5pm"),
        ("We met a deadline: it was hard.", None),
        ("The deadline is short", None),
        ("Deadline: 18 December for questions", None),
        ("", None),
    ],
)
def test_the_words_of_a_deadline_that_cannot_be_read_are_found(
    text: str, words: str | None
) -> None:
    assert deadline_words(text) == words
    assert stated_deadlines(text) == ()
