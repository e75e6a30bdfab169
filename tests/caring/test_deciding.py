"""The operator hears once of what began, weekly of what lasts, never of what mended itself."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator import concerns
from aggregator.concerns import AGAIN, APART, FORGOTTEN, Telling
from aggregator.model import Concern, Host
from aggregator.store import Store
from aggregator.testing import utc

START = utc(2026, 11, 2, 9)
HOUR = timedelta(hours=1)
DISK = Concern(key="disk", words="The disk is nearly full.", remedy="make room")
SLOW = Concern(key="source:cvs:failing", words="Nothing is seen of Northmoor CVS.", remedy="look",
               patience=timedelta(hours=12))  # fmt: skip


class Operator:
    """Asks every hour, as the service does, and keeps the mails."""

    def __init__(self) -> None:
        self.store = Store.open(None)
        self.mails: list[tuple[datetime, Telling]] = []

    def asks(self, now: datetime, *present: Concern) -> Telling | None:
        known = self.store.note_concerns(
            [one.key for one in present], at=now, forget_before=now - FORGOTTEN
        )
        due = concerns.telling(present, known, now=now)
        if due:
            self.store.note_told_concerns(due.keys, now)
            self.mails.append((now, due))
        return due

    def hours(self, first: int, last: int, *present: Concern) -> None:
        for hour in range(first, last):
            self.asks(START + hour * HOUR, *present)


@pytest.fixture
def operator() -> Operator:
    return Operator()


def test_what_began_is_told_at_once_and_only_once(operator: Operator) -> None:
    operator.hours(0, 24 * 6, DISK)
    ((when, told),) = operator.mails
    assert (when, told.began, told.still) == (START, (DISK,), ())


def test_while_it_lasts_there_is_a_reminder_a_week(operator: Operator) -> None:
    operator.hours(0, 24 * 22, DISK)
    assert [when - START for when, _ in operator.mails] == [n * AGAIN for n in range(4)]
    assert all(told.still and not told.began for _, told in operator.mails[1:])


def test_what_mends_within_its_patience_is_never_told(operator: Operator) -> None:
    for day in range(30):
        operator.hours(24 * day, 24 * day + 11, SLOW)
        operator.hours(24 * day + 11, 24 * day + 24)
        operator.asks(START + timedelta(days=day + 1) - timedelta(minutes=1))
        operator.store.note_concerns([], at=START, forget_before=START + timedelta(days=400))
    assert operator.mails == []


def test_what_outlasts_its_patience_is_told(operator: Operator) -> None:
    operator.hours(0, 48, SLOW)
    assert [when for when, _ in operator.mails] == [START + SLOW.patience]


def test_what_comes_and_goes_every_few_hours_is_told_once(operator: Operator) -> None:
    for hour in range(0, 24 * 6, 3):
        operator.asks(START + hour * HOUR, *((DISK,) if hour % 2 else ()))
    assert len(operator.mails) == 1


def test_what_comes_back_after_days_is_told_anew(operator: Operator) -> None:
    operator.hours(0, 5, DISK)
    operator.hours(5, 72)
    operator.hours(72, 80, DISK)
    assert [bool(told.began) for _, told in operator.mails] == [True, True]


def test_what_follows_soon_waits_for_the_next_mail(operator: Operator) -> None:
    others = [Concern(key=f"x{n}", words="Odd.", remedy="look") for n in range(20)]
    for hour in range(20):
        operator.asks(START + hour * HOUR, *others[: hour + 1])
    gaps = [later[0] - earlier[0] for earlier, later in zip(operator.mails, operator.mails[1:],
                                                            strict=False)]  # fmt: skip
    assert gaps == [APART] * 4
    assert {key for _, told in operator.mails for key in (one.key for one in told.began)} == {
        one.key for one in others[:17]
    }


def test_a_clock_that_was_wrong_once_silences_nobody(operator: Operator) -> None:
    operator.asks(START + timedelta(days=900), DISK)
    operator.asks(START, DISK)
    operator.hours(1, 24 * 8, DISK)
    assert any(told.still for _, told in operator.mails[1:])


def test_when_nothing_is_the_matter_no_mail_is_sent(operator: Operator) -> None:
    operator.hours(0, 24 * 31)
    assert operator.mails == []
    assert operator.store.known_concerns() == {}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sets(st.sampled_from("abcde")), max_size=120))
def test_whatever_happens_nothing_is_told_twice_a_week_and_mails_keep_apart(
    hours: list[set[str]],
) -> None:
    operator = Operator()
    for hour, present in enumerate(hours):
        found = [Concern(key=key, words="Odd.", remedy="look") for key in sorted(present)]
        operator.asks(START + hour * HOUR, *found)
    times = [when for when, _ in operator.mails]
    assert all(later - earlier >= APART for earlier, later in pairwise(times))
    told = [one.key for _, mail in operator.mails for one in mail.began]
    for key in set(told):
        away = longest_absence(hours, key)
        assert told.count(key) == 1 or away > FORGOTTEN / HOUR


def longest_absence(hours: list[set[str]], key: str) -> int:
    longest = absent = 0
    for present in hours:
        absent = 0 if key in present else absent + 1
        longest = max(longest, absent)
    return longest


def test_the_mail_says_what_to_do_about_each_thing(operator: Operator) -> None:
    operator.asks(START, DISK)
    told = operator.asks(START + timedelta(days=1), DISK, DISK_OF_BACKUPS)
    assert told is not None
    host = Host(name="Arden  Voluntary\nAction", contact="hello@example.org")
    assert concerns.subject(told, host) == (
        "Fair Notice of Arden Voluntary Action: 1 thing to see to"
    )
    words = concerns.text(told)
    assert words.index("Backups fail.") < words.index("Told before") < words.index("nearly full")
    assert "What to do: make room" in words
    assert "Since Monday 2 November 2026" in words


DISK_OF_BACKUPS = Concern(key="backup", words="Backups fail.", remedy="name another folder")
