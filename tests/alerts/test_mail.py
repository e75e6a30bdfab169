"""What a reader finds in the mail."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from aggregator.digest import FULL_ITEMS, LARGEST, MOST_ITEMS, compose, render
from aggregator.match import TOLD_BEFORE
from aggregator.model import (
    Award,
    Certainty,
    Contact,
    DigestItem,
    DigestKind,
    DigestSection,
    EventKind,
    Host,
    Lot,
    Message,
    Money,
    Period,
    Place,
    ProcurementKind,
    Stage,
    Standing,
    StatedTime,
    Verdict,
)
from aggregator.testing import a_buyer, a_judgement, a_stated_time, a_stored_notice, utc
from alerts.reading import raw, soup, words_of_html, words_of_text
from alerts.samples import (
    HOST,
    NOW,
    a_day,
    a_full_day,
    a_run,
    an_item,
    changed,
    happened,
    pounds,
)


def mail(*items: DigestItem, kind: DigestKind = DigestKind.UPDATE, host: Host = HOST) -> Message:
    digest = compose(a_run(), kind, items, now=NOW)
    assert digest is not None
    return render(digest, host)


def text(*items: DigestItem) -> str:
    return mail(*items).text or ""


# ------------------------------------------------------------------------------- the subject


def test_the_subject_says_what_and_how_many() -> None:
    assert mail(*a_full_day()).subject == (
        "3 new, 1 deadline moved, 1 cancelled: "
        "Evening crisis cafés for adults in Northmoor and Vale… and 11 more"
    )


def test_the_subject_of_one_item_is_that_item() -> None:
    assert mail(an_item(title="Crisis café")).subject == "1 new: Crisis café"
    moved = an_item(title="Crisis café", events=(changed(1, "deadline", "a", "b"),), known=True)
    assert mail(moved).subject == "1 deadline moved: Crisis café"
    opened = an_item(
        events=(happened(1, EventKind.MOVED_ON, old="planned", new="open"),), known=True
    )
    assert (mail(opened).subject or "").startswith("1 now open: ")


def test_the_first_mail_says_how_much_is_open() -> None:
    items = [an_item(number) for number in range(1, 13)]
    first = mail(*items, kind=DigestKind.OPEN_NOW)
    assert first.subject == "12 open now: Crisis café for adults and 11 more"
    assert "Open now, for you" in (first.text or "")


def test_several_moved_deadlines_are_counted_in_the_plural() -> None:
    items = [an_item(n, events=(changed(n, "deadline", "a", "b"),), known=True) for n in (1, 2)]
    assert (mail(*items).subject or "").startswith("2 deadlines moved: ")


# ------------------------------------------------------------------------------- the content


def test_text_and_page_say_the_same_in_the_same_order() -> None:
    for kind in DigestKind:
        message = mail(*a_full_day(), kind=kind)
        assert words_of_text(message) == words_of_html(message)
        assert len(words_of_text(message)) > 300


STORY = "told in a sentence that is long enough to be one."


def stories(number: int) -> list[DigestItem]:
    return [
        an_item(
            one,
            title=f"Item {one}",
            description=f"Story {one}, {STORY}",
            known=one > 5,
            events=(changed(one, "value", "a", "b"),),
        )
        for one in range(1, number + 1)
    ]


@pytest.mark.parametrize(
    ("number", "full"), [(FULL_ITEMS, FULL_ITEMS), (FULL_ITEMS + 1, FULL_ITEMS), (20, FULL_ITEMS)]
)
def test_the_first_items_stand_in_full_and_the_rest_in_one_line_each(
    number: int, full: int
) -> None:
    page = soup(mail(*stories(number)))
    titles = [one.text for one in page.select("h3")]
    assert len(titles) - titles.count("More, in short") == full
    shown = [one for one in range(1, number + 1) if f"Story {one}, told" in page.text]
    assert len(shown) == full
    for one in range(1, number + 1):
        (item,) = page.select(f"#fn-sample{one:03}")
        assert f"Item {one}" in item.text
        assert f"https://www.find-tender.example.org/Notice/{one:06}-2026" in item.text


def test_four_items_are_listed_at_the_top_each_with_its_date_and_money() -> None:
    four = (
        an_item(1, title="One", deadline=a_stated_time(utc(2026, 12, 2, 12)), value=pounds(60000)),
        an_item(2, title="Two", deadline=a_day(2027, 1, 15), value=None),
        an_item(3, title="Three", deadline=None, value=None),
        an_item(4, title="Four", stage=Stage.PLANNED, expected_tender=a_day(2027, 2, 28)),
    )
    message = mail(*four)
    assert (
        "At a glance\n-----------\n\n"
        "- One · closes 2 December · £60,000\n"
        "- Two · closes 15 January 2027\n"
        "- Three · open for bids, no date stated\n"
        "- Four · tender expected in February 2027\n"
    ) in (message.text or "")
    page = soup(message)
    for link in page.select('a[href^="#"]'):
        (item,) = page.select(str(link["href"]))
        assert link.text in item.text
    assert len(page.select('a[href^="#"]')) == 4
    assert "At a glance" not in text(*four[:3])


def test_a_list_at_the_top_is_in_the_order_of_the_items() -> None:
    page = soup(mail(*a_full_day()))
    listed = [str(link["href"]).lstrip("#") for link in page.select('a[href^="#"]')]
    assert listed == [str(one["id"]) for one in page.select("[id]")]
    assert len(listed) == len(a_full_day())


def test_the_list_at_the_top_says_what_moved_and_what_is_over() -> None:
    shown = text(*a_full_day())
    assert "- Counselling in secondary schools · now closes 11 December · £180,000\n" in shown
    assert "- Suicide bereavement support (postvention) · closes 30 November" in shown
    assert "- Men’s mental wellbeing hubs · cancelled\n" in shown


# ------------------------------------------------------------------------------- nothing twice

SUMMARY = (
    "Somewhere safe to go. For adults in Leeds.",
    "£60,000 a year (£180,000 in all), April 2027 to March 2030. Bid at portal.example.org.",
)


def test_what_our_own_lines_say_is_not_said_again_below() -> None:
    item = an_item(
        places=(Place(code="TLE42"),),
        value=pounds(180000),
        contract_period=Period(start=a_day(2027, 4, 1), end=a_day(2030, 3, 31)),
        portal_url="https://portal.example.org/x",
        suitable_vcse=True,
        description=f"A story {STORY}",
    )
    told = replace(
        item,
        summary=SUMMARY,
        fit=(
            "In your favour: the buyer says it suits voluntary organisations.",
            "Look out: £60,000 a year (£180,000 over 3 years), half of your income.",
        ),
    )
    without, shown = text(item), text(told)
    for label in ("Where: ", "Value: ", "Contract: ", "Suits: ", "In the notice’s words: "):
        assert label in without, label
        assert label not in shown, label
    assert shown.count("£180,000") == 1
    assert "Look out: half of your income." in shown
    assert "Bid at portal" not in shown
    assert "Where to bid: https://portal.example.org/x" in shown


def test_what_our_own_lines_leave_open_is_said_below() -> None:
    item = an_item(
        places=(Place(code="TLE42"), Place(code="TLE41")),
        value=pounds(190000),
        contract_period=Period(
            start=a_day(2027, 4, 1), end=a_day(2030, 3, 31), latest_end=a_day(2032, 3, 31)
        ),
    )
    shown = text(replace(item, summary=SUMMARY))
    assert "Where: Leeds, Bradford" in shown
    assert "Value: £190,000" in shown
    assert "every extension until 31 March 2032" in shown


def test_the_notice_is_quoted_briefly_and_only_where_our_lines_say_too_little() -> None:
    item = an_item(description=f"Grants of up to £5,000 {'for groups ' * 40}. Apply soon.")
    (quote,) = re.findall("In the notice’s words: “(.*)”", text(item))
    assert 40 < len(quote) <= 160
    little = ("Grant money: keeping well.", "The text says “up to £5,000”.")
    shown = text(replace(item, summary=little))
    assert "In the notice’s words" in shown
    assert "The text says" not in shown
    assert "In the notice’s words" not in text(replace(item, summary=SUMMARY))


def test_the_mark_of_a_portal_is_no_part_of_a_quotation() -> None:
    shown = text(an_item(description="A kind answer for people in distress. (SC Ref:990001)"))
    assert "words: “A kind answer for people in distress.”" in shown


def test_why_is_said_once_for_all_and_by_item_only_where_it_differs() -> None:
    usual = [an_item(number) for number in (1, 2)]
    related = an_item(
        3, judgement=a_judgement(Verdict.RELATED), why=("mental health is part of it",)
    )
    known = an_item(4, known=True, why=(TOLD_BEFORE,), events=(changed(4, "value", "a", "b"),))
    assert "You get this because mental health is its purpose." in text(usual[0])
    alike = text(*usual)
    assert "You get these because mental health is their purpose." in alike
    assert "Why you get this" not in alike
    mixed = text(*usual, related, replace(known, told_at=utc(2026, 11, 21, 8)))
    assert "mental health is their purpose, unless it says otherwise." in mixed
    assert mixed.count("Why you get this") == 2
    assert "Why you get this: mental health is part of it." in mixed
    assert "Why you get this: we told you on 21 November." in mixed
    assert "Why you get this: we told you of it before." in text(known)
    assert "mental health is their purpose" not in text(related, known)


def test_what_a_stage_means_is_said_once_in_a_mail() -> None:
    early = [an_item(n, stage=Stage.ENGAGEMENT, engagement_deadline=None) for n in (1, 2, 3)]
    assert text(*early).count("commits you to nothing") == 1


def test_lots_are_named_with_their_values() -> None:
    lots = (
        Lot(id="1", title="Lot 1: northern schools", value=pounds(90000)),
        Lot(id="2", title="Central schools"),
        Lot(id="3", value=pounds(70000)),
        Lot(id="4", title="Coast"),
    )
    shown = text(an_item(lots=lots))
    assert "Lots: northern schools (£90,000); Central schools; £70,000 and 1 more\n" in shown
    assert "Lots: 2\n" in text(an_item(lots=(Lot(id="a"), Lot(id="b"))))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (a_stated_time(utc(2026, 12, 31, 12)), "in December 2026"),
        (a_day(2027, 2, 1), "in February 2027"),
        (a_stated_time(utc(2026, 12, 30, 12)), "on Wednesday 30 December 2026"),
    ],
)
def test_an_expected_date_is_told_no_finer_than_it_is_meant(day: StatedTime, words: str) -> None:
    item = an_item(stage=Stage.PLANNED, deadline=None, expected_tender=day)
    assert f"Tender expected {words}\n" in text(item)


def test_a_deadline_is_told_with_its_week_day_and_what_is_left() -> None:
    noon = a_stated_time(utc(2026, 11, 27, 12))
    assert "Closes Friday 27 November 2026, 12 noon (3 days left)" in text(an_item(deadline=noon))
    assert "Closes Friday 27 November 2026 (3 days left)" in text(
        an_item(deadline=a_day(2026, 11, 27))
    )


@pytest.mark.parametrize(("hour", "words"), [(18, "(today)"), (7, "(this date has passed)")])
def test_the_last_day_and_a_passed_one_are_said_in_words(hour: int, words: str) -> None:
    deadline = a_stated_time(utc(2026, 11, 24, hour))
    assert words in text(an_item(deadline=deadline))


def test_a_missing_deadline_is_said_to_be_missing() -> None:
    assert "No deadline is stated: see the official notice" in text(an_item(deadline=None))


def test_a_close_deadline_is_set_off_in_words_as_well_as_colour() -> None:
    page = soup(mail(an_item(deadline=a_stated_time(utc(2026, 11, 27, 12)))))
    (line,) = page.select(".soon")
    assert "3 days left" in line.text
    assert not soup(mail(an_item(deadline=a_stated_time(utc(2026, 12, 27, 12))))).select(".soon")


def test_a_moved_deadline_is_told_with_old_and_new() -> None:
    old, new = "Friday 27 November 2026, 12 noon", "Friday 11 December 2026, 5pm (14 days later)"
    shown = text(an_item(events=(changed(1, "deadline", old, new),), known=True))
    assert f"Deadline changed.\n  Before: {old}\n  Now: {new}\n" in shown


def test_a_moved_deadline_is_told_with_the_new_date_once() -> None:
    old, new = "Friday 27 November 2026, 12 noon", "Friday 11 December 2026, 5pm"
    moved = changed(1, "deadline", old, f"{new} (14 days later)")
    deadline = a_stated_time(utc(2026, 12, 11, 17))
    shown = text(an_item(events=(moved,), known=True, deadline=deadline))
    assert f"Deadline moved, 14 days later.\n  Before: {old}\n\n  Closes {new} (17" in shown
    assert shown.count(new) == 1


def test_a_deadline_that_moved_twice_is_told_once_from_the_first_to_the_last() -> None:
    first = changed(1, "deadline", "Monday", "Tuesday (1 day later)")
    second = replace(
        changed(1, "deadline", "Tuesday", "Friday (3 days later)"), id="b", at=utc(2026, 11, 24)
    )
    shown = text(an_item(events=(first, second), known=True))
    assert shown.count("Deadline changed.") == 1
    assert "Before: Monday\n  Now: Friday\n" in shown
    back = replace(second, new="Monday")
    assert "Deadline changed, and changed back." in text(an_item(events=(first, back), known=True))


def test_a_fact_that_came_or_went_is_told_as_such() -> None:
    shown = text(
        an_item(
            events=(changed(1, "value", None, "£90,000"), changed(1, "reserved", "SMEs", None)),
            known=True,
        )
    )
    assert "Value now stated.\n  Now: £90,000" in shown
    assert "Who may bid no longer stated.\n  Before: SMEs" in shown


def test_the_next_stage_is_told_by_its_name_for_readers() -> None:
    moved = happened(1, EventKind.MOVED_ON, old="planned", new="open")
    shown = text(an_item(events=(moved,), known=True))
    assert "Now open.\n  Before: Planned\n" in shown
    assert "Now: Open for bids" not in shown


def test_a_cancellation_comes_with_the_reason_that_was_given() -> None:
    cancelled = {"stage": Stage.CANCELLED, "events": (happened(1, EventKind.CANCELLED),)}
    assert "Cancelled by the buyer: the budget is gone" in text(
        an_item(reason_ended="the budget is gone", known=True, **cancelled)
    )
    shown = text(an_item(known=True, **cancelled))
    assert "Cancelled by the buyer.\n  You can stop work on a bid." in shown
    assert shown.count("You can stop work") == 1


def test_a_reason_that_stands_only_in_the_cancelling_notice_is_quoted() -> None:
    service = "Counselling in nine schools."
    first = a_stored_notice(1, notice_id="1", description=service)
    why = "The procurement is ended. Funding was not confirmed. We will consult in the spring."

    def shown(description: str) -> str:
        last = a_stored_notice(
            2, notice_id="2", description=description, tags=("tenderCancellation",)
        )
        events = (happened(1, EventKind.CANCELLED),)
        item = an_item(stage=Stage.CANCELLED, notices=(first, last), known=True, events=events)
        return text(item)

    assert "Cancelled by the buyer: “Funding was not confirmed.”" in shown(why)
    assert "Cancelled by the buyer: “Funding was not confirmed.”" in shown(f"{service} {why}")
    assert "Cancelled by the buyer.\n" in shown(service)
    assert "Cancelled by the buyer.\n" in shown("This procurement has been cancelled.")


def test_silence_is_told_as_what_was_not_seen() -> None:
    quiet = happened(1, EventKind.GONE_QUIET, field="standing", new="Tuesday 1 September 2026")
    shown = text(an_item(stage=Stage.STALLED, events=(quiet,), known=True))
    assert "We have seen no news since Monday 2 November 2026" in shown
    assert "own date has passed: Tuesday 1 September 2026." in shown


def test_everything_a_small_charity_decides_by_is_there() -> None:
    shown = text(a_full_day()[0])
    for words in (
        "Evening crisis cafés for adults in Northmoor and Vale of Arden",
        "Open for bids · Northmoor Council, NHS Vale of Arden Integrated Care Board",
        "Where: Leeds, Bradford",
        "Value: £495,000",
        "Suits: voluntary, community and social enterprises; small and medium-sized",
        "from 1 April 2027, until 31 March 2030, with every extension until 31 March 2032",
        "Bids are scored on: Quality 60%, Price 30%, Social value 10%",
        "Questions by: Wednesday 25 November 2026, 5pm",
        "Whom to ask: Commissioning team, tenders@northmoor.example.org, 01632 960001",
        "Where to bid: https://portal.example.org/tenders/DN700001",
        "Official notice, Find a Tender: https://www.find-tender.example.org/Notice/000001-2026",
        "You get this because mental health is its purpose",
    ):
        assert words in shown, words


def test_a_value_that_is_not_stated_is_said_not_to_be() -> None:
    assert "Value: not stated" in text(an_item(value=None))
    assert "Value: £5 (with VAT)" in text(an_item(value=Money(amount=None, gross=Decimal(5))))
    assert "Value: £1 to £5" in text(an_item(value=pounds(5), minimum_value=pounds(1)))


def test_a_reservation_is_told_in_words() -> None:
    shown = text(an_item(reserved=("smeVcse",), reserved_area="Northmoor"))
    assert "Who may bid: reserved for small and medium-sized or voluntary" in shown
    assert "only suppliers in Northmoor" in shown


def test_silence_about_suitability_is_never_no() -> None:
    assert "Suits" not in text(an_item(suitable_vcse=None, suitable_sme=False))


def test_two_dates_that_disagree_are_both_shown() -> None:
    noon = a_stated_time(utc(2026, 11, 30, 12))
    midnight = a_stated_time(utc(2026, 11, 30, 23, 59))
    shown = text(an_item(deadline=noon, deadline_in_field=midnight))
    assert "The text says Monday 30 November 2026, 12 noon" in shown
    assert "date field Monday 30 November 2026, 11:59pm" in shown
    flag = "The text says noon, the date field Monday 30 November 2026, 11:59pm."
    odd = ("lot 2: value 1e9999 left out", "lot 3: another")
    shown = text(an_item(deadline=noon, deadline_in_field=midnight, flags=(*odd, flag)))
    assert shown.count("11:59pm") == 1
    assert f"Please note: {flag}" in shown
    assert "Not all of this notice could be read (lot 2: value 1e9999 left out)" in shown


def test_a_counted_date_is_called_our_count() -> None:
    item = an_item(
        stage=Stage.AWARD_INTENDED,
        notices=(a_stored_notice(deadline=None, tags=("award",), notice_type="UK6"),),
        deadline=None,
        known=True,
    )
    assert re.search(r"Standstill ends \w+ \d+ November 2026 \(by our count", text(item))


def test_a_winner_is_named_even_in_one_line() -> None:
    awards = (Award(id="1", suppliers=("Cheswick Mind", "Wyre CIC")),)
    full = [an_item(number, title="Filler") for number in range(2, 12)]
    won = an_item(stage=Stage.AWARDED, awards=awards, known=True)
    assert "Going to Cheswick Mind, Wyre CIC" in text(*full, won)


def test_grants_are_called_by_their_name() -> None:
    assert "Open for applications" in text(an_item(kind=ProcurementKind.GRANT))


def test_one_page_of_each_source_is_linked_the_newest() -> None:
    stored = tuple(
        a_stored_notice(
            number, source_id=source, notice_id=str(number), url=f"https://{number}.org/"
        )
        for number, source in enumerate(["find-a-tender", "contracts-finder", "find-a-tender"], 1)
    )
    shown = text(an_item(notices=stored))
    assert "Find a Tender: https://3.org/" in shown
    assert "Contracts Finder: https://2.org/" in shown
    assert "https://1.org/" not in shown


def test_a_source_is_named_as_the_host_named_it() -> None:
    digest = compose(a_run(), DigestKind.UPDATE, [an_item(source_id="arden")], now=NOW)
    assert digest is not None
    assert "Arden Foundation: https://" in (
        render(digest, HOST, names={"arden": "Arden Foundation"}).text or ""
    )
    assert "Arden: https://" in (render(digest, HOST).text or "")


def test_the_end_of_the_mail_says_who_why_and_how_to_stop() -> None:
    shown = text(an_item())
    for words in (
        "run by Vale of Arden CVS",
        "You get this because director@willow-counselling.example.org is subscribed",
        "We are not the record",
        "Not everything is advertised",
        "mailto:alerts@vale-cvs.example.org?subject=Stop%20Fair%20Notice",
    ):
        assert words in shown, words
    assert shown.index("To stop or change these mails") < shown.index("\nNew\n")
    assert len(re.findall("(?i)stop .*mails", shown)) == 2


def test_mail_programs_find_the_way_to_stop_in_the_header() -> None:
    link = b"<mailto:alerts@vale-cvs.example.org?subject=Stop%20Fair%20Notice>"
    assert b"\r\nList-Unsubscribe: " + link + b"\r\n" in raw(mail(an_item()))
    by_telephone = mail(an_item(), host=Host(name="CVS", contact="01632 960001"))
    assert by_telephone.headers is None
    assert "write to 01632 960001" in (by_telephone.text or "")
    assert "mailto" not in (by_telephone.html or "")


def test_the_message_has_one_id_for_one_due_instant() -> None:
    first, again = mail(an_item()), mail(an_item(2), an_item(3))
    assert first.id == again.id
    assert (first.subscriber_id, first.channel) == ("sub-1", a_run().channel)
    digest = compose(
        replace(a_run(), due_at=utc(2026, 11, 25)), DigestKind.UPDATE, [an_item()], now=NOW
    )
    assert digest is not None
    assert render(digest, HOST).id != first.id


# ------------------------------------------------------------------------------- the size


def test_a_thousand_items_are_a_short_mail_that_says_how_many_more() -> None:
    message = mail(*(an_item(number, title="Crisis café " * 20) for number in range(1, 1001)))
    assert len(raw(message)) <= LARGEST
    assert "950 more opportunities did not fit into this mail" in (message.text or "")
    assert words_of_text(message) == words_of_html(message)
    assert (
        message.subject
        == "50 new: Crisis café Crisis café Crisis café Crisis café Crisis… and 999 more"
    )


@pytest.mark.parametrize(
    "letters", ["crisis café & <b> ", "é", "مقهى الأزمات ", "危機", "🧠", "&", "=", "<" * 9, "a b"]
)
def test_a_mail_is_never_too_large_whatever_the_notices_say(letters: str) -> None:
    long = letters * 4000
    items = [
        an_item(
            number,
            title=long,
            description=long,
            buyers=(a_buyer(long), a_buyer(long + "2"), a_buyer(long + "3")),
            contact=Contact(name=long, email=long, telephone=long, url=long),
            how_to_take_part=long,
            extension=long,
            flags=(long, long + "2"),
            reserved=(long,),
            url="https://example.org/" + "x" * 900,
            portal_url="https://example.org/" + "y" * 900,
            events=tuple(changed(number, f"field {n}", long, long + "!") for n in range(9)),
            known=True,
            why=(long, long + "2"),
        )
        for number in range(1, MOST_ITEMS + 1)
    ]
    message = mail(*items)
    assert len(raw(message)) <= LARGEST
    assert words_of_text(message) == words_of_html(message)
    assert "did not fit into this mail" not in (message.text or "")
    assert (message.text or "").count("Open for bids") == MOST_ITEMS


def test_a_digest_made_by_hand_with_a_thousand_items_still_fits() -> None:
    digest = compose(a_run(), DigestKind.UPDATE, [an_item()], now=NOW)
    assert digest is not None
    many = DigestSection(heading="New", items=tuple(an_item(n) for n in range(1, 1001)))
    message = render(replace(digest, sections=(many,)), HOST)
    assert len(raw(message)) <= LARGEST
    shown = (message.text or "").count("Open for bids")
    assert f"{1000 - shown} more opportunities did not fit" in (message.text or "")


# ------------------------------------------------------------------------- odd but valid notices


def test_a_notice_that_says_next_to_nothing_is_shown_all_the_same() -> None:
    bare = an_item(
        title=None,
        description=None,
        buyers=(),
        kind=None,
        deadline=None,
        url=None,
        published=None,
        standing=Standing(
            stage=Stage.UNKNOWN, since=None, because="?", certainty=Certainty.GUESSED
        ),
    )
    for stage in Stage:
        shown = text(replace(bare, stage=stage))
        assert "A notice without a title" in shown
        assert "Buyer not stated" in shown
        assert "Find a Tender: notice 000001-2026" in shown


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "1 day"), (14, "14 days"), (180, "6 months"), (360, "1 year"), (1800, "5 years")],
)
def test_a_span_of_days_is_told_as_it_was_meant(days: int, words: str) -> None:
    assert f"Contract: about {words}\n" in text(an_item(contract_period=Period(days=days)))


def test_one_web_address_is_not_shown_under_three_labels() -> None:
    portal = "https://portal.example.org/"
    shown = text(
        an_item(
            portal_url=portal,
            how_to_take_part=portal,
            contact=Contact(email="tenders@northmoor.example.org", url=portal),
        )
    )
    assert shown.count(portal) == 1


def test_half_stated_facts_leave_no_half_sentences() -> None:
    item = an_item(
        contact=Contact(),
        contract_period=Period(days=365),
        places=(Place(),),
        awards=(Award(id="1"),),
        value=Money(amount=None),
        reserved=("",),
    )
    shown = text(item)
    assert "Contract: about 1 year\n" in shown
    for label in ("Whom to ask", "Where:", "Going to", "Provider named", "Who may bid"):
        assert label not in shown
