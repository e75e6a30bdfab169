"""Ids and versions: short hashes that are the same on every run and every machine."""

import json
from collections.abc import Mapping
from hashlib import blake2b

import msgspec

from aggregator.errors import RecordError

_SPOKEN = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no i, l, o or u, so that an id survives being read out on the phone."""

_MINTED_LETTERS = 10
_encode = msgspec.json.Encoder(order="sorted").encode


def content_version(content: object) -> str:
    """The version of content as published: 16 hex digits, whatever the order of its keys.

    content: anything JSON can say. For an OCDS release, give it without its `date`
    (`release_version`). Raises RecordError where it is nested too deeply to be read.
    """
    return blake2b(_canonical(content), digest_size=8).hexdigest()


def release_version(release: Mapping[str, object]) -> str:
    """The version of an OCDS release; being published again with a new date changes nothing."""
    return content_version({key: value for key, value in release.items() if key != "date"})


def mint(source_id: str, notice_id: str) -> str:
    """The id of the opportunity whose first notice this is: "fn-" and ten letters or digits."""
    number = int.from_bytes(_digest((source_id, notice_id), "opportunity", size=8))
    letters = []
    for _ in range(_MINTED_LETTERS):
        number, place = divmod(number, len(_SPOKEN))
        letters.append(_SPOKEN[place])
    return "fn-" + "".join(letters)


def event_id(*parts: str) -> str:
    """The id of an event: 24 hex digits that depend on the parts and on their order."""
    return _digest(parts, "event", size=12).hex()


def message_id(*parts: str) -> str:
    """The id of a message: 32 hex digits, fit for a Message-ID and a webhook-id."""
    return _digest(parts, "message", size=16).hex()


def _canonical(content: object) -> bytes:
    """Sorted JSON. Half surrogate pairs, which UTF-8 cannot say, are written as escapes."""
    try:
        try:
            return _encode(content)
        except UnicodeEncodeError:
            return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    except RecursionError as error:
        raise RecordError("content", "is nested too deeply to be read") from error


def _digest(parts: tuple[str, ...], purpose: str, *, size: int) -> bytes:
    """A hash in which ("ab", "c") and ("a", "bc") differ, and so do two purposes."""
    hashing = blake2b(digest_size=size, person=purpose.encode())
    for part in parts:
        content = part.encode("utf-8", "surrogatepass")
        hashing.update(len(content).to_bytes(8) + content)
    return hashing.digest()
