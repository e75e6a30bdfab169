"""Reads a body to its true end, decoding gzip under a byte cap.

A few bytes can hold gigabytes, so the cap holds while decoding; and a body that ends too early is
an error, because httpx takes cut gzip for a whole answer.
"""

import zlib
from collections.abc import AsyncIterator

import httpx

from aggregator.errors import CutShort, FetchError, TooLarge
from aggregator.fetch.faults import Passing, name

MOST_MEMBERS = 1000
"""gzip bodies may consist of several members; a body of countless empty ones is an attack."""


async def read_body(response: httpx.Response, cap: int) -> bytes:
    """The whole body, decoded. Raises TooLarge, FetchError, or Passing with CutShort."""
    host, promised = name(response.url), _length(response)
    decoder = _decoder(response)
    if promised is not None and promised > cap:
        raise _too_large(host, cap)
    decoded, received = bytearray(), 0
    async for chunk in _raw(response):
        received += len(chunk)
        decoded += decoder.decode(chunk, cap + 1 - len(decoded))
        if max(received, len(decoded)) > cap:
            raise _too_large(host, cap)
    if promised is not None and received != promised:
        raise Passing(CutShort(f"{host} sent {received} of {promised} bytes."))
    if not decoder.complete:
        raise Passing(CutShort(f"{host} stopped in the middle of a compressed answer."))
    return bytes(decoded)


async def read_beginning(response: httpx.Response, most: int) -> bytes:
    """The first `most` bytes, decoded; the rest is not read. Raises FetchError or Passing."""
    decoder, decoded = _decoder(response), bytearray()
    async for chunk in _raw(response):
        decoded += decoder.decode(chunk, most - len(decoded))
        if len(decoded) >= most:
            return bytes(decoded[:most])
    if not decoder.complete:
        raise Passing(CutShort(f"{name(response.url)} stopped in the middle of an answer."))
    return bytes(decoded)


async def _raw(response: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.aiter_raw():
            yield chunk
    except (httpx.RemoteProtocolError, httpx.ReadError) as fault:
        message = f"{name(response.url)} broke off in the middle of an answer."
        raise Passing(CutShort(message)) from fault


def _length(response: httpx.Response) -> int | None:
    promised = response.headers.get("content-length", "")
    return int(promised) if promised.isascii() and promised.isdecimal() else None


def _too_large(host: str, cap: int) -> TooLarge:
    return TooLarge(f"{host} sent more than {cap:,} bytes, more than any answer of it should need.")


class _Plain:
    complete = True

    def decode(self, chunk: bytes, _room: int) -> bytes:
        return chunk


class _Gzip:
    """Undoes gzip and never gives more bytes than there is room for."""

    def __init__(self, host: str) -> None:
        self.host, self.members = host, 0
        self._begin()

    def _begin(self) -> None:
        self.member, self.members = zlib.decompressobj(16 + zlib.MAX_WBITS), self.members + 1

    @property
    def complete(self) -> bool:
        return self.member.eof

    def decode(self, chunk: bytes, room: int) -> bytes:
        decoded = bytearray()
        try:
            while chunk and room > len(decoded):
                if self.member.eof and not (chunk := chunk.lstrip(b"\0")):
                    break  # padding after the end
                if self.member.eof:
                    self._begin()
                decoded += self.member.decompress(chunk, room - len(decoded))
                chunk = self.member.unconsumed_tail or self.member.unused_data
        except zlib.error as fault:
            raise self._damaged() from fault
        if self.members > MOST_MEMBERS:
            raise self._damaged()
        return bytes(decoded)

    def _damaged(self) -> Passing:
        return Passing(CutShort(f"{self.host} sent a compressed answer that is damaged."))


def _decoder(response: httpx.Response) -> _Plain | _Gzip:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return _Plain()
    if encoding in {"gzip", "x-gzip"}:
        return _Gzip(name(response.url))
    raise FetchError(
        f"{name(response.url)} packed its answer as “{encoding}”, which was not asked for. "
        "Please report this."
    )
