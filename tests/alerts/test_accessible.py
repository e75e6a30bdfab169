"""What a mail needs so that everybody can read it."""

import re
from importlib.resources import files
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup, Tag

from aggregator.digest import compose, render
from aggregator.digest.page import OUR_BRAND, OUR_BRAND_ON_DARK
from aggregator.model import DigestKind, Message
from alerts.reading import soup
from alerts.samples import HOST, NOW, a_full_day, a_run

CSS = (
    (files("aggregator") / "templates" / "digest.css")
    .read_text("utf-8")
    .replace("{{ page.brand }}", OUR_BRAND)
    .replace("{{ page.on_dark }}", OUR_BRAND_ON_DARK)
)
LIGHT, _, DARK = CSS.partition("@media (prefers-color-scheme: dark)")


@pytest.fixture(scope="module")
def message() -> Message:
    digest = compose(a_run(), DigestKind.UPDATE, a_full_day(), now=NOW)
    assert digest is not None
    return render(digest, HOST)


@pytest.fixture(scope="module")
def page(message: Message) -> BeautifulSoup:
    return soup(message)


def test_language_and_direction_are_named_on_the_page_and_on_the_body_wrapper(
    page: BeautifulSoup,
) -> None:
    for tag in (page.html, page.select_one("body > div")):
        assert isinstance(tag, Tag)
        assert (tag["lang"], tag["dir"]) == ("en-GB", "ltr")
    assert [tag["role"] for tag in page.select("body > div")] == ["main"]


def test_the_title_is_the_subject(message: Message, page: BeautifulSoup) -> None:
    assert page.title is not None
    assert page.title.text == message.subject


def test_tables_only_hold_the_layout(page: BeautifulSoup) -> None:
    assert page.select("table")
    assert all(table["role"] == "presentation" for table in page.select("table"))


def test_headings_go_down_step_by_step_from_one_top(page: BeautifulSoup) -> None:
    levels = [int(tag.name[1]) for tag in page.select("h1, h2, h3, h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_lists_are_lists(page: BeautifulSoup) -> None:
    assert page.select("ul > li")
    for part in page.select("ul"):
        assert {child.name for child in part.find_all(recursive=False)} == {"li"}


def test_no_picture_is_needed_and_nothing_is_loaded(page: BeautifulSoup) -> None:
    assert not page.select("img, link, script, iframe, video, [background], [src]")
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_letters_are_large_and_lines_apart() -> None:
    assert min(int(size) for size in re.findall(r"font-size: (\d+)px", CSS)) >= 16
    assert float(re.findall(r"line-height: ([\d.]+)", CSS)[0]) >= 1.5


def test_small_screens_and_dark_mode_survive_the_inlining(message: Message) -> None:
    assert "prefers-color-scheme: dark" in (message.html or "")
    assert "max-width: 480px" in (message.html or "")
    assert 'name="color-scheme" content="light dark"' in (message.html or "")


def test_the_way_to_stop_is_named_before_the_first_section(page: BeautifulSoup) -> None:
    first = page.select("h2")[0]
    before = " ".join(str(one) for one in first.find_all_previous(string=True))
    assert "To stop or change these mails" in before


def colour(css: str, rule: str, attribute: str) -> str:
    found = re.search(rf"{re.escape(rule)} {{[^}}]*?(?<![-\w]){attribute}: (#[0-9a-f]{{6}})", css)
    assert found, (rule, attribute)
    return found[1]


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("css", "body", "heading"), [
    (LIGHT, ".page", "h1"),
    (DARK, "body, .page", "h1, h2"),
], ids=["light", "dark"])  # fmt: skip
def test_words_stand_out_from_their_ground_in_light_and_dark(
    css: str, body: str, heading: str
) -> None:
    sheet = colour(css, ".sheet", "background-color")
    words = colour(css, body, "color")
    grounds = [
        sheet,
        *(colour(css, box, "background-color") for box in (".when", ".soon", ".news")),
    ]
    assert min(contrast(words, ground) for ground in grounds) >= 7
    assert contrast(colour(css, ".quiet", "color"), sheet) >= 4.5
    assert contrast(colour(css, heading, "color"), sheet) >= 4.5
    assert contrast(colour(css, "a", "color"), sheet) >= 4.5
