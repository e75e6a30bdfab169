"""What volunteers type becomes a filter, or a sentence that helps."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator import match, relevance
from aggregator.criteria import Problem, criteria_from, in_words
from aggregator.model import Criteria, Sort, Stage, Verdict
from aggregator.model.alerting import DEFAULT_STAGES
from aggregator.parsing import places
from tests.matching.samples import criteria

TYPES = {"crisis": "Crisis support", "peer_support": "Peer support, groups"}
FIELDS = sorted({*Criteria.__dataclass_fields__, "without"})


def asked(**form: object) -> Criteria:
    found = criteria_from(form, types=TYPES)  # type: ignore[arg-type]
    assert isinstance(found, Criteria), found
    return found


def problem(**form: object) -> Problem:
    found = criteria_from(form, types=TYPES)  # type: ignore[arg-type]
    assert not isinstance(found, Criteria), found
    (only,) = found
    return only


def test_an_empty_form_is_the_usual_filter() -> None:
    assert asked() == Criteria()
    assert asked(**dict.fromkeys(set(FIELDS) - {"nationwide", "value_not_stated"}, "")) == (
        Criteria()
    )
    assert asked(csrf_token="x", email="a@example.org") == Criteria()


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("leeds ", ("TLE42",)),
        ("LEEDS CITY COUNCIL", ("TLE42",)),
        ("ls7", ("TLE42",)),
        ("LS 7", ("TLE42",)),
        ("ls7 4xx", ("TLE42",)),
        ("Yorkshire & Humber", ("TLE",)),
        ("Yorkshire and the Humber", ("TLE",)),
        ("wales", ("TLL",)),
        ("Cymru", ("TLL",)),
        ("bt1 1aa", ("TLN",)),
        ("Leeds, York", ("TLE42", "TLE21")),
        ("Leeds\nleeds;LEEDS,,", ("TLE42",)),
        ("Bristol, City of", ("TLK51",)),
        ("UKE4", ("UKE4",)),
        ("anywhere", ()),
        (["Leeds", "York"], ("TLE42", "TLE21")),
    ],
)
def test_places_as_people_write_them(typed: object, codes: tuple[str, ...]) -> None:
    assert asked(places=typed).places == codes


def test_a_postcode_area_stands_for_all_regions_of_its_districts() -> None:
    area = asked(places="ls").places
    assert "TLE42" in area
    assert len(area) > 1
    assert asked(places="BT").places == ("TLN",)


def test_a_care_board_is_more_than_the_county_and_has_to_be_called_one() -> None:
    board = asked(places="NHS Devon ICB").places
    assert set(asked(places="Devon").places) < {*board, *asked(places="Devon").places}
    assert board == asked(places="devon integrated care board").places
    assert len(board) > 1
    assert "ICB" in problem(places="Devun ICB").words


@pytest.mark.parametrize(
    "typed", ["Leeds and neighbours", "leeds & its neighbours", "Leeds, neighbouring areas"]
)
def test_neighbours_may_be_written_behind_the_place(typed: str) -> None:
    found = asked(places=[typed])
    assert found.places == ("TLE42",)
    assert found.neighbours


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("Yorkshir", "Yorkshire and The Humber (TLE)"),
        ("Manchster", "Did you mean Manchester"),
        ("Newcastle", "Newcastle City Council (TLC43)"),
        ("Atlantis", "is no place we know"),
        ("😀", "“😀” is no place we know"),
        ("' OR 1=1 --", "is no place we know"),
        ("x" * 5000, "xxx…”"),
    ],
)
def test_a_place_nobody_knows_is_answered_with_help(typed: str, hint: str) -> None:
    answer = problem(places=typed)
    assert answer.field == "places"
    assert hint in answer.words
    assert len(answer.words) < 900


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("£50k", 50_000),
        ("50k", 50_000),
        ("50,000", 50_000),
        ("50 000", 50_000),
        (" £ 50,000.00 a year", 50_000),
        ("£1.2m per annum", 1_200_000),
        ("75000 p.a.", 75_000),
    ],
)
def test_amounts_as_people_write_them(typed: str, amount: int) -> None:
    assert asked(most_year=typed).most_year == Decimal(amount)


@pytest.mark.parametrize("typed", ["lots", "-5", "0", "£10k-£20k", "NaN", "1e9", "€500", "9" * 400])
def test_what_is_no_amount_is_said(typed: str) -> None:
    assert "is no amount in pounds" in problem(least_value=typed).words


def test_bounds_the_wrong_way_round_are_said() -> None:
    assert problem(least_year="£2m", most_year="£1m").field == "least_year"
    assert problem(least_value="2", most_value="1").field == "least_value"


@pytest.mark.parametrize(("typed", "days"), [("14", 14), ("2 weeks", 14), ("1 day", 1), ("0", 0)])
def test_days_left(typed: str, days: int) -> None:
    assert asked(days_left=typed).days_left == days


@pytest.mark.parametrize("typed", ["soon", "-1", "366", "1.5", "²", "99999 weeks"])
def test_what_is_no_number_of_days_is_said(typed: str) -> None:
    assert problem(days_left=typed).field == "days_left"


def test_words_are_parted_by_commas_and_lines_and_lose_their_quotes() -> None:
    found = asked(words="“crisis café”, peer-support\nnot for profit\r\n, crisis café ")
    assert found.words == ("crisis café", "peer-support", "not for profit")


@pytest.mark.parametrize("typed", ["-prison", "NOT prison", "!prison", "– prison"])
def test_a_word_to_leave_out_is_never_taken_for_one_to_look_for(typed: str) -> None:
    assert "leave out" in problem(words=typed).words
    assert problem(without=typed).field == "without"
    assert problem(without_words=typed).field == "without_words"


@pytest.mark.parametrize(
    "typed", ["crisis AND café", "crisis OR café", "caf*", "(a)", "a -b", "a|b"]
)
def test_a_search_language_is_refused_with_what_to_do(typed: str) -> None:
    assert "with a comma between them" in problem(words=typed).words


@pytest.mark.parametrize("typed", ["😀", "!!!", "\x00…", "' ; --"])
def test_what_has_no_letter_cannot_be_looked_for(typed: str) -> None:
    found = criteria_from({"words": typed}, types=TYPES)
    assert isinstance(found, tuple)


def test_five_thousand_words_are_too_many_and_no_harm() -> None:
    assert "5,000 words" in problem(words=",".join(f"word{n}" for n in range(5000))).words
    assert "5,000 places" in problem(places=",".join(f"place{n}" for n in range(5000))).words
    assert "too long" in problem(words="a" * 1_000_000).words


def test_sql_is_only_words() -> None:
    answer = criteria_from({"words": "Robert'); DROP TABLE subscribers"}, types=TYPES)
    assert isinstance(answer, tuple)
    assert asked(buyers="Robert'); DROP TABLE subscribers").buyers == (
        "Robert')",
        "DROP TABLE subscribers",
    )


def test_a_word_both_wanted_and_unwanted_is_said() -> None:
    assert problem(words="Café", without="cafe").field == "without"


def test_service_types_by_id_or_plain_name() -> None:
    assert asked(types="crisis").types == ("crisis",)
    assert asked(types=["Peer support, groups", "crisis"]).types == ("peer_support", "crisis")
    assert asked(types="peer support").types == ("peer_support",)
    assert "Did you mean" in problem(types="crisis suport").words


def test_kinds_of_notice_bring_their_stages() -> None:
    assert asked(sorts="tenders, grants").stages == DEFAULT_STAGES
    awards = asked(sorts="award")
    assert awards.stages == (Stage.AWARD_INTENDED, Stage.AWARDED)
    assert asked(sorts="award, grant").stages == (*DEFAULT_STAGES, *awards.stages)
    assert asked(sorts="tender", stages="open").stages == (Stage.OPEN,)
    assert problem(sorts="tender", stages="awarded").field == "stages"
    assert problem(sorts="award", stages="open").field == "stages"


def test_stages_by_their_own_names_or_as_readers_see_them() -> None:
    assert asked(stages="Early engagement, OPEN").stages == (Stage.ENGAGEMENT, Stage.OPEN)
    assert "Known are: " in problem(stages="opne").words


def test_yes_and_no() -> None:
    assert not asked(nationwide="no").nationwide
    assert asked(value_not_stated=["no", "yes"]).value_not_stated
    assert asked(vcse_only="on").vcse_only
    assert problem(neighbours="perhaps").field == "neighbours"


def test_all_problems_are_told_at_once() -> None:
    found = criteria_from(
        {"places": "Atlantis, Lyonesse", "most_value": "lots", "words": "-x"}, types=TYPES
    )
    assert isinstance(found, tuple)
    assert [one.field for one in found] == ["words", "most_value", "places", "places"]


wild = st.text(max_size=60) | st.lists(st.text(max_size=20), max_size=4)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(FIELDS), wild, max_size=6))
def test_nothing_that_can_be_typed_raises(form) -> None:
    found = criteria_from(form, types=TYPES)
    if isinstance(found, Criteria):
        assert in_words(found)
        assert all(places.land(code) for code in found.places)
    else:
        assert all(len(one.words) < 2000 and one.words.isprintable() for one in found)


@given(criteria)
def test_every_filter_can_be_told_in_words(values) -> None:
    wanted = Criteria(**values)
    told = in_words(wanted)
    assert told.isprintable()
    for word in wanted.without_words:
        assert "not mentioning" in told
        assert told.index(f"“{word}”", told.index("not mentioning"))


def test_the_words_of_a_filter() -> None:
    wanted = Criteria(
        verdicts=(Verdict.CORE,),
        types=("crisis",),
        places=("TLE42", "TLE21"),
        neighbours=True,
        nationwide=False,
        words=("café",),
        without_words=("prison", "school"),
        most_year=Decimal(100_000),
        days_left=14,
        vcse_only=True,
        sorts=(Sort.TENDER, Sort.GRANT),
    )
    assert in_words(wanted, labels=TYPES) == (
        "mental health is the purpose; tenders or grants; about Crisis support; in Leeds or York "
        "and next to them, without what is offered to a whole nation; mentioning “café” but not "
        "mentioning “prison” or “school”; up to £100,000 a year; or no value stated; at least 14 "
        "days left; only what is meant for voluntary organisations too"
    )
    assert in_words(replace(wanted, verdicts=())).startswith("whatever it is about")


# --------------------------------------------------------------------------- related words

PROFILE = relevance.load_profile()


def test_related_words_are_of_the_same_service_and_not_the_word_itself() -> None:
    found = match.related("Crisis café", PROFILE)
    assert 0 < len(found) <= 8
    assert all("crisis cafe" not in one for one in found)
    assert any("crisis" in one for one in found)
    assert match.related("counselling", PROFILE)


@given(st.text(max_size=40))
def test_any_word_may_be_asked_for_relations(word: str) -> None:
    assert len(match.related(word, PROFILE)) <= 8


@pytest.mark.parametrize("word", ["", "zebra", "😀", "'; DROP TABLE"])
def test_what_the_profile_does_not_know_has_no_relations(word: str) -> None:
    assert match.related(word, PROFILE) == ()
