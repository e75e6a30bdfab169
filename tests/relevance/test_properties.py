"""What holds for any text whatever."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.model import Subject, SubjectLot, Verdict
from aggregator.relevance import judge
from tests.relevance.subjects import RANK, the_profile

PIECES = st.sampled_from(
    [
        "mental health", "Crisis café", "counselling", "debt counselling", "(IMHA)", "CAMHS",
        "emotional wellbeing", "of the workforce", "The Trust provides", "Mental Health Act 1983",
        "and all other legislation", "refurbishment", "for our employees", "school", "lot", "\n",
        ". ", ", ", "suicide", "Northmoor Mental Health NHS Trust", "iechyd meddwl", "supported",
        "living", "domestic abuse", "recovery", "the", "and", "&", "’", "é", "\x00", "🙂", "ﬀ",
    ]
)  # fmt: skip
TEXT = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map(" ".join))
LOTS = st.lists(
    st.builds(
        SubjectLot, id=st.text(max_size=3), title=st.none() | TEXT, description=st.none() | TEXT
    ),
    max_size=3,
).map(tuple)
SUBJECTS = st.builds(
    Subject,
    title=st.none() | TEXT,
    description=st.none() | TEXT,
    additional_text=st.none() | TEXT,
    award_text=st.none() | TEXT,
    lots=LOTS,
    organisations=st.lists(TEXT, max_size=3).map(tuple),
    cpv=st.lists(
        st.sampled_from(["85312320", "45000000", "85100000", "", "x", "33"]), max_size=4
    ).map(tuple),
)
BOILERPLATE = (
    " The supplier shall comply with the Mental Health Act 1983 and all other legislation."
    " Social value: supporting the mental health and wellbeing of the community."
)


@given(SUBJECTS)
@settings(max_examples=300, deadline=None)
def test_any_subject_can_be_judged_and_is_judged_the_same_again(subject: Subject) -> None:
    judgement = judge(subject, the_profile())
    assert judgement == judge(subject, the_profile())
    assert judgement.score >= 0
    assert (judgement.verdict is Verdict.NO) or judgement.reasons
    assert set(judgement.lots) <= {lot.id for lot in subject.lots}
    assert all(reason.words for reason in judgement.reasons)


def test_huge_and_hostile_texts_are_judged_in_reasonable_time() -> None:
    name = "Northmoor Mental Health NHS Trust"
    hostile = (
        Subject(title="A" * 200_000, description="Trust " + "Aa " * 100_000),
        Subject(description="influence health and wellbeing " * 30_000 + "workforce"),
        Subject(description="mental health " * 200_000, organisations=(name,) * 500),
        Subject(
            title="Framework",
            lots=tuple(
                SubjectLot(id=str(n), title=f"Mental health {n}", description=f"{name} support")
                for n in range(2_000)
            ),
            organisations=(name,),
        ),
    )
    began = time.process_time()
    for subject in hostile:
        judge(subject, the_profile())
    assert time.process_time() - began < 5


@given(TEXT, TEXT)
@settings(max_examples=200, deadline=None)
def test_standard_wording_never_raises_the_verdict(title: str, description: str) -> None:
    plain = judge(Subject(title=title, description=description + " ."), the_profile())
    padded = judge(
        Subject(title=title, description=description + " ." + BOILERPLATE), the_profile()
    )
    assert RANK[padded.verdict] <= RANK[plain.verdict]


@given(TEXT, TEXT)
@settings(max_examples=200, deadline=None)
def test_masking_a_name_never_raises_the_verdict_above_a_look(title: str, description: str) -> None:
    """A likely buyer may bring a thin text to "possible", and nothing further."""
    name = "Northmoor Mental Health NHS Trust"
    text = f"{description} {name}"
    masked = judge(Subject(title=title, description=text, organisations=(name,)), the_profile())
    open_ = judge(Subject(title=title, description=text), the_profile())
    assert RANK[masked.verdict] <= max(RANK[open_.verdict], RANK["possible"])


@given(TEXT)
@settings(max_examples=100, deadline=None)
def test_a_name_alone_is_never_a_reason_for(name: str) -> None:
    judgement = judge(Subject(description=name, organisations=(name,)), the_profile())
    assert RANK[judgement.verdict] <= RANK["possible"]
