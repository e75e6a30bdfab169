"""Exactly one address, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.deliver.addresses import checked, domain_of
from aggregator.errors import PermanentFailure


@pytest.mark.parametrize(
    "address",
    ["director@example.org", "o'brien+tenders@sub.example.org", "root@localhost", "a.b_c@ex-a.org"],
)
def test_a_plain_address_is_taken_as_it_is(address: str) -> None:
    assert checked(address) == address


def test_the_domain_is_written_in_small_letters_and_ascii() -> None:
    assert checked("Director@Example.ORG") == "Director@example.org"
    assert checked("cyfarwyddwr@môn.example") == "cyfarwyddwr@xn--mn-8ja.example"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a@example.org, b@example.org",
        "a@example.org;b@example.org",
        "a@example.org b@example.org",
        "a@b@example.org",
        "Director <director@example.org>",
        "<director@example.org>",
        '"a, b"@example.org',
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\n",
        "a\x00@example.org",
        "a\u2028@example.org",
        "group:a@example.org;",
        "a(comment)@example.org",
        "@example.org",
        "a@",
        ".a@example.org",
        "a..b@example.org",
        "a@example..org",
        "a@-example.org",
        "a@[127.0.0.1]",
        "café@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 250 + ".org",
        "a@" + ".".join(["b" * 60] * 5),
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(PermanentFailure):
        checked(text)


@given(st.text(max_size=80))
def test_what_is_taken_is_always_one_printable_ascii_word(text: str) -> None:
    try:
        address = checked(text)
    except PermanentFailure:
        return
    assert address.isascii()
    assert address.isprintable()
    assert address.count("@") == 1
    assert not set(address) & set(' ,;<>"\\:')
    assert domain_of(address)
