"""A complaint is taken, acknowledged at once, and the host reminded until it is answered."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from aggregator import complaints, personal
from aggregator.model import Complaint
from aggregator.testing import utc
from privacy.lives import CANARY, answers, complains, sends, sweeps
from web.sites import NOW, TheSite, mails

WORDS = "You wrote to me although I had stopped.\nMy name is Alex Stone."
FORM = {"email": CANARY, "words": WORDS}


async def test_the_form_keeps_the_complaint_and_sends_the_receipt(site: TheSite) -> None:
    answer = await site.post("/complain", FORM)
    assert answer.status_code == 303
    shown = await site.get(answer.headers["location"])
    assert "ico.org.uk/make-a-complaint" in shown.text
    assert await sends(site) == 1
    with site.store() as store:
        (complaint,) = store.complaints()
    assert (complaint.address, complaint.words) == (CANARY, WORDS)
    assert complaint.acknowledged_at == NOW
    (file,) = site.instance.outbox.glob("complaint-*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    text = mail.get_content()
    assert mail["To"] == CANARY
    assert complaint.id in text
    assert "ico.org.uk" in text
    assert "Alex" not in text, "anybody can type anybody's address"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "no address"}, "correct format"),
        ({"email": "a@example.org, b@example.org"}, "correct format"),
        ({"words": "  \n "}, "Tell us what is wrong"),
        ({"words": "x" * 5001}, "at most 5000 characters"),
    ],
)
async def test_what_cannot_be_kept_is_explained(
    site: TheSite, changes: dict[str, str], words: str
) -> None:
    answer = await site.post("/complain", {**FORM, **changes})
    assert answer.status_code == 400
    assert words in answer.text
    assert "There is a problem" in answer.text
    with site.store() as store:
        assert store.complaints() == ()


async def test_a_machine_that_fills_in_everything_is_not_heard(site: TheSite) -> None:
    answer = await site.post("/complain", {**FORM, "website": "https://example.org"})
    assert answer.status_code == 303
    with site.store() as store:
        assert store.complaints() == ()


async def test_no_address_gets_more_than_three_receipts_a_day(site: TheSite) -> None:
    host = site.instance.settings.host
    for _ in range(3):
        complains(site, CANARY)
    with site.store() as store:
        fourth = complaints.complain(
            CANARY.upper(), WORDS, store=store, clock=site.clock, host=host
        )
        assert fourth is None
        assert len(mails(store, "complaint-")) == 3


async def test_many_tries_are_slowed_down(site: TheSite) -> None:
    statuses = [(await site.post("/complain", FORM)).status_code for _ in range(6)]
    assert 429 in statuses


async def test_looking_at_the_form_changes_nothing(site: TheSite) -> None:
    before = site.content()
    for path in ("/complain", "/complaint-sent", "/privacy"):
        assert (await site.get(path)).status_code == 200
    assert site.content() == before


async def test_a_complaint_of_a_reader_changes_nothing_of_their_mails(site: TheSite) -> None:
    reader = site.joins(CANARY)
    complains(site, CANARY)
    with site.store() as store:
        assert [one.id for one in store.subscribers()] == [reader]
        assert store.subscriber(reader).state == "confirmed"


async def test_who_complained_without_reading_is_forgotten_too(site: TheSite) -> None:
    answers(site, complains(site, CANARY))
    await sends(site)
    site.clock.advance(days=29)
    sweeps(site)
    with site.store() as store:
        assert store.subscriber_by_email(CANARY) is None
        assert store.complaints()[0].address == CANARY
        assert store.complaints()[0].acknowledged_at == NOW
    site.clock.advance(days=366)
    sweeps(site)
    with site.store() as store:
        assert store.complaints()[0].address == "-"
        assert store.complaints()[0].acknowledged_at == NOW


def reminded_on(answered: int | None = None) -> list[int]:
    """The days on which the host is told of one complaint."""
    came = utc(2026, 6, 20, 14)
    one = Complaint(id="a2b3c4d5", received_at=came, address=CANARY, words="x")
    days: list[int] = []
    told = None
    for hour in range(24 * 33):
        now = came + timedelta(hours=hour, minutes=1)
        if answered is not None and hour >= 24 * answered:
            break
        at = Complaint(id=one.id, received_at=came, address=CANARY, words="x", reminded_at=told)
        if complaints.due([at], now):
            days.append(hour // 24)
            told = now
    return days


def test_the_host_is_told_at_once_and_reminded_before_the_month_is_over() -> None:
    days = reminded_on()
    assert days[:4] == [0, 14, 21, 27]
    assert days[4:] == [30, 31, 32], "and every day once it is late"


def test_nobody_is_reminded_of_what_is_answered() -> None:
    assert reminded_on(answered=15) == [0, 14]


async def test_the_reminder_goes_to_the_host_and_names_what_to_do(site: TheSite) -> None:
    number = complains(site, CANARY)
    await sends(site)
    with site.store() as store:
        assert len(personal.remind(site.instance, store, clock=site.clock)) == 1
        assert personal.remind(site.instance, store, clock=site.clock) == ()
        mail = mails(store, "reminder-")[-1]
    assert mail.channel.target == "help@vale-cvs.example.org"
    assert f"{number}, came in on 23 November 2026; answer it by 23 December 2026" in mail.text
    assert "acknowledged on 23 November 2026" in mail.text
    assert "fairnotice privacy answer" in mail.text
    assert CANARY not in mail.text


async def test_a_receipt_that_could_not_go_out_is_pointed_out(site: TheSite) -> None:
    complains(site, CANARY)
    with site.store() as store:
        personal.remind(site.instance, store, clock=site.clock)
        mail = mails(store, "reminder-")[-1]
    assert "the receipt has not gone out yet" in (mail.text or "")


async def test_the_privacy_page_says_what_the_map_says(site: TheSite) -> None:
    text = (await site.get("/privacy")).text
    for words in ("Vale of Arden CVS", "28 days", "a keyed hash", "/complain", "ico.org.uk"):
        assert words in text
    assert "{" not in text.partition("<main")[2]
    assert "**" not in text
