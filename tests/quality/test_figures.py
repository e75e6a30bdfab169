"""The figures of quality, on made-up labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Judgement, Subject, Verdict
from aggregator.quality import Figure, Labelled, Measure, Rate, faults, quality


def one(label: str, verdict: Verdict, **more: object) -> Labelled:
    values: dict[str, object] = {
        "id": "x",
        "title": "Crisis café",
        "label": label,
        "subject": Subject(title="Crisis café", cpv=("85100000",)),
        "judgement": Judgement(verdict=verdict, score=1.0, types=("crisis",)),
    }
    return Labelled(**{**values, **more})  # type: ignore[arg-type]


MADE_UP = (
    one("core", Verdict.CORE, types=("crisis", "advocacy")),
    one("core", Verdict.RELATED, types=("advocacy",)),
    one("core", Verdict.NO),
    one("related", Verdict.POSSIBLE),
    one("related", Verdict.NO),
    one("no", Verdict.CORE),
    one("no", Verdict.POSSIBLE),
    one("no", Verdict.NO),
)


def delivered(name: str) -> Rate:
    (figure,) = (one for one in quality(MADE_UP).delivered if name in one.name)
    return figure.rate


def measures(found: tuple[Measure, ...]) -> dict[str, tuple[int, int, int]]:
    return {one.name: (one.right, one.given, one.wanted) for one in found}


def test_figures_are_counted_over_the_cases_their_names_say() -> None:
    assert delivered("core found") == Rate(hits=2, cases=3)
    assert delivered("core judged core") == Rate(hits=1, cases=3)
    assert delivered("related found") == Rate(hits=1, cases=2)
    assert delivered("judged core, not") == Rate(hits=1, cases=2)
    assert delivered("told at all, not") == Rate(hits=2, cases=3)
    assert delivered("waits for a look") == Rate(hits=1, cases=3)
    assert delivered("first service type") == Rate(hits=1, cases=2)


def test_each_verdict_has_its_precision_and_recall() -> None:
    assert measures(quality(MADE_UP).verdicts) == {
        "core": (1, 2, 3),
        "related": (0, 1, 2),
        "core and related together": (2, 3, 5),
        "no": (1, 3, 3),
    }


def test_each_service_type_counts_what_people_or_the_judge_gave() -> None:
    assert measures(quality(MADE_UP).types) == {
        "advocacy": (0, 0, 2),
        "crisis": (1, 3, 1),
        "all types": (1, 3, 3),
    }


def test_a_relevant_notice_without_a_type_says_nothing_about_types() -> None:
    untyped = (one("core", Verdict.CORE), one("yes", Verdict.CORE))
    assert measures(quality(untyped).types) == {"all types": (0, 0, 0)}


def test_both_plain_searches_stand_beside_the_judge() -> None:
    text = Subject(title="Support", description="Mental Health support", cpv=("45000000",))
    labelled = (*MADE_UP, one("core", Verdict.CORE, subject=text))
    found = {measure.name: (core, measure) for core, measure in quality(labelled).searches}
    core, told = found["keyword “mental health”"]
    assert core == Rate(hits=1, cases=4)
    assert told.precision == Rate(hits=1, cases=1)
    core, told = found["CPV division 85"]
    assert core == Rate(hits=3, cases=4)
    assert told.precision == Rate(hits=5, cases=8)


def test_a_bare_yes_wants_the_notice_told_and_no_more() -> None:
    told, hidden = one("yes", Verdict.RELATED), one("yes", Verdict.NO)
    assert list(faults((told, hidden))) == [("missed", hidden)]
    assert measures(quality((told, hidden)).verdicts)["core and related together"] == (1, 1, 2)


def test_faults_are_named() -> None:
    assert [fault for fault, _ in faults((*MADE_UP, one("core", Verdict.POSSIBLE)))] == [
        "core told as related",
        "core missed",
        "related missed",
        "false alarm",
        "core waits for a look",
    ]


def test_an_interval_by_wilson_agrees_with_the_textbook() -> None:
    """Newcombe 1998: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611."""
    assert Rate(hits=81, cases=263).interval == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert Rate(hits=0, cases=20).interval == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert Rate(hits=0, cases=0).interval == (0.0, 1.0)


def test_a_share_of_nothing_is_said_as_such() -> None:
    assert str(Rate(hits=0, cases=0)) == "– (no cases)"
    assert str(Rate(hits=2, cases=3)) == "0.67 (2 of 3; 0.21 to 0.94)"


@given(right=st.integers(0, 500), more=st.integers(0, 500), missed=st.integers(0, 500))
def test_every_figure_lies_within_its_interval(right: int, more: int, missed: int) -> None:
    measure = Measure(name="x", right=right, given=right + more, wanted=right + missed)
    for value, (low, high) in (
        (measure.precision.value, measure.precision.interval),
        (measure.recall.value, measure.recall.interval),
        (measure.f1, measure.f1_interval),
    ):
        assert -1e-9 <= low <= value + 1e-9
        assert value - 1e-9 <= high <= 1 + 1e-9
    if measure.f1:
        sums = 1 / measure.precision.value + 1 / measure.recall.value
        assert measure.f1 == pytest.approx(2 / sums)


def test_an_aim_is_met_from_either_side() -> None:
    half = Rate(hits=1, cases=2)
    assert Figure(name="x", rate=half, aim=0.5).kept
    assert not Figure(name="x", rate=half, aim=0.6).kept
    assert Figure(name="x", rate=half, aim=0.5, at_most=True).kept
    assert not Figure(name="x", rate=half, aim=0.4, at_most=True).kept
    assert Figure(name="x", rate=half).kept
