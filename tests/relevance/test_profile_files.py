"""A profile is a file; the mechanics know nothing of what is looked for."""

from pathlib import Path

import pytest

from aggregator.errors import ConfigError
from aggregator.model import Subject, Verdict
from aggregator.relevance import judge, load_profile
from aggregator.relevance.loading import DEFAULT, OUTCOME, Outcome, digest, rules_of
from aggregator.relevance.samples import misjudged

HOUSING = Path(__file__).with_name("housing_advice.yaml")


def test_the_profile_for_mental_health_judges_its_own_samples_rightly() -> None:
    assert misjudged() == ()


def test_a_profile_for_housing_advice_judges_its_own_samples_rightly() -> None:
    assert misjudged(HOUSING) == ()


def test_a_profile_for_housing_advice_knows_nothing_of_mental_health() -> None:
    profile = load_profile(HOUSING)
    crisis = judge(Subject(title="Mental health crisis café"), profile)
    assert crisis.verdict is Verdict.NO
    assert profile.type_ids == ("advice", "deposit")


def test_a_profile_for_housing_advice_gives_its_own_reasons_types_and_audiences() -> None:
    subject = Subject(title="Tenancy advise for tenants of Northmoor", cpv=("85312310",))
    judgement = judge(subject, load_profile(HOUSING))
    assert judgement.verdict is Verdict.CORE
    assert judgement.types == ("advice",)
    assert judgement.audiences == ("tenants",)
    assert judgement.profile == "housing-advice 0.1"
    assert "the title says “Tenancy advise”" in [reason.words for reason in judgement.reasons]


def test_the_kept_outcome_belongs_to_the_profile_file() -> None:
    """Fails after an edit of the file until tools/compile_profile.py has been run."""
    import gzip

    import msgspec

    content = DEFAULT.read_bytes()
    packed = gzip.decompress(DEFAULT.with_suffix(OUTCOME).read_bytes())
    kept = msgspec.json.decode(packed, type=Outcome)
    assert kept.made_from == digest(content)
    assert kept.rules == rules_of(content, DEFAULT)


def test_an_edited_profile_is_read_anew_whatever_outcome_lies_beside_it(tmp_path: Path) -> None:
    edited = tmp_path / "mental_health.yaml"
    edited.write_text(DEFAULT.read_text().replace('version: "1.', 'version: "9.', 1))
    edited.with_suffix(OUTCOME).write_bytes(DEFAULT.with_suffix(OUTCOME).read_bytes())
    assert load_profile(edited).rules.version.startswith("9.")


def test_a_damaged_outcome_does_no_harm(tmp_path: Path) -> None:
    copy = tmp_path / "housing.yaml"
    copy.write_text(HOUSING.read_text())
    copy.with_suffix(OUTCOME).write_bytes(b"\x1f\x8b not gzip at all")
    assert load_profile(copy).type_ids == ("advice", "deposit")


FAULTS = {
    "a misspelt key is named with its line": (
        ("    plain: Advice on your home", "    plian: Advice on your home"),
        ("line", "advice"),
    ),
    "a star inside a phrase is refused with the phrase": (
        ("5: housing advice service*, tenancy", "5: housing advi* service, tenancy"),
        ("“housing advi* service”", "a star may only end a phrase"),
    ),
    "a weight out of bounds is refused": (
        ("    4: housing advice, tenants' rights", "    40: housing advice"),
        ("weight 40", "line 15"),
    ),
    "a weight that is no number is refused": (
        ("    4: housing advice, tenants' rights", "    four: housing advice"),
        ("“four” is no weight",),
    ),
    "an unknown tier is refused": (("    tier: related", "    tier: cor"), ("tier", "deposit")),
    "thresholds must fall": (("related: 5", "related: 9"), ("must fall", "line 7")),
    "an unknown service type is refused": (
        ("  otherwise: advice", "  otherwise: advise"),
        ("advise is no service type",),
    ),
    "a service type may be there only once": (("- id: deposit", "- id: advice"), ("twice",)),
    "an unknown table of names is refused": (
        ("  names: Shelter", "  tables: landlords"),
        ("no table landlords", "councils"),
    ),
    "broken YAML is refused with its line": (("general:", "general: ]"), ("YAML", "line 13")),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_profile_is_told_with_its_place(fault: str, tmp_path: Path) -> None:
    (before, after), expected = FAULTS[fault]
    text = HOUSING.read_text()
    assert before in text
    path = tmp_path / "profile.yaml"
    path.write_text(text.replace(before, after, 1))
    with pytest.raises(ConfigError) as raised:
        load_profile(path)
    assert str(path) in str(raised.value)
    for words in expected:
        assert words in str(raised.value)


def test_a_pattern_that_is_no_regular_expression_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    addition = 'boilerplate:\n  - {gate: "act", pattern: "act ("}\n'
    path.write_text(HOUSING.read_text() + addition)
    with pytest.raises(ConfigError, match="is no regular expression"):
        load_profile(path)


@pytest.mark.parametrize("content", [b"", b"- a list", b"just words", b"\xff\xfe\x00bad"])
def test_a_file_that_is_no_profile_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError):
        load_profile(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_profile(tmp_path / "none.yaml")
