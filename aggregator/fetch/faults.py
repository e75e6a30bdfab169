"""Network faults in words, and which of them may pass."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from socket import gaierror

import httpx

from aggregator.connecting import was_refused
from aggregator.errors import FetchError, RedirectRefused, Refused, Throttled, Unreachable

ADVICE = {
    403: "Some portals refuse data centres: a run from an office or home line may work.",
    404: "If the portal has moved, please put the new address into sources.yaml.",
    410: "If the portal has moved, please put the new address into sources.yaml.",
}
MINUTE, HOUR = 60, 3600
NO_ISSUER = frozenset({20, 21})
"""OpenSSL: the certificate of the issuer was not sent and is not known."""

INTERMEDIATE = (
    ". Most often the server forgets to send the intermediate certificate between itself and a "
    "known authority; browsers find it elsewhere. To mend it: open the site in a browser, export "
    "that certificate as a .pem file, put it beside sources.yaml and name it in the entry as "
    "“ca_bundle: NAME.pem”; and tell the portal. The check itself stays on"
)


class Passing(Exception):
    """Something that may be over at the next try.

    wait: the seconds the server asked for. throttled: it said that there were too many calls.
    """

    def __init__(
        self, error: FetchError, *, wait: float | None = None, throttled: bool = False
    ) -> None:
        self.error, self.wait, self.throttled = error, wait, throttled
        super().__init__(str(error))

    def final(self, wait: float) -> FetchError:
        """What to raise when no further try is made, `wait` seconds being due."""
        if isinstance(self.error, Refused) and (self.throttled or self.wait is not None):
            message = f"{self.error} It is left alone for {in_words(wait)}."
            return Throttled(message, status=self.error.status, wait=wait)
        return self.error


@contextmanager
def explained(url: httpx.URL, seconds: float) -> Iterator[None]:
    """Turn what httpx raises during a call of at most `seconds` into our errors."""
    host = name(url)
    try:
        yield
    except TimeoutError as fault:
        message = f"{host} did not finish answering within {in_words(seconds)}."
        raise Passing(Unreachable(message)) from fault
    except httpx.ConnectError as fault:
        message = f"{host} cannot be reached: {_reason(fault)}."
        raise Unreachable(message) from fault
    except httpx.InvalidURL as fault:  # httpx reads even targets it does not follow
        raise RedirectRefused(f"{host} redirected to an address that is none.") from fault
    except httpx.UnsupportedProtocol as fault:
        raise Unreachable(f"{url} is not an address that can be asked: {fault}") from fault
    except httpx.TransportError as fault:
        raise Passing(Unreachable(f"{host} broke off before it answered.")) from fault


def _reason(fault: BaseException) -> str:
    """Why a connection failed, in words a volunteer understands."""
    if was_refused(fault):
        return "its address is not one of the public internet, so no connection is made"
    reason: BaseException | None = fault
    while reason is not None:
        match reason:
            case gaierror():
                return "name not found"
            case ssl.SSLCertVerificationError():
                return f"its certificate is not valid ({reason.verify_message}){_mend(reason)}"
            case ssl.SSLError():
                return "no secure connection could be made"
            case ConnectionRefusedError():
                return "it refuses connections"
        reason = reason.__cause__ or reason.__context__
    return "no connection"


def _mend(fault: ssl.SSLCertVerificationError) -> str:
    """What a person can do about a certificate that nobody known vouches for."""
    return INTERMEDIATE if getattr(fault, "verify_code", None) in NO_ISSUER else ""


def refusal(status: int, url: httpx.URL) -> Refused:
    """A status that no further try would change."""
    advice = ADVICE.get(status, "Please report this if it happens again.")
    return Refused(
        f"{name(url)} answered {status} ({phrase(status)}) to {url}. {advice}", status=status
    )


def phrase(status: int) -> str:
    """The meaning of a status."""
    try:
        return HTTPStatus(status).phrase.lower()
    except ValueError:
        return "a status without a name"


def in_words(seconds: float) -> str:
    """A span of time as people say it."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} seconds"
    if seconds < 2 * HOUR:
        return f"{seconds / MINUTE:.0f} minutes"
    return f"{seconds / HOUR:.0f} hours"


def name(url: httpx.URL) -> str:
    """The host as people know it."""
    return url.host.removeprefix("www.")
