"""A short slice of the power cuts; `make cuts` makes 100,000 images."""

import shutil

import pytest

from tests.cuts.harness import checked, recorded

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not here"),
]


def test_after_a_power_cut_nothing_acknowledged_is_missing_and_nothing_is_damaged() -> None:
    recording = recorded(cycles=2, synchronous="FULL")
    assert recording.commits >= 20
    assert len(recording.mails) == 6
    figures = checked(recording, images=500, processes=1, seconds=200)
    assert figures.images >= 300
    assert figures.wrong == {}, figures.examples


def test_the_same_images_show_what_the_usual_setting_would_lose() -> None:
    recording = recorded(cycles=1, synchronous="NORMAL")
    figures = checked(recording, images=200, processes=1, seconds=200)
    assert figures.wrong["acknowledged missing"] > figures.images / 4
    assert figures.wrong["corrupt"] == 0
