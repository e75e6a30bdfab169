"""What sources served, kept so that every later step can be replayed."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from aggregator.model import RawPayload, Request, StoredPayload, Validators
from aggregator.store.codec import (
    Body,
    fingerprint,
    from_moment,
    from_span,
    moment,
    span,
    squeeze,
    unsqueeze,
)
from aggregator.store.connection import Row
from aggregator.store.part import Part

HEADERS: Body[Mapping[str, str]] = Body(dict[str, str], "set of headers")


class Payloads(Part):
    """The part of the store that keeps answers."""

    def keep_payload(self, payload: RawPayload, *, run_id: int, backfill: bool) -> int:
        """Keep what a source served; identical bytes are kept once. Says the payload's id."""
        request, validators = payload.request, payload.validators
        with self.transaction():
            return self._db.insert(
                "INSERT INTO payloads (run_id, source_id, url, reader, page, window_start,"
                " window_end, request_headers, status, headers, etag, last_modified, retrieved_at,"
                " content_id, backfill, request_content)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run_id,
                    request.source_id,
                    request.url,
                    request.reader,
                    request.page,
                    *span(request.window),
                    HEADERS.text(request.headers),
                    payload.status,
                    HEADERS.text(payload.headers),
                    validators.etag,
                    validators.last_modified,
                    moment(payload.retrieved_at),
                    self._content(payload.body),
                    backfill,
                    request.content,
                ),
            )

    def _content(self, body: bytes) -> int:
        mark = fingerprint(body)
        known: int | None = self._db.value("SELECT id FROM contents WHERE fingerprint = ?", (mark,))
        if known is not None:
            return known
        return self._db.insert(
            "INSERT INTO contents (fingerprint, size, body) VALUES (?, ?, ?)",
            (mark, len(body), squeeze(body)),
        )

    def mark_read(self, payload_id: int) -> None:
        """Note that the payload was parsed without AnswerError, so that it may be replayed."""
        self._db.write("UPDATE payloads SET was_read = 1 WHERE id = ?", (payload_id,))

    def validators(self, request: Request, *, since: datetime | None = None) -> Validators | None:
        """What the latest read answer with status 200 from the same source and URL offered.

        None where there is no such answer, it is from before `since`, or it offered neither ETag
        nor Last-Modified. An answer that could not be read does not count: a 304 would hide it for
        ever. Nor does what was sent with POST, since one URL then answers many questions.
        """
        if request.content is not None:
            return None
        row = self._db.row(
            "SELECT etag, last_modified, retrieved_at FROM payloads"
            " WHERE source_id = ? AND url = ? AND status = 200 AND was_read = 1"
            " ORDER BY id DESC LIMIT 1",
            (request.source_id, request.url),
        )
        if row is None or row[:2] == (None, None):
            return None
        if since is not None and row[2] < moment(since):
            return None
        return Validators(etag=row[0], last_modified=row[1])

    def last_read(self, request: Request) -> RawPayload | None:
        """The answer whose validators `validators` gives: what a 304 says is still served."""
        row = self._db.row(
            f"{PAYLOAD} WHERE source_id = ? AND url = ? AND status = 200 AND was_read = 1"
            " ORDER BY p.id DESC LIMIT 1",
            (request.source_id, request.url),
        )
        return _payload(row).payload if row else None

    def last_clock(self) -> tuple[datetime, str] | None:
        """When the latest answer that states its time arrived, and its Date header."""
        row = self._db.row(
            "SELECT retrieved_at, json_extract(headers, '$.date') FROM payloads"
            " WHERE json_extract(headers, '$.date') IS NOT NULL ORDER BY id DESC LIMIT 1"
        )
        return (from_moment(row[0]), str(row[1])) if row else None

    def payloads(self) -> Iterator[StoredPayload]:
        """Every payload that was read, in order of arrival, one in memory at a time.

        Payloads that arrive while iterating are left out.
        """
        last = self._db.value("SELECT max(id) FROM payloads") or 0
        number = 0
        while row := self._db.row(
            f"{PAYLOAD} WHERE p.id > ? AND p.id <= ? AND was_read = 1 ORDER BY p.id LIMIT 1",
            (number, last),
        ):
            number = row[0]
            yield _payload(row)


PAYLOAD = (
    "SELECT p.id, source_id, url, reader, page, window_start, window_end, request_headers,"
    " status, headers, retrieved_at, backfill, c.body, request_content"
    " FROM payloads p JOIN contents c ON c.id = p.content_id"
)


def _payload(row: Row) -> StoredPayload:
    request = Request(
        source_id=row[1],
        url=row[2],
        reader=row[3],
        page=row[4],
        window=from_span(row[5], row[6]),
        headers=HEADERS.value(row[7]),
        content=row[13],
    )
    payload = RawPayload(
        request=request,
        status=row[8],
        headers=HEADERS.value(row[9]),
        retrieved_at=from_moment(row[10]),
        body=unsqueeze(row[12]),
    )
    return StoredPayload(id=row[0], payload=payload, backfill=bool(row[11]))
