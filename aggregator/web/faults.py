"""What a reader sees when something is wrong: what happened, and what to do; never a trace."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from aggregator.errors import AlreadyRunning, BadToken, ExpiredToken, StoreError, UnknownIdentifier
from aggregator.screen import log
from aggregator.web.render import pages

NOT_FOUND, NOT_ALLOWED, GONE, BUSY, BROKEN = 404, 405, 410, 503, 500


def add_faults(app: FastAPI) -> None:
    """Give every kind of fault its page."""
    app.add_exception_handler(ExpiredToken, expired)
    app.add_exception_handler(BadToken, bad_link)
    app.add_exception_handler(UnknownIdentifier, not_found)
    app.add_exception_handler(StoreError, busy)
    app.add_exception_handler(AlreadyRunning, busy)
    app.add_exception_handler(ClientDisconnect, not_understood)
    app.add_exception_handler(RequestValidationError, not_understood)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, broken)


def expired(request: Request, _: Exception) -> Response:
    """A link that was ours and has run out, or whose matter is settled."""
    return pages(request).fault(
        GONE,
        "This link has run out",
        "Links in mails work for some time only. Nothing was changed.",
        new_link=True,
    )


def bad_link(request: Request, _: Exception) -> Response:
    """A link that is cut or changed."""
    return pages(request).fault(
        NOT_FOUND,
        "This link is not complete",
        "Mail programs sometimes break a long link in two. Open it from the mail again, or copy "
        "all of it. Nothing was changed.",
        new_link=True,
    )


def not_found(request: Request, _: Exception) -> Response:
    """What is asked for is not here."""
    return pages(request).fault(
        NOT_FOUND, "Page not found", "It may have been moved, or the address has a typing error."
    )


def busy(request: Request, fault: Exception) -> Response:
    """The database is in use or cannot be written."""
    log.error("a page could not be served", why=str(fault))
    answer = pages(request).fault(
        BUSY,
        "Please try again in a minute",
        "We are busy with something that cannot be interrupted. Nothing was changed.",
    )
    answer.headers["Retry-After"] = "60"
    return answer


def not_understood(request: Request, _: Exception) -> Response:
    """A form that was not ours."""
    return pages(request).fault(
        400, "We could not read that", "Go back, and fill in the form again. Nothing was changed."
    )


def refused(request: Request, fault: Exception) -> Response:
    """What the framework refuses by itself."""
    status = fault.status_code if isinstance(fault, HTTPException) else NOT_FOUND
    if status == NOT_FOUND:
        return not_found(request, fault)
    if status == NOT_ALLOWED:
        answer = pages(request).fault(
            status, "This page cannot be used that way", "Open it again from where you came."
        )
        answer.headers.update(getattr(fault, "headers", None) or {})
        return answer
    return not_understood(request, fault)


def broken(request: Request, fault: Exception) -> Response:
    """A fault of ours."""
    log.error("a page failed", fault=type(fault).__name__)
    return pages(request).fault(
        BROKEN,
        "Something went wrong on our side",
        "Nothing you sent is lost unless a page said it was saved. Please try again later.",
    )
