"""A server of made-up feeds on loopback, in a process of its own: /feed/N with an ETag.

/turn adds one entry to every twentieth feed, as a day on the web does.
"""

import hashlib
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ENTRIES = 10
EVERY = 20
ITEM = """<item><title>News {n} of site {site}: {about}</title>
<link>https://site-{site}.example.org/{n}/</link><guid>https://site-{site}.example.org/?p={n}</guid>
<pubDate>Mon, 16 Nov 2026 0{hour}:00:00 +0000</pubDate>
<description><![CDATA[<p>{text}</p>]]></description></item>
"""
ABOUT = ("counselling for young people", "road works", "small grants", "a tender for furniture")
TEXT = "Groups that support people can apply until 18 December 2026. Read more on our page. " * 4


def feed(site: int, turn: int) -> bytes:
    """The RSS of one site after so many turns."""
    newest = ENTRIES + (turn if site % EVERY == 0 else 0)
    items = "".join(
        ITEM.format(n=n, site=site, about=ABOUT[(n + site) % 4], hour=n % 10, text=TEXT)
        for n in range(newest, newest - ENTRIES, -1)
    )
    head = f"<title>Site {site}</title><link>https://site-{site}.example.org/</link>"
    channel = f"<channel>{head}{items}</channel>"
    return f'<?xml version="1.0"?>\n<rss version="2.0">{channel}</rss>\n'.encode()


class Handler(BaseHTTPRequestHandler):
    """Answers with keep-alive, ETag and 304."""

    protocol_version = "HTTP/1.1"
    turn = 0

    def do_GET(self) -> None:
        if self.path == "/turn":
            Handler.turn += 1
            return self.reply(200, b"ok", {})
        if not self.path.startswith("/feed/"):
            return self.reply(404, b"", {})
        body = feed(int(self.path.removeprefix("/feed/")), Handler.turn)
        etag = f'"{hashlib.md5(body).hexdigest()}"'
        if self.headers.get("If-None-Match") == etag:
            return self.reply(304, b"", {"ETag": etag})
        return self.reply(200, body, {"ETag": etag, "Content-Type": "application/rss+xml"})

    def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        head = {**headers, "Content-Length": str(len(body))} if status != 304 else headers
        self.send_response(status)
        for name, value in head.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    log_message: Callable[..., None] = lambda *_: None
    disable_nagle_algorithm = True
    wbufsize = -1


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    sys.stdin.close()
    server.serve_forever()
