"""Quiet weeks, sources in trouble, follows that end, links to pages, and Welsh."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator import stage as stages
from aggregator.digest import Heading, Links, compose, page, render, still_watching
from aggregator.digest.happening import FIELDS
from aggregator.digest.welsh import said
from aggregator.digest.welsh_phrases import PHRASES
from aggregator.model import (
    Digest,
    DigestKind,
    Host,
    Language,
    LapsedFollow,
    Lot,
    Message,
    ProcurementKind,
    SourceTrouble,
    Stage,
    Watch,
)
from aggregator.testing import a_judgement, utc
from alerts.reading import raw, soup, words_of_html, words_of_text
from alerts.samples import HOST, NOW, a_full_day, a_run, an_item

SITE = "https://alerts.example.org"
LINKS = Links(
    preferences=f"{SITE}/preferences/key",
    stop=f"{SITE}/stop/key",
    one_click=f"{SITE}/stop/key",
    item=lambda one: f"{SITE}/opportunities/{one}?for=key",
    calendar=lambda one: f"{SITE}/opportunities/{one}/deadline.ics",
)
QUIET = SourceTrouble(
    source_id="sell2wales", name="Sell2Wales", since=NOW - timedelta(days=4, hours=2)
)
OVER = SourceTrouble(source_id="pcs", name="Public Contracts Scotland", since=NOW)
LAPSED = LapsedFollow(
    opportunity_id="fn-old",
    title="Men’s hubs",
    stage=Stage.CANCELLED,
    since=utc(2026, 8, 12),
    url="https://example.org/9",
)


def a_digest(kind: DigestKind = DigestKind.UPDATE) -> Digest:
    digest = compose(a_run(), kind, a_full_day(), now=NOW)
    assert digest is not None
    return digest


def a_quiet_one() -> Digest:
    note = still_watching(a_run(), Watch(checked=23, troubles=(QUIET,)), now=NOW)
    return replace(note, troubles=(QUIET,), mended=(OVER,), lapsed=(LAPSED,))


def every_kind() -> list[Digest]:
    english = [*(a_digest(kind) for kind in DigestKind if kind != "still_watching"), a_quiet_one()]
    return [*english, *(replace(one, language=Language.WELSH) for one in english)]


@pytest.mark.parametrize("digest", every_kind(), ids=lambda one: f"{one.kind} {one.language}")
@pytest.mark.parametrize("links", [None, LINKS], ids=["no pages", "pages"])
def test_text_and_page_say_the_same_in_every_kind_and_language(
    digest: Digest, links: Links | None
) -> None:
    message = render(digest, HOST, links=links)
    assert words_of_text(message) == words_of_html(message)
    assert len(raw(message)) <= 90_000


def test_a_quiet_week_is_told_in_the_subject_with_what_was_checked() -> None:
    message = render(a_quiet_one(), HOST)
    assert message.subject == (
        "Nothing new, still watching: 23 sources checked, 1 quiet since Friday"
    )
    text = message.text or ""
    assert "We have seen nothing from Sell2Wales since 20 November 2026." in text
    assert "Public Contracts Scotland answers again" in text
    assert "Cancelled since 12 August 2026, and nothing new after that." in text
    assert "broken" not in text


def test_a_source_that_was_told_of_before_is_still_named_in_a_quiet_week() -> None:
    note = still_watching(a_run(), Watch(checked=2, troubles=(QUIET,)), now=NOW)
    assert "nothing from Sell2Wales" in (render(note, HOST).text or "")


def test_links_lead_to_pages_and_each_is_named_for_its_item() -> None:
    message = render(a_digest(), HOST, links=LINKS)
    found = soup(message).select("a[aria-label]")
    names = [str(link["aria-label"]) for link in found]
    assert len(set(names)) == len(names) > 8
    assert all(str(link["aria-label"]).startswith(link.text) for link in found)
    assert f"<{SITE}/opportunities/fn-sample001/deadline.ics>" in (message.text or "")
    assert soup(message).select_one(f'a[href="{SITE}/preferences/key"]')


def test_what_is_followed_can_be_followed_no_longer() -> None:
    text = render(a_digest(), HOST, links=LINKS).text or ""
    assert "See its whole story, or stop following it" in text
    assert "Follow it, or say it is not for you" in text


def test_mail_programs_can_stop_it_with_one_click_and_by_mail() -> None:
    message = render(a_digest(), HOST, links=LINKS)
    assert message.headers == {
        "List-Unsubscribe": f"<{SITE}/stop/key>, "
        "<mailto:alerts@vale-cvs.example.org?subject=Stop%20Fair%20Notice>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_the_hosts_site_serves_deadlines_without_any_other_page() -> None:
    host = Host(name="CVS", contact="a@example.org", base_url="https://cvs.example.org/alerts/")
    message = render(a_digest(), host)
    assert "https://cvs.example.org/alerts/opportunities/fn-sample001/deadline.ics" in (
        message.html or ""
    )
    assert "deadline.ics" not in (render(a_digest(), HOST).html or "")


@pytest.mark.parametrize("evil", ["javascript:alert(1)", 'https://x.org/"><b>', "https://u@x.org/"])
def test_an_address_that_is_none_is_not_shown(evil: str) -> None:
    message = render(a_digest(), HOST, links=Links(item=lambda _: evil))
    assert evil not in (message.html or "")
    assert evil not in (message.text or "")


# ------------------------------------------------------------------------------------- lots


def test_lots_are_told_once() -> None:
    lots = tuple(Lot(id=str(n), title=f"Lot {n}: {name}") for n, name in enumerate("ABC", 1))
    some = an_item(
        lots=lots,
        judgement=a_judgement(lots=("2",)),
        why=("mental health is its purpose (the title says “x”) in lot 2 “Lot 2: B”",),
        events=(),
    )
    some = replace(some, summary=("Counselling. That is lot 2 “Lot 2: B”, out of 3 lots (parts).",))
    assert shown(some).count("Lot 2: B") == 1
    all_of_them = replace(
        an_item(lots=lots),
        summary=(
            "Counselling. It comes in 3 lots: parts you can bid for one by one.",
            "£1 in all.",
        ),
        fit=("In your favour: the smallest of 3 lots, lot 1 “Lot 1: A”, is worth £90,000 in all.",),
    )
    text = shown(all_of_them)
    assert "It comes in" not in text
    assert "In your favour: a lot is worth £90,000 in all." in text
    assert "Lots: A; B; C" in text


def test_there_is_one_reason_and_following_comes_first() -> None:
    why = ("we told you", "you follow it", "in Leeds")
    assert "Why you get this: you follow it.\n" in shown(an_item(known=True, why=why))


def shown(item: object) -> str:
    digest = compose(a_run(), DigestKind.UPDATE, [item], now=NOW)  # type: ignore[list-item]
    assert digest is not None
    return render(digest, HOST).text or ""


# ------------------------------------------------------------------------------------ Welsh


def welsh() -> Message:
    return render(replace(a_digest(), language=Language.WELSH), HOST, links=LINKS)


def test_our_fixed_words_are_welsh_and_the_mail_says_that_nobody_reviewed_them() -> None:
    text = welsh().text or ""
    assert "Yn cau Dydd Gwener 27 Tachwedd 2026, 12 hanner dydd (3 diwrnod ar ôl)" in text
    assert "unreviewed translation" in text
    assert "Evening crisis cafés for adults" in text
    assert (welsh().subject or "").startswith(
        "3 newydd, 1 dyddiad cau wedi symud, 1 wedi’i ganslo:"
    )
    for english in (
        "Closes",
        "Official notice",
        "Why you get",
        "Follow it",
        "Open for bids",
        "new,",
    ):
        assert english not in text, english


def test_the_page_names_its_language_and_that_of_what_was_published() -> None:
    page_ = soup(welsh())
    assert page_.html is not None
    assert page_.html["lang"] == "cy"
    assert {title.get("lang") for title in page_.select("h3")} <= {"en-GB", None}
    assert page_.select_one('h3[lang="en-GB"]')


def test_every_stage_heading_label_and_field_has_welsh_words() -> None:
    phrases = {
        *Heading,
        *page.HEADINGS.values(),
        *(stages.label(one, kind) for one in Stage for kind in (None, *ProcurementKind)),
        *(stages.explain(one, kind) for one in Stage for kind in (None, *ProcurementKind)),
        *FIELDS.values(),
    }
    assert sorted(phrases - PHRASES.keys()) == []
    for noun in page.NOUNS:
        assert said(f"2 {page.plural(noun, 2)}") != f"2 {page.plural(noun, 2)}"


def test_no_english_month_or_weekday_is_left_in_our_own_lines() -> None:
    text = re.sub(r"<\S+>", "", welsh().text or "")
    assert not re.search(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day \d", text)


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("Friday 27 November 2026, 12 noon", "Dydd Gwener 27 Tachwedd 2026, 12 hanner dydd"),
        ("1 new", "1 newydd"),
        ("closes 4 December · about £462,000", "yn cau 4 Rhagfyr · tua £462,000"),
        ("Deadline moved, 7 days later.", "Dyddiad cau: 7 diwrnod yn hwyrach."),
        ("words nobody translated", "words nobody translated"),
    ],
)
def test_single_phrases(english: str, expected: str) -> None:
    assert said(english) == expected
