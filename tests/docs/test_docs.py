"""What the documents mention exists."""

import re
from pathlib import Path

import pytest
import typer.main

from aggregator.cli import command_line
from aggregator.config import load_sources
from aggregator.sources import KINDS

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "sources.yaml"]
COMMAND = re.compile(r"fairnotice ([a-z-]+)(?: ([a-z]+))?(?:[^\n`]*?)(?=[`\n)]|$)")
TARGET = re.compile(r"\bmake ([a-z]+)\b")
FILE = re.compile(r"`((?:aggregator|tests|tools|docs|deploy|fixtures|requirements)/[\w./-]*)`")


def commands() -> dict[str, set[str]]:
    group = typer.main.get_command(command_line())
    return {
        name: set(getattr(command, "commands", {}))
        for name, command in group.commands.items()  # type: ignore[attr-defined]
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_mentioned_exists(page: Path) -> None:
    known = {**commands(), "--version": set(), "--help": set()}
    for word, part in COMMAND.findall(page.read_text(encoding="utf-8")):
        assert word in known, f"{page.name} mentions fairnotice {word}"
        if known[word] and part:
            assert part in known[word], f"{page.name} mentions fairnotice {word} {part}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_and_file_mentioned_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z]+)`|^make ([a-z]+)", text, re.MULTILINE):
        name = target[0] or target[1]
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), f"{page.name}: make {name}"
    for path in FILE.findall(text):
        assert (ROOT / path).exists(), f"{page.name} mentions {path}"


def test_every_command_is_in_the_readme_or_its_help() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    told_by_help_or_contributing = {"judge", "sources", "run"}
    for name in commands():
        assert f"fairnotice {name}" in readme or name in told_by_help_or_contributing


def test_every_source_has_a_kind_we_know_and_says_when_it_was_seen_live() -> None:
    for entry in load_sources(ROOT / "sources.yaml"):
        assert entry.kind in KINDS
        assert entry.last_checked_live is not None


def test_no_page_names_this_machine_or_a_registry() -> None:
    never = re.compile(r"/(?:home|root|work)/|file:/{2}|pypi\.org/simple|index-url")
    files = list(ROOT.glob("requirements/*")) + PAGES
    for path in files:
        assert not never.search(path.read_text(encoding="utf-8")), path.name
