"""Sample portals and a webhook receiver on loopback, in the shapes of the real ones."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from aggregator.demo import notices
from aggregator.demo.notices import Sample
from aggregator.ports import Clock

UK = ZoneInfo("Europe/London")
Answer = tuple[int, str, str]


@dataclass
class Portals:
    """What the sample portals publish, and what the webhook receiver was told."""

    start: datetime
    clock: Clock
    secret: str
    requests: list[str] = field(default_factory=list)
    received: list[dict[str, object]] = field(default_factory=list)
    base_url: str = ""

    def visible(self, samples: list[Sample]) -> list[Sample]:
        """What is published by now, newest first, as all portals show it."""
        now = self.clock.now()
        shown = [s for s in samples if self.start + timedelta(hours=s.hours) <= now]
        return sorted(shown, key=lambda sample: -sample.hours)

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """Status, type and body for one GET."""
        if path == "/fts/api/1.0/ocdsReleasePackages":
            rows = notices.find_a_tender(self.start)
            return self.package(rows, query.get("updatedFrom"), query.get("updatedTo"))
        if path == "/cf/Published/Notices/OCDS/Search":
            rows = notices.contracts_finder(self.start)
            return self.package(rows, query.get("publishedFrom"), query.get("publishedTo"))
        if path == "/feed/":
            items = [
                (*s.content, (self.start + timedelta(hours=s.hours)).astimezone(UTC))
                for s in self.visible(notices.feed_items(self.start))
            ]
            return 200, "application/rss+xml; charset=UTF-8", notices.feed_xml(items)
        if path == "/nhs/":
            listed = [s.content for s in self.visible(notices.list_rows(self.start))]
            shown = listed if query.get("page", "1") == "1" else []
            return 200, "text/html; charset=utf-8", notices.list_html(shown)
        if path == "/robots.txt":
            return 200, "text/plain", "User-agent: *\nDisallow:\n"
        return 404, "text/plain", "nothing here"

    def package(self, samples: list[Sample], first: str | None, last: str | None) -> Answer:
        """A release package for a window in UK local time, both ends inclusive."""
        releases = [
            sample.content
            for sample in self.visible(samples)
            if (first or "") <= self.uk_clock(sample) <= (last or "9")
        ]
        body = {
            "uri": self.base_url,
            "version": "1.1",
            "publishedDate": notices.iso(self.clock.now()),
            "license": "http://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
            "releases": releases,
        }
        return 200, "application/json; charset=utf-8", json.dumps(body)

    def uk_clock(self, sample: Sample) -> str:
        """When it was published, as the windows are asked for."""
        moment = self.start + timedelta(hours=sample.hours)
        return moment.astimezone(UK).strftime("%Y-%m-%dT%H:%M:%S")

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        """The status for one signed POST; a body that is not signed rightly is refused."""
        try:
            self.received.append(Webhook(self.secret).verify(body, headers))
        except WebhookVerificationError:
            return 401
        return 204


class Handler(BaseHTTPRequestHandler):
    """HTTP in and out; what to answer is up to `portals`."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "sample-portals", ""
    portals: Portals

    def do_GET(self) -> None:
        """Answer with a page, or 304 where the client has it already."""
        address = urlsplit(self.path)
        self.portals.requests.append(self.path)
        status, kind, text = self.portals.answer(address.path, dict(parse_qsl(address.query)))
        body = text.encode()
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        if address.path == "/feed/" and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        self.reply(status, body, {"Content-Type": kind, "ETag": etag})

    def do_POST(self) -> None:
        """The webhook receiver."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.reply(self.portals.receive(body, headers), b"", {})

    def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """Write the answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header follows the clock of the demo."""
        return format_datetime(self.portals.clock.now(), usegmt=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing on the screen."""


@contextmanager
def serving(portals: Portals) -> Iterator[Portals]:
    """Serve on a free port of loopback as long as the context lasts."""
    handler = type("SampleHandler", (Handler,), {"portals": portals})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    portals.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield portals
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
