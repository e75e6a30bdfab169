"""The host's own notices, from the volunteer's file to what readers see."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from aggregator import service
from aggregator.app import Instance, names_for_readers
from aggregator.cli import command_line
from aggregator.errors import ConfigError
from aggregator.model import Outcome, Parsed, RawPayload, Window
from aggregator.sources.base import AdapterOptions
from aggregator.sources.host_csv import TEMPLATE, HostCsv
from aggregator.store import Store
from aggregator.testing import FrozenClock, utc

NOW = utc(2026, 12, 1, 12)
WINDOW = Window(start=NOW, end=NOW)
SOURCES = "- {id: host-notices, kind: host-csv, name: Our own notices, local: own.csv}\n"
HEAD = "title,kind,funder,closes,opens,value,link,key\n"


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (home / "fairnotice.yaml").write_text("host: {name: Arden CVS, contact: a@arden.example}\n")
    return Instance.at(home, tmp_path / "sources.yaml")


def read(text: str) -> Parsed:
    adapter = HostCsv(id="host-notices", base_url="file:own.csv", options=AdapterOptions())
    (request,) = adapter.requests(WINDOW)
    return adapter.read(
        RawPayload(request=request, status=200, headers={}, body=text.encode(), retrieved_at=NOW)
    )


def problem(cell: str, column: str = "closes") -> str:
    parsed = read(f'title,{column}\nWell,"{cell}"\n')
    assert parsed.notices == ()
    (one,) = parsed.rejections
    assert one.field == f"row 2, {column}"
    return one.reason


def closes(cell: str) -> str | None:
    (notice,) = read(f'title,closes\nWell,"{cell}"\n').notices
    return notice.facts.deadline and notice.facts.deadline.instant.isoformat()


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("28/02/2027", "2027-02-28T23:59:59+00:00"),
        ("28/2/27", "2027-02-28T23:59:59+00:00"),
        ("28-Feb-27", "2027-02-28T23:59:59+00:00"),
        ("28 February 2027", "2027-02-28T23:59:59+00:00"),
        ("2027-02-28", "2027-02-28T23:59:59+00:00"),
        ("46446", "2027-02-28T23:59:59+00:00"),
        ("03/04/2027", "2027-04-03T22:59:59+00:00"),
        ("30/06/2027 12:00", "2027-06-30T11:00:00+00:00"),
        ("noon on 28 February 2027", "2027-02-28T12:00:00+00:00"),
        ("rolling", None),
        ("TBC", None),
        ("", None),
    ],
)
def test_dates_are_read_as_volunteers_write_them(cell: str, instant: str | None) -> None:
    assert closes(cell) == instant


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("31 Febuary", "write 28/02/2027"),
        ("12/31/2026", "the day comes first: write 31/12/2026"),
        ("30/02/2027", "there is no such day"),
        ("########", "too narrow"),
        ("#N/A", "error of the spreadsheet"),
        ("end of March", "write 28/02/2027"),
        ("99999", "write 28/02/2027"),
        ("Friday 27 February 2027", "contradict"),
    ],
)
def test_a_date_that_is_none_is_told_with_an_example(cell: str, words: str) -> None:
    assert f"“{cell}”" in problem(cell)
    assert words in problem(cell)


def test_a_bad_row_never_holds_up_the_good_ones() -> None:
    parsed = read(HEAD + "Bad,raffle,,,,,,\nGood,grant,Arden Trust,,,,,\n,grant,,,,,,\n")
    assert [notice.facts.title for notice in parsed.notices] == ["Good"]
    assert [one.field for one in parsed.rejections] == ["row 2, kind", "row 4, title"]


def test_the_template_is_a_table_without_notices_and_its_example_would_be_one() -> None:
    assert read(TEMPLATE) == Parsed()
    (notice,) = read(TEMPLATE.replace("example-1", "nf-1")).notices
    assert notice.facts.deadline
    assert notice.notice_id == "nf-1"


def test_a_key_keeps_a_row_the_same_although_its_title_changes() -> None:
    (before,) = read(HEAD + "Fund,grant,Arden Trust,,,,,7\n").notices
    (after,) = read(HEAD + "Larger fund,grant,Arden Trust,,,,,7\n").notices
    assert before.notice_id == after.notice_id
    assert before.version != after.version


def test_order_of_rows_and_columns_makes_no_new_version() -> None:
    (one,) = read("title,funder\nFund,Arden Trust\n").notices
    (two,) = read("Funder;Title;\nArden Trust;Fund;\n;;\n").notices
    assert (one.notice_id, one.version) == (two.notice_id, two.version)


@given(st.lists(st.text(max_size=30), min_size=8, max_size=8))
def test_whatever_is_typed_is_a_notice_or_told_by_row_and_column(cells: list[str]) -> None:
    line = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    parsed = read(f"{HEAD}{line}\nGood,grant,Arden Trust,,,,,a good key of its own\n")
    told = [*parsed.notices, *parsed.rejections]
    assert any(notice.facts.title == "Good" for notice in parsed.notices)
    assert len(told) == 2 or not any(cell.strip() for cell in cells)
    assert all(one.field.startswith("row ") and one.reason for one in parsed.rejections)
    assert not any("unexpected" in one.reason for one in parsed.rejections)


async def collect(instance: Instance, store: Store, clock: FrozenClock) -> Outcome:
    (run,) = await service.collect(instance, store, clock=clock)
    return run.outcome


async def test_an_edited_row_is_an_amendment_and_an_unchanged_file_is_not_read_again(
    instance: Instance,
) -> None:
    clock, table = FrozenClock(NOW), instance.home / "own.csv"
    with instance.store() as store:
        table.write_text(HEAD + "Wellbeing fund,grant,Arden Trust,28/02/2027,,,,\n")
        assert await collect(instance, store, clock) is Outcome.COMPLETE
        clock.advance(hours=1)
        (run,) = await service.collect(instance, store, clock=clock)
        assert run.unchanged == 1
        table.write_text(HEAD + "Wellbeing fund,grant,Arden Trust,14/03/2027,,,,\n")
        clock.advance(hours=1)
        assert await collect(instance, store, clock) is Outcome.COMPLETE
        (judged,) = store.opportunities()
        kinds = [str(event.kind) for event in store.events_of(judged.opportunity.id)]
    assert judged.opportunity.deadline
    assert judged.opportunity.deadline.text == "14/03/2027"
    assert len(judged.opportunity.notices) == 2
    assert "changed" in kinds


async def test_a_row_taken_out_is_no_longer_listed(instance: Instance) -> None:
    clock, table = FrozenClock(NOW), instance.home / "own.csv"
    rows = "Wellbeing fund,grant,Arden Trust,28/02/2027,,,,\nOther,grant,Arden Trust,,,,,\n"
    with instance.store() as store:
        table.write_text(HEAD + rows)
        await collect(instance, store, clock)
        table.write_text(HEAD + rows.splitlines(keepends=True)[1])
        for _ in range(3):
            clock.advance(hours=1)
            await collect(instance, store, clock)
        gone = [
            event
            for judged in store.opportunities()
            for event in store.events_of(judged.opportunity.id)
            if event.kind == "no_longer_listed"
        ]
    assert [event.notice_id for event in gone] == ["wellbeing fund / arden trust"]


async def test_a_row_with_a_mistake_in_it_is_still_listed(instance: Instance) -> None:
    clock, table = FrozenClock(NOW), instance.home / "own.csv"
    with instance.store() as store:
        for closes in ("28/02/2027", "31 Febuary"):
            table.write_text(HEAD + f"Fund,grant,Arden Trust,{closes},,,,\nOther,,,,,,,\n")
            for _ in range(3):
                clock.advance(hours=1)
                await collect(instance, store, clock)
        kinds = {
            str(event.kind)
            for judged in store.opportunities()
            for event in store.events_of(judged.opportunity.id)
        }
    assert "no_longer_listed" not in kinds


async def test_a_file_that_is_missing_or_a_workbook_is_a_failed_run_in_words(
    instance: Instance,
) -> None:
    clock = FrozenClock(NOW)
    with instance.store() as store:
        (run,) = await service.collect(instance, store, clock=clock)
        assert run.outcome is Outcome.FAILED
        assert "own.csv" in (run.error or "")
        (instance.home / "own.csv").write_bytes(b"PK\x03\x04")
        (run,) = await service.collect(instance, store, clock=clock)
        assert "Save as" in (run.error or "")


def test_readers_see_whose_word_it_is(instance: Instance) -> None:
    assert names_for_readers(instance) == {"host-notices": "Told by Arden CVS"}
    (notice,) = read(HEAD + "Fund,,,,,,,\n").notices
    assert "by hand by the host" in notice.flags[0]


def test_the_commands_write_a_template_once_and_check_a_file(tmp_path: Path) -> None:
    sources, home = tmp_path / "s.yaml", tmp_path / "home"
    sources.write_text(SOURCES.replace("own.csv", "host-notices.csv"), encoding="utf-8")
    common = ["--home", str(home), "--sources", str(sources)]
    run = CliRunner().invoke
    assert run(command_line(), ["host-notices", "template", *common]).exit_code == 0
    again = run(command_line(), ["host-notices", "template", *common])
    assert isinstance(again.exception, ConfigError)
    assert "is there already" in str(again.exception)
    assert run(command_line(), ["host-notices", "check", *common]).exit_code == 0
    bad = tmp_path / "bad.csv"
    bad.write_text("title,closes\nFund,31 Febuary\n", encoding="utf-8")
    told = run(command_line(), ["host-notices", "check", str(bad), *common])
    assert told.exit_code == 1
    assert "row 2, closes: “31 Febuary” is no date; write 28/02/2027" in told.output
