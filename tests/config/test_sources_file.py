"""sources.yaml as volunteers write it, and what they are told when it is wrong."""

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest
import trustme
from pydantic import BaseModel, ConfigDict, ValidationError

from aggregator.config import COMMON_FIELDS, SourceEntry, load_sources
from aggregator.config.yaml_file import read_yaml
from aggregator.errors import ConfigError
from aggregator.sources.html_fields import HtmlListOptions

GOOD = """
    # Places we collect from
    - id: northmoor-grants
      kind: feed
      name: Northmoor Voluntary Action, grants
      base_url: https://cvs.northmoor.example/
      pace: 2
      path: /grants/feed/
      fields:
        title:
          select: h2
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "sources.yaml"
    path.write_text(dedent(text), encoding="utf-8")
    return path


def told(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_sources(written(folder, text))
    return str(caught.value)


def test_an_entry_has_shared_fields_and_options_of_its_kind(tmp_path: Path) -> None:
    (entry,) = load_sources(written(tmp_path, GOOD))
    assert (entry.id, entry.kind, entry.pace) == ("northmoor-grants", "feed", 2.0)
    assert entry.base_url == "https://cvs.northmoor.example"
    assert entry.enabled
    assert entry.last_checked_live == "never"
    assert entry.options == {"path": "/grants/feed/", "fields": {"title": {"select": "h2"}}}


def test_all_shared_fields_are_read(tmp_path: Path) -> None:
    more = """\
      enabled: false
      every_hours: 24
      homepage: https://cvs.northmoor.example/about
      licence: Open Government Licence v3.0
      last_checked_live: 2026-11-21
      to_confirm: whether the feed has more than ten items
"""
    (entry,) = load_sources(written(tmp_path, GOOD + more))
    assert not entry.enabled
    assert entry.every_hours == 24
    assert entry.last_checked_live == date(2026, 11, 21)
    assert entry.to_confirm == ("whether the feed has more than ten items",)


def test_an_adapter_is_told_of_its_options_with_line_entry_and_field(tmp_path: Path) -> None:
    (entry,) = load_sources(written(tmp_path, GOOD))
    error = entry.problem("fields.title.select", "is no selector")
    assert str(error) == (
        "sources.yaml, line 11, entry northmoor-grants, field fields.title.select: is no selector"
    )
    assert entry.problem("fields.title.attr", "x").line == 10, "the nearest line around it"
    assert entry.problem("kind", "is unknown").line == 4
    assert entry.problem(None, "x").line == 3


class FeedOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")
    path: str
    buyer: str


def test_all_problems_of_options_are_told_with_the_nearest_name(tmp_path: Path) -> None:
    (entry,) = load_sources(written(tmp_path, GOOD.replace("path:", "pth:")))
    with pytest.raises(ValidationError) as fault:
        FeedOptions.model_validate(entry.options)
    told = str(entry.option_problems(fault.value, FeedOptions.model_fields))
    assert "field path: is missing" in told
    assert (
        "line 8, entry northmoor-grants, field pth: is not known here; did you mean path?" in told
    )
    assert "Allowed are: base_url, buyer, ca_bundle, enabled" in told
    assert "field fields: is not known here." in told


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            "id: Northmoor Grants",
            "line 3, entry Northmoor Grants, field id: may hold small letters",
        ),
        ("id: -x", "field id"),
        ("id: 12", "field id"),
        (
            "pace: 0",
            "line 7, entry northmoor-grants, field pace: should be greater than 0, but it says 0",
        ),
        ("pace: often", "field pace: should be a valid number, unable to parse string as a number"),
        ("pace: .nan", "field pace"),
        ("pace: .inf", "field pace"),
        ("pace: [1]", "field pace"),
        ("base_url: www.northmoor.example", "must be a web address that begins with https://"),
        ("base_url: 'https://a.example/?page=1'", "must end before any ?"),
        ("base_url: 'https://user:word@a.example/'", "must not hold a user name"),
        ("base_url: 'https://'", "must be a web address"),
        ("base_url: 'https://a b/'", "must be a web address"),
        ("name: ''", "field name"),
        ("name:", "field name"),
        ("kind: [feed]", "field kind"),
    ],
)
def test_a_wrong_value_is_told_with_its_line(tmp_path: Path, wrong: str, words: str) -> None:
    field = wrong.split(":", maxsplit=1)[0]
    lines = [
        f"{line[: len(line) - len(line.lstrip())]}{'- ' if '- ' in line else ''}{wrong}"
        if line.strip().removeprefix("- ").startswith(f"{field}:")
        else line
        for line in GOOD.splitlines()
    ]
    assert words in told(tmp_path, "\n".join(lines))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("last_checked_live: yesterday", "must be never, or a date"),
        ("enabled: perhaps", "field enabled"),
        ("every_hours: 1000", "field every_hours"),
        ("homepage: northmoor", "field homepage"),
        ("to_confirm: 7", "field to_confirm"),
        ("name: Twice", "found duplicate key"),
    ],
)
def test_a_wrong_further_field_is_told(tmp_path: Path, more: str, words: str) -> None:
    message = told(tmp_path, f"{GOOD}      {more}\n")
    assert "line 12" in message
    assert words in message


def test_a_missing_field_is_told_at_its_entry(tmp_path: Path) -> None:
    message = told(tmp_path, "- id: northmoor-grants\n  name: Grants\n")
    assert "line 1, entry northmoor-grants, field kind: is missing" in message
    assert "field base_url: is missing" in message
    assert "4 problems" not in message
    assert "3 problems" in message


def test_all_problems_of_the_file_are_told_at_once(tmp_path: Path) -> None:
    text = dedent(GOOD).replace("pace: 2", "pace: 0") + dedent(GOOD).replace("kind: feed", "kind:")
    message = told(tmp_path, text)
    assert message.startswith("sources.yaml: 2 problems\n")
    assert "line 7," in message
    assert "line 15," in message


def told_of_list(folder: Path, **options: object) -> str:
    (entry,) = load_sources(written(folder, GOOD))
    whole = {
        "path": "/x", "expect": "h1", "rows": "li", "kind_of_notice": "grant",
        "key": {"select": "a"}, "fields": {"title": {"select": "a"}}, **options,
    }  # fmt: skip
    with pytest.raises(ValidationError) as fault:
        HtmlListOptions.model_validate(whole)
    return str(entry.option_problems(fault.value, HtmlListOptions.model_fields))


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("link", "form page", "field link: must begin with / and hold no spaces, but it says"),
        ("link", 7, "field link: must say where it stands, with select: or labelled: indented"),
        ("link", {"selct": "a"}, "field link.selct: is not known here"),
        ("link", {"attr": "href"}, "field link: needs either select or labelled"),
        ("path", "grants", "field path: must begin with / and hold no spaces"),
        ("expect", None, "field expect: has no value; if it begins with #, put it in quotes"),
        ("fields", "x", "field fields: must hold fields of its own, indented below it"),
        ("fields", {"title": "h2"}, "field fields.title: must say where it stands"),
        (
            "fields",
            {"title": {"select": "a", "optional": "perhaps"}},
            "field fields.title.optional: must be true or false, but it says 'perhaps'",
        ),
    ],
)
def test_a_wrong_option_is_told_once_and_in_plain_words(
    tmp_path: Path, option: str, value: object, words: str
) -> None:
    message = told_of_list(tmp_path, **{option: value})
    assert words in message
    assert "problems" not in message
    for jargon in (
        "function-after",
        "FieldRule",
        "instance",
        "dictionary",
        "pattern",
        "<",
        "boolean",
    ):
        assert jargon not in message


def test_a_value_that_begins_with_a_hash_is_explained(tmp_path: Path) -> None:
    message = told(
        tmp_path, GOOD.replace("name: Northmoor Voluntary Action, grants", "name: #main")
    )
    assert "line 5, entry northmoor-grants, field name: has no value" in message
    assert "# begins a comment" in message


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("name: Northmoor: grants", "line 5: is not valid YAML: put the value in quotes"),
        ("name: @northmoor", "line 5: is not valid YAML: put the value in quotes, since it begins"),
        ("\tname: x", "indent with spaces; a tab is not allowed"),
    ],
)
def test_what_yaml_cannot_hold_is_told_with_what_to_do(
    tmp_path: Path, wrong: str, words: str
) -> None:
    text = dedent(GOOD).replace("name: Northmoor Voluntary Action, grants", wrong)
    assert words in told(tmp_path, text)


def test_an_id_used_twice_names_both_lines(tmp_path: Path) -> None:
    message = told(tmp_path, dedent(GOOD) * 2)
    assert "line 14, entry northmoor-grants, field id: is used twice, first in line 3" in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must be a list of sources"),
        ("sources: []", "must be a list of sources"),
        ("- find-a-tender", "line 1: is not a source"),
        ("- id: [", "is not valid YAML"),
        ("- id: a\n\tkind: b", "line 2: is not valid YAML"),
        ("- id: a\n  id: b", "found duplicate key"),
        ("- &a [*a]", "is nested too deeply"),
        ("- id: *nothing", "is not valid YAML"),
        ("- id: !!python/object:os.system x", "field"),
        ("- " * 3000 + "x", "is nested too deeply"),
        ("\x00", "is not valid YAML"),
    ],
)
def test_a_file_that_is_no_list_of_sources_is_told(tmp_path: Path, text: str, words: str) -> None:
    assert words in told(tmp_path, text)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "sources.yaml").write_bytes("- name: Zoë".encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_sources(tmp_path / "sources.yaml")


def test_a_missing_file_is_told_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_sources(tmp_path / "sources.yaml")


def test_shared_fields_are_known_by_name() -> None:
    assert {"id", "kind", "pace", "to_confirm"} <= COMMON_FIELDS
    assert not {"options", "lines", "file"} & COMMON_FIELDS


def test_a_field_cannot_pass_for_our_own_notes(tmp_path: Path) -> None:
    (entry,) = load_sources(written(tmp_path, GOOD + "      lines: {id: 99}\n"))
    assert entry.options["lines"] == {"id": 99}
    assert entry.problem("id", "x").line == 3


def test_an_entry_can_be_built_without_a_file() -> None:
    entry = SourceEntry(id="a", kind="feed", name="A", base_url="https://a.example", pace=1)
    assert str(entry.problem("kind", "is unknown")) == (
        "sources.yaml, entry a, field kind: is unknown"
    )


def test_robots_may_be_left_aside_for_an_api_with_a_reason_only(tmp_path: Path) -> None:
    reason = (
        "      robots_reason: its robots.txt is about the pages; the API has terms of its own\n"
    )
    (entry,) = load_sources(written(tmp_path, GOOD))
    assert (entry.robots, entry.robots_reason) == ("obey", None)
    (entry,) = load_sources(written(tmp_path, GOOD + "      robots: api\n" + reason))
    assert entry.robots == "api"
    assert "line 12" in told(tmp_path, GOOD + "      robots: api\n")
    assert "belong together" in told(tmp_path, GOOD + reason)
    assert "field robots" in told(tmp_path, GOOD + "      robots: ignore\n" + reason)


def test_certificates_of_an_entry_are_read_from_beside_the_file(tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "portal.pem"))
    (entry,) = load_sources(written(tmp_path, GOOD + "      ca_bundle: portal.pem\n"))
    assert entry.ca_bundle == tmp_path / "portal.pem"


@pytest.mark.parametrize("name", ["missing.pem", "empty.pem", ".", "' '", "12", "[a.pem]"])
def test_certificates_that_cannot_be_used_are_told_with_line_and_field(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty.pem").write_text("no certificate")
    words = told(tmp_path, GOOD + f"      ca_bundle: {name}\n")
    assert "line 12" in words
    assert "field ca_bundle" in words


def test_what_is_done_to_the_values_of_a_file_does_not_reach_its_next_reader(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, GOOD)
    before = read_yaml(path)
    before.content[0]["fields"]["title"]["select"] = "h9"
    assert read_yaml(path).content[0]["fields"]["title"]["select"] == "h2"
    written(tmp_path, GOOD.replace("select: h2", "select: h3"))
    assert read_yaml(path).content[0]["fields"]["title"]["select"] == "h3"
