"""What a charity says of itself is kept, fills its filter, and hides nothing from it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from aggregator import alert, relevance, subscribe
from aggregator.cli import command_line
from aggregator.derive import derive
from aggregator.digest.compose import one_each
from aggregator.errors import UnknownIdentifier
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Criteria,
    Host,
    ProviderProfile,
)
from aggregator.store import Store
from aggregator.testing import FrozenClock, a_notice, a_subscriber, utc
from alerts.samples import an_item
from summary.samples import a_day, pounds, years

MONDAY = utc(2026, 11, 23, 9)
EMAIL = Channel(kind=ChannelKind.EMAIL, target="director@example.org")
CHARITY = ProviderProfile(
    income=Decimal("250000.50"),
    places=("TLE42",),
    services=("crisis", "advocacy"),
    vcse=True,
    nation="GB-ENG",
)
SOURCES = """\
- id: find-a-tender
  kind: find-a-tender
  name: Find a Tender
  base_url: https://example.org
  pace: 1
"""


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(None) as opened:
        yield opened


def arrives(store: Store, **changes: Any) -> str:
    values: dict[str, Any] = {
        "title": "Evening crisis café for adults",
        "value": pounds(420_000),
        "contract_period": years(3),
        "deadline": a_day(2026, 12, 18),
        "suitable_vcse": True,
        **changes,
    }
    with store.transaction():
        added = store.add_notices(
            [a_notice(**values)], payload_id=None, retrieved_at=MONDAY, backfill=False
        )
        derive(added, store=store, profile=relevance.load_profile())
    (judged,) = store.opportunities()
    return judged.opportunity.id


def text_for(store: Store, provider: ProviderProfile | None) -> str:
    subscribe.add(
        "director@example.org",
        criteria=Criteria(),
        channel=EMAIL,
        cadence=Cadence.DAILY,
        store=store,
        clock=FrozenClock(MONDAY),
        provider=provider,
    )
    alert.compose(
        store=store,
        host=Host(name="Arden CVS", contact="hello@example.org"),
        hour=7,
        now=MONDAY,
        names={},
        labels={},
    )
    (delivery,) = store.due_messages(MONDAY)
    return delivery.message.text or ""


def test_a_profile_comes_back_as_entered_and_can_be_forgotten(store: Store) -> None:
    store.add_subscriber(a_subscriber(provider=CHARITY))
    assert store.subscriber("sub-1").provider == CHARITY
    store.set_provider_profile("sub-1", None)
    assert store.subscriber("sub-1") == a_subscriber()
    with pytest.raises(UnknownIdentifier):
        store.set_provider_profile("sub-2", CHARITY)


def test_what_is_said_later_adds_to_what_was_said_before() -> None:
    later = ProviderProfile(income=Decimal(300_000), places=("TLE41",))
    known = subscribe.updated(CHARITY, later)
    assert known.income == 300_000
    assert known.places == ("TLE41",)
    assert known.services == CHARITY.services
    assert subscribe.updated(None, later) == later


def test_a_profile_fills_the_filter_where_it_says_nothing() -> None:
    filled = subscribe.prefilled(Criteria(), CHARITY)
    assert filled == Criteria(types=("crisis", "advocacy"), places=("TLE42",))
    own = Criteria(types=("carers",), places=("TLK",))
    assert subscribe.prefilled(own, CHARITY) == own
    assert subscribe.prefilled(Criteria(), None) == Criteria()
    assert subscribe.prefilled(Criteria(), ProviderProfile(nation="GB-WLS")).places == ("GB-WLS",)


def test_an_income_hides_nothing() -> None:
    tiny = ProviderProfile(income=Decimal(1))
    assert subscribe.prefilled(Criteria(), tiny) == Criteria()


def test_a_reader_with_a_profile_is_told_how_it_would_suit(store: Store) -> None:
    arrives(store)
    text = text_for(store, CHARITY)
    assert "In your favour: the buyer says it suits voluntary organisations." in text
    assert "£140,000 a year" in text
    (line,) = (line for line in text.splitlines() if "Look out:" in line)
    assert "a bit over half of your income" in line


def test_a_reader_without_one_is_told_nothing_of_it(store: Store) -> None:
    arrives(store)
    text = text_for(store, None)
    assert "Evening crisis café" in text
    assert "In your favour" not in text
    assert "Look out" not in text


def test_what_suits_badly_is_told_all_the_same(store: Store) -> None:
    arrives(store, value=pounds(90_000_000), reserved=("vcse",), suitable_vcse=False)
    text = text_for(store, ProviderProfile(income=Decimal(9_000), vcse=False))
    assert "Evening crisis café" in text
    assert "which you are not by your profile" in text


def test_an_item_met_by_two_subscriptions_keeps_summary_and_fit() -> None:
    item = replace(an_item(), summary=("What it is.",), fit=("Look out: it is large.",))
    (merged,) = one_each([item, item])
    assert (merged.summary, merged.fit) == (item.summary, item.fit)


def test_ending_everything_forgets_the_profile(store: Store) -> None:
    text_for_nobody = ProviderProfile(income=Decimal(5))
    arrives(store)
    text_for(store, text_for_nobody)
    subscribe.remove("director@example.org", store=store, clock=FrozenClock(MONDAY))
    (subscriber,) = store.subscribers()
    assert subscriber.provider is None


# ------------------------------------------------------------------ the command line


def fairnotice(home: Path, *words: str) -> Result:
    sources = home.parent / "sources.yaml"
    sources.write_text(SOURCES, encoding="utf-8")
    place = ("--home", str(home), "--sources", str(sources))
    return CliRunner().invoke(command_line(), [*words, *place])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "var"


def test_income_service_and_place_make_a_profile_and_fill_the_filter(home: Path) -> None:
    words = ("--income", "250000", "--service", "crisis", "--place", "Leeds", "--vcse")
    result = fairnotice(home, "subscribe", "add", "director@example.org", *words)
    assert result.exit_code == 0, result.output
    with Store.open(home / "fairnotice.db") as store:
        (subscriber,) = store.subscribers()
        (subscription,) = store.subscriptions()
    assert subscriber.provider == ProviderProfile(
        income=Decimal(250_000), places=("TLE42",), services=("crisis",), vcse=True
    )
    assert subscription.criteria.types == ("crisis",)
    assert subscription.criteria.places == ("TLE42",)
    assert subscription.criteria.most_value is None


def test_places_alone_are_a_filter_and_no_profile(home: Path) -> None:
    fairnotice(home, "subscribe", "add", "director@example.org", "--place", "Leeds")
    with Store.open(home / "fairnotice.db") as store:
        (subscriber,) = store.subscribers()
    assert subscriber.provider is None


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--service", "crisys"), "crisis"),
        (("--nation", "Atlantis"), "Northern Ireland"),
        (("--income", "0"), "--income"),
        (("--income", "lots"), "--income"),
    ],
)
def test_a_typing_error_is_refused_with_what_is_allowed(
    home: Path, words: tuple[str, ...], hint: str
) -> None:
    result = fairnotice(home, "subscribe", "add", "director@example.org", *words)
    assert result.exit_code == 2
    assert hint in result.output


def test_show_begins_with_plain_words_and_says_how_it_would_suit(home: Path) -> None:
    fairnotice(home, "subscribe", "add", "d@example.org", "--income", "250000")
    with Store.open(home / "fairnotice.db") as store:
        number = arrives(store)
    when = ("--now", "2026-11-24")
    plain = fairnotice(home, "show", number, *when).output.splitlines()
    assert plain[2].startswith("Somewhere safe to go, or someone to call, in a crisis.")
    assert plain[3].startswith("£140,000 a year (£420,000 in all), April 2027 to March 2030.")
    suited = fairnotice(home, "show", number, "--for", "d@example.org", *when).output
    assert "For this subscriber, by rules of thumb:" in suited
    assert "a bit over half of your income" in suited
    shown = fairnotice(home, "show", number, "--for", "d@example.org", "--json", *when).output
    assert {"aspect", "sign", "words"} == set(json.loads(shown)["fit"][0])


def test_somebody_without_a_profile_is_told_how_to_give_one(home: Path) -> None:
    fairnotice(home, "subscribe", "add", "d@example.org")
    with Store.open(home / "fairnotice.db") as store:
        number = arrives(store)
    for who, hint in (("d@example.org", "--income"), ("x@example.org", "subscribe list")):
        result = fairnotice(home, "show", number, "--for", who)
        assert isinstance(result.exception, UnknownIdentifier)
        assert hint in str(result.exception)


def test_list_gives_programs_the_summary(home: Path) -> None:
    with Store.open(home / "fairnotice.db") as store:
        arrives(store)
    listed = fairnotice(home, "list", "--json", "--now", "2026-11-24")
    summary = json.loads(listed.output)["summary"]
    assert len(summary) == 2
    assert summary[1].endswith("Bid by Friday 18 December 2026.")
