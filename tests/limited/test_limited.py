"""Reading bytes from strangers: time and memory end, the program goes on."""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Iterator

import pytest

from aggregator.errors import MissingStructure, ParserStopped
from aggregator.limited import Limited
from aggregator.model import Parsed
from limited import readings


@pytest.fixture
def limited() -> Iterator[Limited]:
    """Patient enough for a busy machine."""
    with Limited(seconds=30.0, megabytes=512) as limited:
        yield limited


@pytest.fixture
def impatient() -> Iterator[Limited]:
    with Limited(seconds=1.0, megabytes=512) as limited:
        yield limited


async def test_the_value_comes_back_from_another_process(limited: Limited) -> None:
    assert await limited.run(readings.length, b"four") == 4
    assert await limited.run(readings.process_id) != os.getpid()
    assert await limited.run(readings.parsed) == Parsed()


async def test_an_error_of_ours_arrives_as_itself(limited: Limited) -> None:
    with pytest.raises(MissingStructure, match="the table has vanished"):
        await limited.run(readings.complain)


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (readings.eat_memory, "more than 512 megabytes"),
        (readings.eat_memory_bit_by_bit, "more than 512 megabytes"),
        (readings.die, "died"),
        (readings.leave, "SystemExit"),
        (readings.stumble, "KeyError"),
        (readings.stumble_stubbornly, "Stubborn: one"),
        (readings.complain_about_a_record, "title: is missing"),
        (readings.recurse, "RecursionError"),
        (readings.unpicklable, "died"),
    ],
)
async def test_a_bad_reading_is_stopped_and_the_next_one_works(
    limited: Limited, reading: object, words: str
) -> None:
    with pytest.raises(ParserStopped, match=words):
        await limited.run(reading)  # type: ignore[arg-type]
    assert await limited.run(readings.length, b"four") == 4


@pytest.mark.parametrize("reading", [readings.burn_for_ever, readings.sleep_for_ever])
async def test_a_reading_that_takes_too_long_is_stopped_and_the_next_one_works(
    impatient: Limited, reading: object
) -> None:
    began = time.monotonic()
    with pytest.raises(ParserStopped, match="more than 1 seconds"):
        await impatient.run(reading)  # type: ignore[arg-type]
    assert time.monotonic() - began < 60
    assert await impatient.run(readings.length, b"four") == 4


async def test_the_loop_goes_on_while_a_child_burns(impatient: Limited) -> None:
    burning = asyncio.create_task(impatient.run(readings.burn_for_ever))
    beats = 0
    while not burning.done():
        await asyncio.sleep(0.05)
        beats += 1
    assert beats > 2  # one that stood still would have counted one
    with pytest.raises(ParserStopped):
        await burning


async def test_giving_up_stops_the_child(limited: Limited) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await limited.run(readings.sleep_for_ever)
    assert await limited.run(readings.length, b"four") == 4


def test_an_unused_pool_starts_no_child() -> None:
    before = multiprocessing.active_children()
    with Limited():
        assert multiprocessing.active_children() == before
