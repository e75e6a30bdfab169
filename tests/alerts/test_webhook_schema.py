"""The documented schema of webhook bodies, held against real ones."""

import json
from importlib import resources
from typing import Any

import jsonschema_rs
import pytest

from aggregator.digest import compose, render
from aggregator.digest.webhook import FORMS, KEYS, TYPES, VERSION
from aggregator.model import DigestItem, DigestKind, Stage, Verdict
from alerts.samples import HOOK, HOST, NOW, a_full_day, a_run, an_item, changed

SCHEMA: dict[str, Any] = json.loads(
    (resources.files("aggregator.digest") / "webhook.schema.json").read_text("utf-8")
)


def strict(part: Any) -> Any:
    """The schema as receivers have it, but no key may be there that it does not name."""
    if isinstance(part, list):
        return [strict(one) for one in part]
    if not isinstance(part, dict):
        return part
    closed = {"additionalProperties": False} if "properties" in part else {}
    return {**{key: strict(value) for key, value in part.items()}, **closed}


CHECK = jsonschema_rs.validator_for(strict(SCHEMA), validate_formats=True)


def body(*items: DigestItem, kind: DigestKind = DigestKind.UPDATE) -> dict[str, Any]:
    digest = compose(a_run(HOOK), kind, items, now=NOW)
    assert digest is not None
    sent: dict[str, Any] = json.loads(render(digest, HOST).json_body or "")
    return sent


def many(number: int, letters: str) -> list[DigestItem]:
    return [
        an_item(one, title=letters * 400, description=letters * 4000, known=True,
                events=tuple(changed(one, f"field {n}", letters * 400, "x") for n in range(20)))
        for one in range(1, number + 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sent",
    [
        body(*a_full_day()),
        body(an_item(), kind=DigestKind.OPEN_NOW),
        body(an_item(deadline=None, value=None, description=None, url=None)),
        body(*many(20, "a b")),
        body(*many(60, "🧠")),
        *[body(an_item(stage=stage)) for stage in Stage],
    ],
)
def test_every_body_is_as_documented_and_has_no_key_that_is_not(sent: dict[str, Any]) -> None:
    assert [error.message for error in CHECK.iter_errors(sent)] == []


def test_a_full_body_has_every_key_that_is_documented() -> None:
    (item, *_) = [
        item for section in body(*a_full_day())["data"]["sections"] for item in section["items"]
    ]
    assert set(item) == set(SCHEMA["$defs"]["item"]["properties"])


def test_the_closed_lists_are_those_of_the_program() -> None:
    item = SCHEMA["$defs"]["item"]["properties"]
    data = SCHEMA["properties"]["data"]["properties"]
    assert item["stage"]["enum"] == [stage.value for stage in Stage]
    assert item["verdict"]["enum"] == [verdict.value for verdict in Verdict]
    assert SCHEMA["properties"]["type"]["enum"] == sorted(TYPES.values())
    assert data["form"]["enum"] == [form.name for form in FORMS]
    assert data["sections"]["items"]["properties"]["key"]["enum"] == sorted(KEYS.values())
    assert data["version"]["const"] == VERSION


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sent: sent.pop("timestamp"),
        lambda sent: sent["data"].update(left_out="many"),
        lambda sent: sent["data"]["sections"][0]["items"][0].update(stage="soon"),
        lambda sent: sent["data"]["sections"][0]["items"][0].update(surprise=1),
        lambda sent: sent.update(timestamp="yesterday"),
    ],
)
def test_a_body_that_is_not_as_documented_is_found(spoil: Any) -> None:
    sent = body(*a_full_day())
    spoil(sent)
    assert not CHECK.is_valid(sent)
