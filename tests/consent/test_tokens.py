"""Signed links: for one purpose, one person, and as long as they should last."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import BadToken, ExpiredToken
from aggregator.testing import utc
from aggregator.tokens import VALID, Keys, Purpose, keys_of

NOW = utc(2026, 11, 23, 9)
KEYS = keys_of(["a" * 40])


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_says_again_what_was_signed(purpose: Purpose) -> None:
    token = KEYS.read(purpose, KEYS.sign(purpose, "person-1", "want-2", now=NOW), now=NOW)
    assert (token.subscriber_id, token.subject, token.issued_at) == ("person-1", "want-2", NOW)


@pytest.mark.parametrize("made", Purpose)
@pytest.mark.parametrize("used", Purpose)
def test_a_link_serves_its_own_purpose_only(made: Purpose, used: Purpose) -> None:
    text = KEYS.sign(made, "person-1", now=NOW)
    if made is used:
        assert KEYS.read(used, text, now=NOW).subscriber_id == "person-1"
    else:
        with pytest.raises(BadToken):
            KEYS.read(used, text, now=NOW)


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if VALID[purpose]])
def test_links_run_out(purpose: Purpose) -> None:
    text, span = KEYS.sign(purpose, "person-1", now=NOW), VALID[purpose] or timedelta()
    assert KEYS.read(purpose, text, now=NOW + span)
    with pytest.raises(ExpiredToken):
        KEYS.read(purpose, text, now=NOW + span + timedelta(seconds=1))


def test_the_link_that_stops_never_runs_out() -> None:
    text = KEYS.sign(Purpose.STOP, "person-1", now=NOW)
    assert KEYS.read(Purpose.STOP, text, now=NOW + timedelta(days=20_000))


def test_links_outlive_ten_changes_of_the_key() -> None:
    secrets = ["first".ljust(40, "x")]
    text = keys_of(secrets).sign(Purpose.STOP, "person-1", now=NOW)
    for number in range(10):
        secrets.insert(0, f"key {number}".ljust(40, "y"))
    renewed = keys_of(secrets)
    assert renewed.read(Purpose.STOP, text, now=NOW).subscriber_id == "person-1"
    fresh = renewed.sign(Purpose.STOP, "person-1", now=NOW)
    with pytest.raises(BadToken):
        keys_of(secrets[1:]).read(Purpose.STOP, fresh, now=NOW)


@given(st.text(max_size=700))
def test_what_is_not_ours_is_refused_whatever_it_is(text: str) -> None:
    with pytest.raises(BadToken):
        KEYS.read(Purpose.STOP, text, now=NOW)


def test_no_letter_of_a_link_can_be_changed() -> None:
    text = KEYS.sign(Purpose.STOP, "person-1", now=NOW)
    for place, letter in enumerate(text[:-1]):  # the last letter carries spare bits
        other = "A" if letter != "A" else "B"
        with pytest.raises(BadToken):
            KEYS.read(Purpose.STOP, f"{text[:place]}{other}{text[place + 1 :]}", now=NOW)


def test_a_link_needs_no_quoting_in_a_web_address() -> None:
    text = KEYS.sign(Purpose.STORY, "person-1", "fn-é/?#&", now=NOW)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_fingerprint_recognises_an_address_and_does_not_tell_it() -> None:
    (mark,) = KEYS.fingerprints(" Ann@Example.org ")
    assert mark == KEYS.fingerprints("ann@example.org")[0]
    assert mark != keys_of(["b" * 40]).fingerprints("ann@example.org")[0]
    assert "ann" not in mark


def test_the_keys_are_not_shown() -> None:
    assert "a" * 40 not in repr(KEYS) + str(Keys(("a" * 40,)))


@pytest.mark.parametrize("texts", [[], [" "], ["short"], ["a" * 40, "short"]])
def test_keys_that_are_no_keys_are_refused(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="secret key"):
        keys_of(texts)
