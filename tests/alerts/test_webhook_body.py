"""The JSON that a webhook gets."""

import json
from typing import Any

import pytest

from aggregator.digest import LARGEST, MOST_ITEMS, compose, render
from aggregator.model import DigestItem, DigestKind, Stage
from alerts.samples import (
    HOOK,
    HOST,
    NOW,
    a_full_day,
    a_run,
    an_item,
    changed,
)


def body(*items: DigestItem, kind: DigestKind = DigestKind.UPDATE) -> dict[str, Any]:
    digest = compose(a_run(HOOK), kind, items, now=NOW)
    assert digest is not None
    return json.loads(render(digest, HOST).json_body or "")


def only(*items: DigestItem) -> dict[str, Any]:
    (section,) = body(*items)["data"]["sections"]
    (item,) = section["items"]
    return item


def test_it_has_the_three_parts_of_standard_webhooks() -> None:
    sent = body(*a_full_day())
    assert sorted(sent) == ["data", "timestamp", "type"]
    assert sent["type"] == "digest.update"
    assert sent["timestamp"] == "2026-11-24T08:00:00Z"
    assert body(an_item(), kind=DigestKind.OPEN_NOW)["type"] == "digest.open_now"


def test_the_message_is_for_the_webhook_and_has_no_mail_in_it() -> None:
    digest = compose(a_run(HOOK), DigestKind.UPDATE, [an_item()], now=NOW)
    assert digest is not None
    message = render(digest, HOST)
    assert message.channel == HOOK
    assert (message.subject, message.text, message.html) == (None, None, None)
    assert "whsec" not in (message.json_body or "")


def test_sections_come_in_reading_order_with_every_item() -> None:
    data = body(*a_full_day())["data"]
    shape = {section["key"]: len(section["items"]) for section in data["sections"]}
    assert shape == {
        "new": 3,
        "changed": 2,
        "closing_soon": 1,
        "heads_up": 3,
        "already_open": 1,
        "decided": 2,
    }
    assert data["host"] == {"name": "Vale of Arden CVS", "contact": "alerts@vale-cvs.example.org"}
    assert data["summary"].startswith("3 new, 1 deadline moved, 1 cancelled")


def test_an_item_says_what_the_mail_says() -> None:
    item = only(a_full_day()[0])
    assert item["opportunity_id"] == "fn-sample001"
    assert item["stage"] == "open"
    assert item["stage_label"] == "Open for bids"
    assert item["deadline"] == {
        "text": "2026-11-27T12:00:00+00:00",
        "instant": "2026-11-27T12:00:00Z",
        "precision": "minute",
        "words": "Friday 27 November 2026, 12 noon",
    }
    assert item["act_by"]["label"] == "Closes"
    assert item["act_by"]["days_left"] == 3
    assert item["value"] == {"amount": "495000", "gross": None, "currency": "GBP"}
    assert item["places"][0] == {"code": "TLE42", "name": "Leeds"}
    assert item["suitable_vcse"] is True
    assert item["criteria"][0] == {"name": "Quality", "weight": "60%"}
    assert item["contact"]["email"] == "tenders@northmoor.example.org"
    assert item["url"] == "https://www.find-tender.example.org/Notice/000001-2026"
    assert item["notices"][0]["source"] == "find-a-tender"
    assert item["verdict"] == "core"
    assert item["why"]
    assert item["events"] == []


def test_what_is_not_stated_is_null_and_never_a_guess() -> None:
    item = only(an_item(deadline=None, value=None, description=None, url=None))
    for key in ("deadline", "act_by", "value", "description", "url", "suitable_vcse", "contact"):
        assert item[key] is None, key
    assert item["places"] == []


def test_changes_carry_old_and_new() -> None:
    item = only(an_item(events=(changed(1, "value", "£1", "£2"),), known=True))
    (event,) = item["events"]
    assert (event["kind"], event["field"], event["old"], event["new"]) == (
        "changed",
        "value",
        "£1",
        "£2",
    )
    assert event["at"] == "2026-11-23T17:00:00Z"


def many(number: int, letters: str) -> list[DigestItem]:
    return [
        an_item(
            one,
            title=letters * 400,
            description=letters * 4000,
            url="https://example.org/" + "x" * 900,
            events=tuple(changed(one, f"field {n}", letters * 400, "x") for n in range(20)),
            known=True,
            why=(letters * 400,),
        )
        for one in range(1, number + 1)
    ]


@pytest.mark.parametrize(
    ("number", "letters", "form"),
    [(5, "a b", "full"), (20, "a b", "short"), (60, "🧠", "minimal"), (60, '"', "minimal")],
)
def test_a_large_digest_says_less_of_each_but_leaves_none_out(
    number: int, letters: str, form: str
) -> None:
    digest = compose(a_run(HOOK), DigestKind.UPDATE, many(number, letters), now=NOW)
    assert digest is not None
    text = render(digest, HOST).json_body or ""
    data = json.loads(text)["data"]
    assert len(text.encode()) <= LARGEST
    assert data["form"] == form
    shown = [item for section in data["sections"] for item in section["items"]]
    assert len(shown) == min(number, MOST_ITEMS)
    assert data["left_out"] == number - len(shown)
    assert all(
        set(item) >= {"opportunity_id", "title", "stage", "deadline", "url"} for item in shown
    )


def test_all_stages_have_a_body() -> None:
    for stage in Stage:
        assert only(an_item(stage=stage))["stage"] == stage
