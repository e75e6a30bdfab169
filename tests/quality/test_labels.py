"""Labels as a file, and which notice each means."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import relevance
from aggregator.errors import ConfigError
from aggregator.model import Notice, Subject
from aggregator.quality import (
    Label,
    collected,
    from_record,
    matched,
    measure,
    read_labels,
    shipped_labels,
    write_labels,
)
from aggregator.testing import a_notice

PROFILE = relevance.load_profile()
GUID = "0a1b2c3d-0000-4000-8000-0123456789ab"
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1).filter(
    lambda text: text == text.strip()
)


def label(**changes: object) -> Label:
    values: dict[str, object] = {"verdict": "core", "source": "find-a-tender"}
    return Label(**{**values, **changes})  # type: ignore[arg-type]


def meant(one: Label, *notices: Notice) -> str | None:
    (found,) = matched([one], map(collected, notices))
    return found.title if found else None


def test_the_labels_that_come_with_the_program_name_notices_and_quote_none() -> None:
    labels = read_labels(shipped_labels())
    assert len(labels) == 296
    assert {one.verdict for one in labels} == {"core", "related", "no"}
    assert all(one.address and one.address.startswith("https://") for one in labels)
    assert "title" not in shipped_labels().partition("\n")[0]
    known = set(PROFILE.type_ids)
    assert {kind for one in labels for kind in one.types} <= known | {"other"}


@given(st.lists(st.builds(
    Label,
    verdict=st.sampled_from(("core", "related", "yes", "no", "not_for_us")),
    types=st.lists(st.sampled_from(("crisis", "advocacy")), unique=True).map(tuple),
    sure=st.booleans(),
    source=TEXT, notice_id=TEXT,
    ocid=st.none() | TEXT, address=st.none() | TEXT, by=st.none() | TEXT,
)))  # fmt: skip
def test_labels_come_back_as_written(labels: list[Label]) -> None:
    assert read_labels(write_labels(labels)) == tuple(labels)


def test_a_spreadsheet_runs_nothing_that_a_portal_wrote() -> None:
    written = write_labels([label(notice_id='=HYPERLINK("https://example.org")')])
    assert "'=HYPERLINK" in written
    assert read_labels(written)[0].notice_id == '=HYPERLINK("https://example.org")'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1.*verdict"),
        ("notice_id\n1\n", "line 1.*verdict"),
        ("verdict,title\ncore,x\n", "line 1.*notice_id"),
        ("notice_id,verdict\n1,core\n2,cor\n", "line 3.*'cor'.*core, related"),
        ("notice_id,verdict\n1,\n", "line 2.*''"),
        ("source,notice_id,verdict\nx,,core\n", "line 2.*names no notice"),
        ('notice_id,verdict\n"1,core\n', "line 2.*comma-separated"),
    ],
)
def test_a_fault_in_a_file_of_labels_is_named_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=f"mine.csv, {problem}"):
        read_labels(text, "mine.csv")


def test_a_file_may_say_label_for_verdict_and_id_for_the_name_in_its_corpus() -> None:
    (one,) = read_labels("source,id,label,sure,types,title\ncf,a|b,related,0,crisis carers,X\n")
    assert (one.corpus, one.corpus_id, one.source) == ("cf", "a|b", None)
    assert (one.verdict, one.sure, one.types) == ("related", False, ("crisis", "carers"))


def test_a_label_means_the_notice_of_its_source_and_id() -> None:
    one = label(notice_id="000001-2026")
    assert meant(one, a_notice(title="it", notice_id="000001-2026")) == "it"
    assert meant(one, a_notice(source_id="another", ocid=None)) is None
    assert meant(one, a_notice(notice_id="000002-2026")) is None


def test_the_very_notice_is_taken_before_another_of_its_procurement() -> None:
    one = label(notice_id="000002-2026", ocid="ocds-h6vhtk-000001")
    award = a_notice(title="the award", notice_id="000003-2026")
    tender = a_notice(title="the tender", notice_id="000002-2026")
    assert meant(one, award) == "the award"
    assert meant(one, award, tender) == "the tender"
    assert meant(one, tender, award) == "the tender"


def test_contracts_finder_knows_a_notice_by_its_page_whatever_edit_it_is() -> None:
    one = label(source="contracts-finder", notice_id=GUID)
    edit = a_notice(source_id="contracts-finder", notice_id=f"{GUID}-582308", title="third edit")
    assert meant(one, edit) == "third edit"
    other = a_notice(source_id="contracts-finder", notice_id=f"{GUID[:-1]}0-582308")
    assert meant(one, other) is None


def test_a_buyers_reference_counts_within_its_source_only() -> None:
    one = label(source="contracts-finder", reference="DN123")
    found = a_notice(source_id="contracts-finder", reference="DN123", title="by reference")
    assert meant(one, found) == "by reference"
    assert meant(one, replace(found, source_id="find-a-tender")) is None


def test_notices_of_a_file_are_met_by_source_and_id_or_by_id_alone() -> None:
    subject = Subject(title="it")
    sourced = from_record({"source": "cf", "id": "7"}, subject)
    plain = from_record({"id": 7}, subject)

    def met(text: str) -> list[bool]:
        (one,) = read_labels(text)
        return [found is not None for (found,) in (matched([one], [n]) for n in (sourced, plain))]

    assert met("source,id,label\ncf,7,core\n") == [True, True]
    assert met("id,label\n7,core\n") == [True, True]
    assert met("source,id,label\npcs,7,core\n") == [False, True]
    assert met("id,label\n8,core\n") == [False, False]


def test_a_label_of_a_corpus_meets_the_same_notice_in_an_instance() -> None:
    (one,) = read_labels("source,id,label\nfts,ocds-h6vhtk-000001|000001-2026,core\n")
    assert meant(one, a_notice(title="it")) == "it"


def test_a_notice_on_which_people_differ_is_left_out_and_counted() -> None:
    said = [label(notice_id="000001-2026", verdict=verdict) for verdict in ("yes", "no")]
    measured = measure([*said, label(notice_id="x")], [collected(a_notice())], PROFILE)
    assert measured.disagreeing == 1
    assert measured.labelled == ()
    assert [one.notice_id for one in measured.missing] == ["x"]


def test_a_notice_that_two_people_judge_alike_counts_once() -> None:
    said = [label(notice_id="000001-2026", verdict="yes", by=who) for who in ("a", "b")]
    assert len(measure(said, [collected(a_notice())], PROFILE).labelled) == 1


def test_not_for_us_says_nothing_about_the_notice() -> None:
    said = [label(notice_id="000001-2026", verdict="not_for_us")]
    measured = measure(said, [collected(a_notice())], PROFILE)
    assert (measured.not_topic, measured.labelled, measured.missing) == (1, (), ())
