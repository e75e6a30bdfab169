"""Posting to a webhook."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from aggregator.deliver.router import Router
from aggregator.deliver.webhook import WebhookNotifier, checked_url, retry_after
from aggregator.errors import DeliveryError, PermanentFailure, TemporaryFailure
from aggregator.model import Channel, ChannelKind
from aggregator.testing import FrozenClock, RecordingNotifier, utc
from deliver.messages import SECRET, a_mail, a_post

NOW = utc(2026, 11, 23, 9)


class Receiver:
    """Stands at the other end of the client."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answer(request)


def answering(status: int, **more: Any) -> Receiver:
    return Receiver(lambda _: httpx.Response(status, stream=httpx.ByteStream(b"ok"), **more))


def notifier(receiver: Receiver, *, now: datetime = NOW, **changes: Any) -> WebhookNotifier:
    transport = httpx.MockTransport(receiver)
    return WebhookNotifier(clock=FrozenClock(now), transport=transport, **changes)


async def refusal(receiver: Receiver, **changes: Any) -> DeliveryError:
    async with notifier(receiver, **changes) as hook:
        with pytest.raises(DeliveryError) as caught:
            await hook.send(a_post())
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_2xx_means_taken(status: int) -> None:
    async with notifier(answering(status)) as hook:
        receipt = await hook.send(a_post())
    assert receipt.accepted
    assert receipt.at == NOW
    assert receipt.answer.startswith(str(status))


async def test_the_reference_verifier_accepts_what_is_sent() -> None:
    receiver = answering(200)
    now = datetime.now(UTC)
    async with notifier(receiver, now=now) as hook:
        await hook.send(a_post())
    (request,) = receiver.requests
    verified = Webhook(SECRET).verify(request.content, dict(request.headers))
    assert verified["data"]["title"] == "Crisis café – £495,000"
    assert request.content == a_post().json_body.encode()
    assert request.headers["webhook-id"] == "msg-k3v9a2"
    assert request.headers["content-type"].startswith("application/json")


async def test_a_clock_in_another_zone_signs_the_same_moment() -> None:
    receiver = answering(200)
    async with notifier(receiver, now=datetime.now(ZoneInfo("Pacific/Auckland"))) as hook:
        await hook.send(a_post())
    Webhook(SECRET).verify(receiver.requests[0].content, dict(receiver.requests[0].headers))


async def test_a_changed_body_is_found_out() -> None:
    receiver = answering(200)
    async with notifier(receiver, now=datetime.now(UTC)) as hook:
        await hook.send(a_post())
    request = receiver.requests[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request.content + b" ", dict(request.headers))


async def test_a_second_try_carries_the_same_id_and_a_new_time() -> None:
    receiver = answering(200)
    for minutes in (0, 30):
        async with notifier(receiver, now=NOW + timedelta(minutes=minutes)) as hook:
            await hook.send(a_post())
    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert (
        int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 1800
    )
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]


async def test_410_means_never_again() -> None:
    failure = await refusal(answering(410))
    assert isinstance(failure, PermanentFailure)
    assert failure.gone


@pytest.mark.parametrize("status", [300, 400, 401, 403, 404, 408, 409, 422, 500, 502, 504])
async def test_everything_else_is_tried_again(status: int) -> None:
    failure = await refusal(answering(status))
    assert isinstance(failure, TemporaryFailure)
    assert failure.wait is None
    assert str(status) in str(failure)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_receiver_that_names_a_wait_is_given_it(status: int) -> None:
    failure = await refusal(answering(status, headers={"retry-after": "120"}))
    assert isinstance(failure, TemporaryFailure)
    assert failure.wait == 120


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    receiver = answering(status, headers={"location": "https://elsewhere.example.org/"})
    failure = await refusal(receiver)
    assert isinstance(failure, TemporaryFailure)
    assert len(receiver.requests) == 1


async def test_connection_trouble_is_tried_again() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    failure = await refusal(Receiver(broken))
    assert isinstance(failure, TemporaryFailure)
    assert "hooks.example.org" in str(failure)


class Endless(httpx.AsyncByteStream):
    """A reply that never ends; counts what was taken of it."""

    def __init__(self, pause: float) -> None:
        self.pause, self.given = pause, 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(self.pause)
            self.given += 1024
            yield b"x" * 1024


async def test_of_an_endless_reply_only_the_beginning_is_read() -> None:
    reply = Endless(pause=0)
    async with notifier(Receiver(lambda _: httpx.Response(200, stream=reply))) as hook:
        receipt = await hook.send(a_post())
    assert reply.given <= 16 * 1024
    assert len(receipt.answer) <= 4200


class BreaksOff(httpx.AsyncByteStream):
    """A reply that ends in the middle."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"than"
        raise httpx.ReadError("reset")


async def test_a_reply_that_breaks_off_after_2xx_was_taken_all_the_same() -> None:
    async with notifier(Receiver(lambda _: httpx.Response(202, stream=BreaksOff()))) as hook:
        assert (await hook.send(a_post())).answer == "202 than"


async def test_a_reply_that_trickles_holds_nobody_up() -> None:
    started = time.monotonic()
    reply = Endless(pause=0.9)
    async with notifier(Receiver(lambda _: httpx.Response(200, stream=reply))) as hook:
        assert (await hook.send(a_post())).accepted
    assert time.monotonic() - started < 12  # all of it may take 15


async def test_a_receiver_that_never_answers_is_given_up() -> None:
    class Silent(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(60)
            raise AssertionError("never reached")

    hook = WebhookNotifier(clock=FrozenClock(NOW), transport=Silent(), total_seconds=0.2)
    async with hook:
        with pytest.raises(TemporaryFailure, match="did not answer in"):
            await hook.send(a_post())


@pytest.mark.parametrize("secret", [None, "", "whsec_", "whsec_!!!", "whsec_a"])
async def test_without_a_proper_secret_nothing_is_sent(secret: str | None) -> None:
    receiver = answering(200)
    channel = Channel(kind=ChannelKind.WEBHOOK, target="https://hooks.example.org/", secret=secret)
    async with notifier(receiver) as hook:
        with pytest.raises(PermanentFailure, match="secret"):
            await hook.send(a_post(channel=channel))
    assert not receiver.requests


async def test_a_message_without_a_body_is_refused() -> None:
    with pytest.raises(PermanentFailure, match="body"):
        await notifier(answering(200)).send(a_post(json_body=None))


async def test_a_webhook_cannot_be_asked_whether_it_took_a_message() -> None:
    assert await notifier(answering(200)).was_sent(a_post()) is None


@pytest.mark.parametrize(
    "target",
    [
        "http://hooks.example.org/",
        "http://127.0.0.1:9000/",
        "ftp://hooks.example.org/",
        "hooks.example.org/in",
        "//hooks.example.org/in",
        "https://",
        "https:///in",
        "https://user:pw@hooks.example.org/",
        "https://169.254.169.254:80\\@example.org/",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/\r\nX: y",
        "https://hooks.example.org/\x00",
        "https://hooks.example.org/\u2028",
        "https://hoo\u212as.example.org/",
        "https://hooks.example.org:99999/",
        "javascript:alert(1)",
        "",
    ],
)
def test_only_a_plain_https_address_is_posted_to(target: str) -> None:
    with pytest.raises(PermanentFailure, match="webhook address"):
        checked_url(target)


def test_the_demo_may_post_to_this_machine_without_encryption_and_nowhere_else() -> None:
    for target in ("http://127.0.0.1:9000/in", "http://localhost/in", "http://[::1]:80/"):
        assert checked_url(target, allow_http=True).scheme == "http"
    for target in ("http://hooks.example.org/", "http://127.0.0.1.example.org/", "http://127.1/"):
        with pytest.raises(PermanentFailure):
            checked_url(target, allow_http=True)


@given(st.text(max_size=60))
def test_no_address_whatever_does_anything_but_pass_or_be_refused(text: str) -> None:
    try:
        url = checked_url(text)
    except PermanentFailure:
        return
    assert url.scheme == "https"
    assert url.host


def test_a_wait_may_be_seconds_or_a_date_and_never_more_than_a_day() -> None:
    assert retry_after("90", NOW) == 90
    assert retry_after("Mon, 23 Nov 2026 09:05:00 GMT", NOW) == 300
    assert retry_after("Mon, 23 Nov 2026 08:00:00 GMT", NOW) == 0
    assert retry_after("9999999999", NOW) == 86400
    for odd in (None, "", "soon", "-5", "1e400", "Mon, 99 Nov 2026"):
        assert retry_after(odd, NOW) is None


@pytest.mark.enable_socket
async def test_it_arrives_over_real_http_on_loopback(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/in", method="POST").respond_with_data("thank you", status=202)
    hook = WebhookNotifier(clock=FrozenClock(datetime.now(UTC)), allow_http=True)
    async with hook:
        receipt = await hook.send(a_post(httpserver.url_for("/in")))
    assert receipt.answer == "202 thank you"
    request, _ = httpserver.log[0]
    Webhook(SECRET).verify(request.get_data(), dict(request.headers))


async def test_each_message_goes_by_its_own_kind_of_channel(clock: FrozenClock) -> None:
    mail, hook = RecordingNotifier(clock=clock), RecordingNotifier(clock=clock)
    router = Router(email=mail, webhook=hook)
    await router.send(a_mail())
    await router.send(a_post())
    assert [message.channel.kind for message in mail.sent] == [ChannelKind.EMAIL]
    assert [message.channel.kind for message in hook.sent] == [ChannelKind.WEBHOOK]
    assert await router.was_sent(a_mail()) is True
    assert await router.was_sent(a_mail(id="msg-other")) is False


async def test_a_channel_that_is_not_set_up_is_said_so(clock: FrozenClock) -> None:
    router = Router(email=RecordingNotifier(clock=clock))
    with pytest.raises(PermanentFailure, match="no way to send by webhook"):
        await router.send(a_post())
