"""What stands between the internet and the pages: headers, sizes, other sites, too many tries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asgi_cross_origin_protection import CrossOriginProtection
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)
from secure.middleware.asgi import SecureASGIMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 64 * 1024
TRIES = ("4/minute", "11/hour")
"""As email-alert-frontend of GOV.UK limits its sign-up."""

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
FEATURES = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def headers(*, https: bool) -> Secure:
    """The security headers of every answer."""
    return Secure(
        csp=ContentSecurityPolicy().set(POLICY),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        hsts=StrictTransportSecurity().max_age(63_072_000) if https else None,
        permissions=PermissionsPolicy().set(FEATURES),
        referrer=ReferrerPolicy().no_referrer(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
    )


def guarded(app: ASGIApp, *, https: bool, denied: ASGIApp) -> ASGIApp:
    """The application behind all of it. denied: answers what another site tried to send.

    The links that stop mails are exempt: mail programs post them for the reader (RFC 8058), and
    the signature in their address is the permission.
    """
    inner = CrossOriginProtection(app, exempt_paths=("/stop/",), deny_app=denied)
    secured: Any = SecureASGIMiddleware(HeadAsGet(SmallBodies(inner)), secure=headers(https=https))
    answer: ASGIApp = secured
    return answer


@dataclass(frozen=True)
class HeadAsGet:
    """Answers HEAD as GET without the body, as link checkers expect."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as GET where it is HEAD."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, without_body)


@dataclass(frozen=True)
class SmallBodies:
    """Refuses a request body of more than 64 kB while it is read."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        stated = dict(scope["headers"]).get(b"content-length", b"0")
        if not stated.isdigit() or int(stated) > LARGEST_BODY:
            await refuse(send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST_BODY:
                return {"type": "http.disconnect"}
            return message

        await self.app(scope, counted, send)


async def refuse(send: Send) -> None:
    """413, in one line."""
    body = b"That is more than a form can hold."
    head = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 413, "headers": head})
    await send({"type": "http.response.body", "body": body})


@dataclass(frozen=True)
class Tries:
    """How often somebody may ask for mail to be sent: 4 times a minute, 11 an hour.

    By client and by address, in this process's memory alone; nothing of it is written down.
    """

    limiter: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage())
    )
    items: tuple[RateLimitItem, ...] = tuple(parse(text) for text in TRIES)

    def allowed(self, whom: Mapping[str, str]) -> bool:
        """Count one try for each of these, by kind; False where any has had too many."""
        counted = [
            self.limiter.hit(item, kind, name) for kind, name in whom.items() for item in self.items
        ]
        return all(counted)
