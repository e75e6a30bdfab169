"""What came back is read right, in every form we know of."""

import random
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.bounces import read
from aggregator.model import ReturnKind
from mail.corpus import ADDRESS, BACK_TO, MESSAGE_ID, About, bounces, harmless, mangled, report

BOUNCES, HARMLESS = list(bounces()), list(harmless())
ACTS = {ReturnKind.HARD, ReturnKind.SOFT, ReturnKind.COMPLAINT, ReturnKind.REFUSED}


def test_three_hundred_bounces_are_read_right() -> None:
    wrong = [
        f"{name}: {read(raw).kind}, not {kind}" for name, raw, kind in BOUNCES
        if read(raw).kind is not kind
    ]  # fmt: skip
    assert len(BOUNCES) >= 300
    assert len(wrong) <= len(BOUNCES) // 100, wrong


def test_no_bounce_gives_up_an_address_that_exists() -> None:
    gravest = {ReturnKind.HARD, ReturnKind.COMPLAINT}
    wrong = [
        name for name, raw, kind in BOUNCES if kind not in gravest and read(raw).kind in gravest
    ]
    assert wrong == []


def test_of_a_hundred_answers_none_counts_as_a_bounce() -> None:
    wrong = [f"{name}: {read(raw).kind}" for name, raw, _ in HARMLESS if read(raw).kind in ACTS]
    assert len(HARMLESS) >= 100
    assert wrong == []
    assert Counter(read(raw).kind for _, raw, _ in HARMLESS)[ReturnKind.AUTOMATIC] >= 45


def test_every_bounce_says_which_mail_it_was() -> None:
    for name, raw, kind in BOUNCES:
        returned = read(raw)
        assert MESSAGE_ID.strip("<>") in returned.message_ids or "cut" in name, name
        assert returned.tokens == (BACK_TO[8:34],), name
        if kind is ReturnKind.HARD and "bare" not in name:
            assert returned.recipients in ((ADDRESS,), ()), name
            assert returned.words, name


def test_its_own_message_id_is_not_taken_for_ours() -> None:
    returned = read(report(About(), "5.1.1", "550 5.1.1 User unknown"))
    assert returned.message_ids == (MESSAGE_ID.strip("<>"),)
    assert (returned.status, returned.recipients) == ("5.1.1", (ADDRESS,))


def test_two_recipients_of_one_report_give_the_worse_verdict() -> None:
    raw = report(About(), "4.2.2", "452 4.2.2 over quota")
    second = (
        b"\r\n\r\nFinal-Recipient: rfc822; other@example.org\r\nAction: failed\r\n"
        b"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n"
    )
    cut = raw.index(b"\r\n\r\n--B0UNDARY/mx.example.org\r\nContent-Type: message/rfc822")
    returned = read(raw[:cut] + second + raw[cut:])
    assert (returned.kind, returned.recipients) == (ReturnKind.HARD, ("other@example.org",))


@given(st.binary(max_size=3000))
def test_any_bytes_are_read_without_a_fault(raw: bytes) -> None:
    assert read(raw).fingerprint


def test_mangled_bounces_are_read_without_a_fault_and_quickly() -> None:
    rng, samples = random.Random(5), [raw for _, raw, _ in (*BOUNCES, *HARMLESS)]
    began = time.process_time()
    for _ in range(1500):
        assert read(mangled(rng.choice(samples), rng)).fingerprint
    assert time.process_time() - began < 60


@pytest.mark.parametrize(
    "raw",
    [
        b"From: mailer-daemon@example.org\r\n\r\n" + b"user " + b"!" * 200_000,
        b"From: mailer-daemon@example.org\r\n\r\n" + b"user !a " * 30_000,
        b"From: mailer-daemon@example.org\r\n\r\n" + b"<" * 250_000,
        b"From: mailer-daemon@example.org\r\n\r\n" + b"over quota " * 25_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" * 50_000,
        b"Subject: " + b"=?utf-8?q?x?= " * 18_000 + b"\r\n\r\nhello",
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(3000)
        ),
        b"From: mailer-daemon@example.org\r\n\r\n" + b"> Message-ID:\r\n" * 17_000,
    ],
)
def test_what_is_made_to_be_slow_is_read_in_time(raw: bytes) -> None:
    began = time.process_time()
    assert read(raw).fingerprint
    assert time.process_time() - began < 4


def test_a_bounce_whose_head_flufl_cannot_read_is_still_one() -> None:
    raw = report(About(), "5.1.1", "x").partition(b"\r\n\r\n")[0]
    raw = raw.replace(b"Content-Type: multipart/report", b"X-Was: multipart/report")
    raw = raw.replace(b"From: Mail", b"From: \xff\xfe Mail")
    returned = read(raw + b"\r\n\r\n550 5.1.1 <director@lighthouse.example.org>: User unknown\r\n")
    assert (returned.kind, returned.status) == (ReturnKind.HARD, "5.1.1")
