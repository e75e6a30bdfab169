"""What is guessed from a saved page is a declaration that reads that very page."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.kit.guessing import Guess, field_for, guess
from aggregator.model import Parsed, RawPayload, Window
from aggregator.sources import KINDS
from aggregator.testing import utc
from sources.goldens import FIXTURES

NOW = utc(2026, 11, 20, 12)
URL = "https://grants.northmoor.example/list?page=1"


def read(found: Guess, body: bytes) -> Parsed:
    """The page read as the guess says."""
    assert found.kind
    kind = KINDS[found.kind]
    options = kind.Options.model_validate({**found.options, "kind_of_notice": "grant"})
    adapter = kind(id="new", base_url="https://grants.northmoor.example", options=options)
    (request,) = adapter.requests(Window(start=NOW, end=NOW))
    return adapter.read(
        RawPayload(request=request, status=200, headers={}, body=body, retrieved_at=NOW)
    )


def saved(case: str) -> bytes:
    (page,) = (FIXTURES / case).glob("payload.*")
    return page.read_bytes()


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ("wordpress-example/ordinary", "feed"),
        ("govuk-consultations-health/ordinary", "feed"),
        ("csv-example/ordinary", "csv-list"),
        ("find-a-grant/ordinary", "json-list"),
        ("ukri-opportunities/ordinary", "html-list"),
        ("council-plan-example/ordinary", "html-list"),
    ],
)
def test_the_made_up_pages_of_known_sources_are_guessed_and_read(case: str, kind: str) -> None:
    body = saved(case)
    found = guess(body, URL)
    assert found.kind == kind
    assert read(found, body).notices


def test_rows_of_a_menu_are_no_list() -> None:
    menu = "".join(f'<li class="item"><a href="/{n}">Page {n}</a></li>' for n in range(9))
    found = guess(f"<html><body><nav><ul>{menu}</ul></nav></body></html>".encode(), URL)
    assert found.kind is None


def test_a_page_that_names_its_feed_is_read_by_the_feed() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="https://x.example/feed/">'
    found = guess(f"<html><head>{link}</head><body><p>x</p></body></html>".encode(), URL)
    assert (found.kind, found.options) == ("feed", {"path": "/feed/"})


def test_the_first_page_of_several_is_known_by_its_address() -> None:
    rows = [{"id": n, "grantName": f"Fund {n}", "grantFunder": ""} for n in range(4)]
    found = guess(json.dumps({"data": {"rows": rows}}).encode(), URL)
    assert found.options["path"] == "/list?page={page}"
    assert found.options["rows"] == "data.rows"
    assert found.options["fields"]["buyer"] == {"path": "grantFunder", "optional": True}
    one = guess(json.dumps(rows).encode(), URL.replace("page=1", "page=12"))
    assert one.options["path"] == "/list?page=12"


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Opportunity status:", "status"),
        ("grantApplicationCloseDate", "deadline"),
        ("Contracting Authority", "buyer"),
        ("Contract value", "value"),
        ("Contract title", "title"),
        ("Unfamiliar", None),
    ],
)
def test_labels_are_taken_for_fields_by_their_words(label: str, field: str | None) -> None:
    assert field_for(label) == field


@given(st.binary(max_size=300))
def test_any_bytes_give_a_guess_or_none(body: bytes) -> None:
    found = guess(body, URL)
    assert found.kind is None or found.kind in KINDS
    assert replace(found, doubts=()) == replace(guess(body, URL), doubts=())
