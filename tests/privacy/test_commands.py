"""The commands as a person types them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from aggregator import consent
from aggregator.cli import command_line
from privacy.lives import CANARY, OTHER, complains, gets_a_digest
from web.sites import TheSite

Type = Callable[..., Result]


@pytest.fixture
def types(site: TheSite) -> Type:
    def run(*words: str, typed: str | None = None) -> Result:
        home = ["--home", str(site.home)]
        return CliRunner().invoke(command_line(), ["privacy", *words, *home], input=typed)

    return run


async def test_an_erasure_is_proved_by_a_search(site: TheSite, types: Type) -> None:
    await gets_a_digest(site, CANARY)
    before = types("search", CANARY)
    assert before.exit_code == 1
    assert "fairnotice.db (plain)" in before.output
    assert "messages.body (plain)" in before.output
    erased = types("erase", CANARY)
    assert erased.exit_code == 0, erased.output
    assert "0 place(s) found" in erased.output
    assert "keyed hash" in erased.output


async def test_an_open_complaint_is_named_when_its_address_is_erased(
    site: TheSite, types: Type
) -> None:
    complains(site, CANARY)
    kept = types("erase", CANARY)
    assert kept.exit_code == 1
    assert "1 complaint(s) of this address wait" in kept.output
    gone = types("erase", CANARY, "--with-complaints")
    assert gone.exit_code == 0, gone.output


def test_a_journal_can_be_searched_from_standard_input(types: Type) -> None:
    found = types("search", OTHER, "--also", "-", typed=f"nov 22 sent to <{OTHER}>\n")
    assert found.exit_code == 1
    assert types("search", OTHER, "--also", "-", typed="nothing\n").exit_code == 0
    assert types("search", OTHER, "--also", "nowhere").exit_code == 2


@pytest.mark.parametrize("address", ["", "ann", "@", "ann@", "@example.org", " "])
def test_what_is_no_address_is_not_searched_for(types: Type, address: str) -> None:
    for command in ("search", "erase"):
        answer = types(command, address)
        assert answer.exit_code == 2
        assert "is no e-mail address" in answer.output


def test_a_complaint_is_shown_acknowledged_and_answered(site: TheSite, types: Type) -> None:
    number = complains(site, CANARY, "First line\n\x1b[31mred\x1b[0m second line")
    shown = types("complaints").output
    assert number in shown
    assert "First line" in shown
    assert "\x1b" not in shown
    assert types("acknowledge", number).exit_code == 0
    assert "acknowledged on" in types("complaints").output
    assert types("answer", number, "corrected the name").exit_code == 0
    assert types("complaints").output == "no complaint waits\n"
    assert "corrected the name" in types("complaints", "--all").output
    assert types("answer", "nonsense", "x").exit_code == 1


@pytest.mark.parametrize("name", ["notice", "records", "dpia", "agreement"])
def test_every_draft_is_printed_with_the_host(types: Type, name: str) -> None:
    answer = types(name)
    assert answer.exit_code == 0
    assert "Vale of Arden CVS" in answer.output
    assert "not legal advice" in answer.output


def test_a_breach_begins_with_its_day_and_not_in_the_future(types: Type) -> None:
    answer = types("breach", "--since", "2026-11-20", "--now", "2026-11-23T09:00Z")
    assert "from 00:00 on 20 November 2026" in answer.output
    assert "**To be reported by 09:00 on 26 November 2026**" in answer.output
    late = types("breach", "--since", "2026-12-01", "--now", "2026-11-23T09:00Z")
    assert late.exit_code == 2
    assert types("breach", "--since", "yesterday").exit_code == 2


async def test_a_copy_is_made_once(site: TheSite, types: Type, tmp_path: Path) -> None:
    await gets_a_digest(site, CANARY)
    copy = str(tmp_path / "copy.db")
    assert "1 readers made up anew; 0 real addresses" in types("anonymise", copy).output
    assert types("anonymise", copy).exit_code == 1


async def test_a_person_sees_their_complaint_and_organisation_in_the_export(
    site: TheSite,
) -> None:
    reader = await gets_a_digest(site, CANARY)
    complains(site, CANARY)
    with site.store() as store:
        consent.name_organisation(reader, "Northmoor Listening", store=store)
        held = dict(store.held_on(reader).tables)
    assert held["complaints"][0]["words"] == "You have the wrong name."
    assert held["organisations"][0]["name"] == "Northmoor Listening"
