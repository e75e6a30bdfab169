"""Who runs the instance: what may be said, and what is refused with its line."""

from pathlib import Path
from textwrap import dedent

import pytest

from aggregator.config import Settings, load_settings
from aggregator.errors import ConfigError
from aggregator.parsing import colours

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
FULL = """\
host:
  name: Vale of Arden CVS
  contact: help@vale-cvs.example.org
  address: |
    The Old School, 1 Mill Lane
    Northmoor NM1 1AA
  base_url: https://notices.vale-cvs.example.org/
  place: Leeds
  logo: logo.png
  colours:
    brand: "#5B2A6E"
  privacy_link: https://vale-cvs.example.org/privacy?page=1
"""


def loaded(home: Path, text: str) -> Settings:
    (home / "logo.png").write_bytes(PNG)
    (home / "fairnotice.yaml").write_text(dedent(text), encoding="utf-8")
    return load_settings(home, {})


def test_a_host_says_all_of_itself(tmp_path: Path) -> None:
    host = loaded(tmp_path, FULL).host
    assert host.name == "Vale of Arden CVS"
    assert host.address == "The Old School, 1 Mill Lane Northmoor NM1 1AA"
    assert host.base_url == "https://notices.vale-cvs.example.org"
    assert host.place == "Leeds"
    assert host.logo == str(tmp_path / "logo.png")
    assert host.privacy_link == "https://vale-cvs.example.org/privacy?page=1"
    assert host.colours is not None
    assert host.colours.brand == "#5b2a6e"


def test_the_brand_is_lightened_until_it_can_be_read_by_night(tmp_path: Path) -> None:
    own = loaded(tmp_path, FULL).host.colours
    assert own is not None
    assert colours.contrast(own.brand, colours.WHITE) >= 4.5
    assert colours.contrast(own.on_dark, colours.DARK) >= 4.5


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ('"#5B2A6E"', "purple", "line 11, field host.colours.brand: 'purple' is no colour"),
        ('"#5B2A6E"', '"#ffdd00"', "cannot be read on our light pages (contrast 1.2"),
        ('"#5B2A6E"', "#5B2A6E", "has no value; if it begins with #, put it in quotes"),
        ("brand:", "brnd:", "field host.colours.brnd: is not known here; did you mean brand?"),
        (
            '"#5B2A6E"\n',
            '"#5B2A6E"\n    on_dark: "#222222"\n',
            "line 12, field host.colours.on_dark: cannot be read on our dark pages",
        ),
        ("logo: logo.png", "logo: logo.svg", "line 9, field host.logo: must be a .png or .jpg"),
        ("logo: logo.png", "logo: none.png", "line 9, field host.logo: cannot be read"),
        ("logo: logo.png", "logo: fake.png", "does not hold a picture"),
        ("logo: logo.png", "logo: big.png", "is larger than 200 kB"),
        ("place: Leeds", "place: Ledes", "line 8, field host.place: is no place we know"),
        ("privacy_link: https", "privacy_link: ftp", "field host.privacy_link"),
        ("base_url: https", "base_url: javascript", "field host.base_url"),
        ("  name: Vale", "  nmae: Vale", "did you mean name?"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, wrong: str, right: str, words: str
) -> None:
    (tmp_path / "fake.png").write_bytes(b"<svg onload=alert(1)>")
    (tmp_path / "big.png").write_bytes(PNG * 5000)
    assert wrong in FULL
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, FULL.replace(wrong, right))
    assert words in str(caught.value)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
