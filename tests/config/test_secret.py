"""The keys that sign links: made once, for their owner's eyes only."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aggregator.config import load_secrets
from aggregator.errors import ConfigError


def test_a_key_is_made_at_first_need_and_kept(tmp_path: Path) -> None:
    home = tmp_path / "new"
    first = load_secrets(home, {})
    assert load_secrets(home, {}) == first
    assert len(first[0]) >= 32
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["secret"]


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    assert load_secrets(tmp_path / "a", {}) != load_secrets(tmp_path / "b", {})


def test_many_who_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: load_secrets(tmp_path, {}), range(40)))
    assert len(found) == 1


def test_the_variable_goes_before_the_file_and_may_hold_older_keys(tmp_path: Path) -> None:
    new, old = "n" * 40, "o" * 40
    assert load_secrets(tmp_path, {"FAIRNOTICE_SECRET": f"{new} {old}\n"}) == (new, old)
    assert not (tmp_path / "secret").exists()


@pytest.mark.parametrize("content", ["", "\n", "short", "a" * 40 + " short", "é" * 40])
def test_a_file_that_holds_no_key_is_refused_with_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match="secret"):
        load_secrets(tmp_path, {})


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    with pytest.raises(ConfigError, match="cannot be used"):
        load_secrets(tmp_path, {})
