"""Functions for the child: they must be found by name in another process."""

import os
import time

from aggregator.errors import MissingStructure, RecordError
from aggregator.model import Parsed


def length(body: bytes) -> int:
    return len(body)


def process_id() -> int:
    return os.getpid()


def parsed() -> Parsed:
    return Parsed()


def burn_for_ever() -> None:
    while True:
        pass


def sleep_for_ever() -> None:
    time.sleep(1000)


def eat_memory() -> int:
    return len(bytearray(3 * 2**30))


def eat_memory_bit_by_bit() -> int:
    return len([bytes(2**20) for _ in range(3000)])


def die() -> None:
    os.abort()


def leave() -> None:
    raise SystemExit(3)


def complain() -> None:
    raise MissingStructure("the table has vanished")


def complain_about_a_record() -> None:
    raise RecordError("title", "is missing")


def stumble() -> None:
    {}.popitem()


class Stubborn(Exception):
    def __init__(self, first: str, second: str) -> None:
        super().__init__(first)
        self.second = second


def stumble_stubbornly() -> None:
    raise Stubborn("one", "two")


def recurse() -> None:
    recurse()


def unpicklable() -> object:
    return lambda: None
