"""Moderators sign in by a mailed link; nobody else gets anywhere."""

import asyncio
import csv
import email
import email.policy
import io
import itertools
import re

import httpx
import pytest
from bs4 import BeautifulSoup
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from aggregator import members, moderators, subscribe
from aggregator.model import (
    Answer,
    HoldKind,
    MailHold,
    MessageState,
    ModerationAct,
    ReviewKind,
    SubscriberState,
)
from aggregator.tokens import Purpose
from aggregator.web.application import routes
from aggregator.web.site import site_of
from web.sites import ANN, MO, NOW, TITLES, TheSite, link_in, mails

SIGN_IN = "/moderate/sign-in"
OPEN = {SIGN_IN, "/moderate/check-inbox", f"{SIGN_IN}/{{token}}"}


def doors(site: TheSite) -> list[tuple[str, str]]:
    """Method and path of every moderators' route but those that let in."""
    app = routes(site_of(site.instance, clock=site.clock, fallback="http://127.0.0.1:8000"))
    every = [one for part in app.routes for one in parts_of(part)]
    assert len(every) > 50, "the walk missed the routes"
    return [
        (method, re.sub(r"{.*?}", "x", route.path))
        for route in every
        if route.path.startswith("/moderate") and route.path not in OPEN
        for method in sorted(route.methods or ())
    ]


def parts_of(part: BaseRoute) -> list[APIRoute]:
    """The routes of a router that was included."""
    router = getattr(part, "original_router", None)
    return [one for one in router.routes if isinstance(one, APIRoute)] if router else []


async def signed_in_by_mail(site: TheSite) -> str:
    """The whole way: ask, open the link, press the button. Gives the cookie as set."""
    assert (await site.post(SIGN_IN, {"email": MO})).status_code == 303
    link = await link_mailed(site)
    page = await site.get(link)
    assert BeautifulSoup(page.text, "lxml").find("button").get_text(strip=True) == "Sign in"
    answer = await site.post(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/moderate")
    return answer.headers["set-cookie"]


async def link_mailed(site: TheSite) -> str:
    """The path in the mail that comes a moment later."""
    for _ in range(100):
        for file in site.instance.outbox.glob("sign-in-*.eml"):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            assert mail["to"] == MO
            lines = mail.get_content().splitlines()
            return next(one for one in lines if one.startswith("http")).removeprefix(site.base)
        await asyncio.sleep(0.02)
    raise AssertionError("no mail came")


async def test_a_moderator_signs_in_by_a_mailed_link(site: TheSite) -> None:
    cookie = await signed_in_by_mail(site)
    assert cookie.startswith("__Host-fairnotice=")
    rules = {part.strip().casefold() for part in cookie.split(";")[1:]}
    assert {"path=/", "secure", "httponly", "samesite=lax"} <= rules
    assert not any(rule.startswith("domain") for rule in rules)
    page = await site.get("/moderate", headers={"cookie": cookie.split(";")[0]})
    assert page.status_code == 200
    assert f"Signed in as {MO}" in page.text
    assert page.headers["cache-control"] == "no-store"


def as_seen(answer: httpx.Response) -> tuple[object, ...]:
    """All that tells one answer from another, but for the time and the request's random id."""
    kept = {k: v for k, v in answer.headers.items() if k not in {"date", "x-request-id"}}
    return answer.status_code, answer.content, tuple(sorted(kept.items()))


async def test_every_door_answers_alike_who_is_not_signed_in(site: TheSite) -> None:
    found = doors(site)
    assert len(found) == 18
    before = site.content()
    seen = set()
    forms = ({}, {"act": "yes"}, {"act": "drop", "because": "x" * 5000})
    wrong = ({}, {"cookie": "__Host-fairnotice=" + "A" * 43}, {"cookie": b"__Host-fairnotice=\xff"})
    for (method, path), form, headers in itertools.product(found, forms, wrong):
        answer = await site.ask(method, path, form if method == "POST" else None, headers=headers)
        seen.add(as_seen(answer))
    for method, path in found:
        broken = {"content-type": "multipart/form-data"}
        answer = await site.ask(method, path + "?page=no", content=b"\xff", headers=broken)
        seen.add(as_seen(answer))
    assert len(seen) == 1, [one[0] for one in seen]
    assert next(iter(seen))[0] == 303
    assert site.content() == before


async def test_real_and_made_up_things_are_answered_alike_behind_the_door(site: TheSite) -> None:
    reader, message, found = site.joins(), site.holds("ben@example.org"), site.first_id()
    before = site.content()
    for path in (f"members/{reader}", f"held/{message}", f"opportunities/{found}", "members/none"):
        answer = await site.get(f"/moderate/{path}")
        assert (answer.status_code, answer.content) == (303, b"")
    assert site.content() == before


async def test_a_link_works_once_and_for_a_quarter_of_an_hour(site: TheSite) -> None:
    def link() -> str:
        with site.store() as store:
            made = moderators.link(MO, base_url=site.base, store=store, clock=site.clock)
        return made.removeprefix(site.base)

    once = link()
    for _ in range(3):
        assert (await site.get(once)).status_code == 200
    assert (await site.post(once)).status_code == 303
    assert (await site.post(once)).status_code == 410
    late = link()
    site.clock.advance(minutes=16)
    answer = await site.post(late)
    assert (answer.status_code, "set-cookie" in answer.headers) == (410, False)
    for made_up in ("x", "A" * 43, "%00", "a" * 5000, "%F0%9F%98%80"):
        assert (await site.post(f"{SIGN_IN}/{made_up}")).status_code == 410


async def test_scanners_open_a_link_and_change_nothing(site: TheSite) -> None:
    with site.store() as store:
        link = moderators.link(MO, base_url=site.base, store=store, clock=site.clock)
    before = site.content()
    for _ in range(20):
        answer = await site.get(link.removeprefix(site.base))
        assert "set-cookie" not in answer.headers
    assert site.content() == before


async def test_two_presses_at_once_sign_in_once(site: TheSite) -> None:
    with site.store() as store:
        link = moderators.link(MO, base_url=site.base, store=store, clock=site.clock)
    path = link.removeprefix(site.base)
    answers = await asyncio.gather(*(site.post(path) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [303, 410, 410, 410]


async def test_a_moderators_and_a_strangers_address_are_answered_alike(site: TheSite) -> None:
    answers = [await site.post(SIGN_IN, {"email": one}) for one in (MO, "eve@example.org")]
    seen = {as_seen(one) for one in answers}
    assert len(seen) == 1
    await link_mailed(site)
    await asyncio.sleep(0.1)
    assert len(list(site.instance.outbox.glob("*.eml"))) == 1


async def test_asking_for_links_over_and_over_is_slowed_down(site: TheSite) -> None:
    answers = [await site.post(SIGN_IN, {"email": MO}) for _ in range(6)]
    assert [one.status_code for one in answers] == [303] * 4 + [429] * 2


async def test_a_session_ends_when_idle_when_old_and_when_revoked(site: TheSite) -> None:
    idle = site.cookie()
    site.clock.advance(minutes=61)
    assert (await site.get("/moderate", headers=idle)).status_code == 303
    busy = site.cookie()
    for _ in range(23):
        site.clock.advance(minutes=30)
        assert (await site.get("/moderate", headers=busy)).status_code == 200
    site.clock.advance(minutes=31)
    assert (await site.get("/moderate", headers=busy)).status_code == 303
    revoked = site.cookie()
    with site.store() as store:
        assert moderators.revoke(MO.upper(), by="host", store=store, clock=site.clock) == (1, 0)
    assert (await site.get("/moderate", headers=revoked)).status_code == 303


async def test_who_is_taken_out_of_the_settings_is_out(site: TheSite) -> None:
    cookie = site.cookie()
    file = site.home / "fairnotice.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(f"{MO}, ", ""), encoding="utf-8")
    site.restart()
    assert (await site.get("/moderate", headers=cookie)).status_code == 303
    with site.store() as store:
        assert store.sessions() == ()


async def test_signing_out_ends_the_session_and_not_the_cookie_alone(site: TheSite) -> None:
    one, other = site.cookie(), site.cookie()
    page = await site.post("/moderate/sign-out", {"every": "1"}, headers=one)
    assert page.headers["location"] == "/moderate?done=elsewhere"
    assert (await site.get("/moderate", headers=other)).status_code == 303
    answer = await site.post("/moderate/sign-out", headers=one)
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert (await site.get("/moderate", headers=one)).status_code == 303


async def test_a_link_of_a_reader_opens_no_door(site: TheSite) -> None:
    ann = site.joins()
    for purpose in Purpose:
        token = site.path(purpose, ann, site.first_id()).rsplit("/", 1)[1]
        assert (await site.post(f"{SIGN_IN}/{token}")).status_code == 410
        headers = {"cookie": f"__Host-fairnotice={token}"}
        assert (await site.get("/moderate", headers=headers)).status_code == 303


async def test_the_store_keeps_no_secret_that_opens_a_door(site: TheSite) -> None:
    cookie = site.cookie()["cookie"].partition("=")[2]
    with site.store() as store:
        link = moderators.link(MO, base_url=site.base, store=store, clock=site.clock)
    kept = str(site.content())
    assert cookie not in kept
    assert link.rsplit("/", 1)[1] not in kept


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example.org"}]
)
async def test_another_site_cannot_act_as_a_moderator(
    site: TheSite, headers: dict[str, str]
) -> None:
    site.holds()
    cookie = site.cookie()
    before = site.content()
    for method, path in doors(site):
        if method == "POST":
            answer = await site.post(path, {"act": "yes"}, headers={**cookie, **headers})
            assert answer.status_code == 403
    assert site.content() == before


async def test_readers_get_no_cookie(site: TheSite) -> None:
    ann = site.joins()
    for path in ("/", "/sign-up", SIGN_IN, site.path(Purpose.PREFERENCES, ann), "/moderate"):
        assert "set-cookie" not in (await site.get(path)).headers


async def test_over_plain_http_nobody_signs_in_but_on_this_machine(site: TheSite) -> None:
    with_http = site.home / "fairnotice.yaml"
    text = with_http.read_text(encoding="utf-8")
    with_http.write_text(text.replace(site.base, "http://notices.example.org"), encoding="utf-8")
    site.restart()
    assert "need https" in (await site.get(SIGN_IN)).text
    cookie = site.cookie()
    assert (await site.get("/moderate", headers=cookie)).status_code == 303


async def test_a_question_is_answered_undone_and_answered_again(site: TheSite) -> None:
    cookie = site.cookie()
    item = site.asks_about(1)
    page = await site.get("/moderate/review", headers=cookie)
    assert "is it about mental health?" in page.text
    answer = await site.post(f"/moderate/review/{item}", {"act": "no"}, headers=cookie)
    assert answer.headers["location"] == f"/moderate/review?done=no&item={item}"
    with site.store() as store:
        assert [(one.answer, one.moderator) for one in store.verdicts()] == [(Answer.NO, MO)]
        assert store.review_item(item).settled
    done = await site.get(answer.headers["location"], headers=cookie)
    assert "Answered no." in done.text
    await site.post(f"/moderate/review/{item}", {"act": "undo"}, headers=cookie)
    with site.store() as store:
        assert store.verdicts() == ()
        assert not store.review_item(item).settled
        acts = [one.act for one in store.moderations(subject=item)]
    assert acts == [ModerationAct.UNDONE, ModerationAct.ANSWERED]
    again = await site.post(f"/moderate/review/{item}", {"act": "undo"}, headers=cookie)
    assert again.status_code == 409
    assert (
        await site.post("/moderate/review/rv-none", {"act": "no"}, headers=cookie)
    ).status_code == 404
    assert (
        await site.post(f"/moderate/review/{item}", {"act": "?"}, headers=cookie)
    ).status_code == 400


async def test_held_mail_is_read_released_and_dropped(site: TheSite) -> None:
    cookie = site.cookie()
    one, other = site.holds(), site.holds("ben@example.org", "<b>Thirteen</b> tenders")
    page = await site.get("/moderate/held", headers=cookie)
    assert "&lt;b&gt;Thirteen" in page.text
    shown = await site.get(f"/moderate/held/{one}", headers=cookie)
    assert "Crisis café for adults" in shown.text
    await site.post(f"/moderate/held/{one}", {"act": "release"}, headers=cookie)
    silent = await site.post(f"/moderate/held/{other}", {"act": "drop"}, headers=cookie)
    assert (silent.status_code, "Say in a few words" in silent.text) == (400, True)
    await site.post(
        f"/moderate/held/{other}", {"act": "drop", "because": "an old archive"}, headers=cookie
    )
    with site.store() as store:
        assert store.delivery(one).state is MessageState.PENDING
        assert store.delivery(other).state is MessageState.DROPPED
        assert [(e.act, e.by, e.because) for e in store.moderations(subject=other)] == [
            (ModerationAct.DROPPED, MO, "an old archive")
        ]
    again = await site.post(f"/moderate/held/{one}", {"act": "release"}, headers=cookie)
    assert again.status_code == 409


async def test_everything_held_is_released_with_one_press(site: TheSite) -> None:
    ids = [site.holds(f"a{n}@example.org") for n in range(3)]
    await site.post("/moderate/held", headers=site.cookie())
    with site.store() as store:
        assert {store.delivery(one).state for one in ids} == {MessageState.PENDING}


async def test_a_verdict_is_said_and_taken_back(site: TheSite) -> None:
    cookie, found = site.cookie(), site.first_id()
    path = f"/moderate/opportunities/{found}"
    assert TITLES[1] in (await site.get("/moderate/opportunities", headers=cookie)).text
    answer = await site.post(path, {"act": "yes"}, headers=cookie)
    page = await site.get(answer.headers["location"], headers=cookie)
    assert "You said yes" in page.text
    await site.post(path, {"act": "undo"}, headers=cookie)
    with site.store() as store:
        assert store.verdicts() == ()
    assert (await site.post(path, {"act": "undo"}, headers=cookie)).status_code == 404


async def test_consent_evidence_is_two_presses_from_the_overview(site: TheSite) -> None:
    ann, cookie = site.joins(), site.cookie()
    overview = BeautifulSoup((await site.get("/moderate", headers=cookie)).text, "lxml")
    assert overview.find("a", href="/moderate/members")
    found = await site.post("/moderate/members", {"address": ANN.upper()}, headers=cookie)
    assert found.headers["location"] == f"/moderate/members/{ann}"
    page = await site.get(found.headers["location"], headers=cookie)
    assert "pressed the button behind the link" in page.text
    assert "will keep your address" in page.text
    unknown = await site.post("/moderate/members", {"address": "no@example.org"}, headers=cookie)
    assert (unknown.status_code, "Nothing is kept on" in unknown.text) == (404, True)


async def test_the_list_is_taken_out_only_after_signing_in_afresh(site: TheSite) -> None:
    site.joins("=cmd@example.org")
    cookie = site.cookie()
    answer = await site.post("/moderate/export", headers=cookie)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][0] == "'=cmd@example.org"
    with site.store() as store:
        assert store.moderations()[0].act is ModerationAct.EXPORTED
    site.clock.advance(minutes=16)
    late = await site.post("/moderate/export", headers=cookie)
    assert (late.status_code, late.headers["location"]) == (303, "/moderate/members")
    assert "show that it is still you" in (await site.get("/moderate/members", headers=cookie)).text
    await site.post("/moderate/again", headers=cookie)
    fresh = await site.post(await link_mailed(site), headers=cookie)
    new = {"cookie": fresh.headers["set-cookie"].split(";")[0]}
    assert (await site.post("/moderate/export", headers=new)).status_code == 200
    assert (await site.get("/moderate", headers=cookie)).status_code == 303


async def test_an_erased_reader_takes_what_moderators_did_about_them_along(site: TheSite) -> None:
    message = site.holds()
    with site.store() as store:
        ann = store.delivery(message).message.subscriber_id
    await site.post(
        f"/moderate/held/{message}", {"act": "drop", "because": "no"}, headers=site.cookie()
    )
    exported = await site.post(f"{site.path(Purpose.PREFERENCES, ann)}/export")
    assert "dropped" in exported.text
    assert MO not in exported.text
    await site.post(f"{site.path(Purpose.PREFERENCES, ann)}/erase")
    with site.store() as store:
        assert store.moderations(subject=message) == ()


async def test_pages_of_moderators_are_whole_and_quote_nothing_raw(site: TheSite) -> None:
    cookie = site.cookie()
    site.holds(words="<script>alert(1)</script>")
    with site.store() as store:
        site.arrives(store, 9, title="<img src=x onerror=alert(1)> crisis café")
    for path in ("", "/review", "/review?settled=1", "/held", "/opportunities", "/members",
                 "/opportunities?which=nearly", "/held?page=999"):  # fmt: skip
        answer = await site.get(f"/moderate{path}", headers=cookie)
        assert answer.status_code == 200, path
        assert "<script" not in answer.text
        assert "<img src=x" not in answer.text
        page = BeautifulSoup(answer.text, "lxml")
        assert len(page.find_all("h1")) == 1
        assert all(form["method"] == "post" for form in page.find_all("form"))
    assert (await site.get("/moderate/nowhere", headers=cookie)).status_code == 404


async def test_a_likely_link_is_joined_and_undone_on_the_page(site: TheSite) -> None:
    cookie = site.cookie()
    with site.store() as store:
        site.arrives(store, 1, source_id="contracts-finder", notice_id="cf-1", ocid="ocds-x-1")
        (item,) = (one for one in store.review_items() if one.kind is ReviewKind.LIKELY_LINK)
        before = len(list(store.opportunities()))
    await site.post(f"/moderate/review/{item.id}", {"act": "yes"}, headers=cookie)
    with site.store() as store:
        assert len(list(store.opportunities())) == before - 1
    settled = await site.get("/moderate/review?settled=1", headers=cookie)
    assert f"{MO} answered “yes”" in settled.text
    await site.post(f"/moderate/review/{item.id}", {"act": "undo", "settled": "1"}, headers=cookie)
    with site.store() as store:
        assert len(list(store.opportunities())) == before
        assert not store.review_item(item.id).settled


async def test_a_member_of_a_list_sees_and_agrees_to_their_own_words(site: TheSite) -> None:
    with site.store() as store:
        bringing = members.Bringing(
            store=store, clock=site.clock, host=site.instance.settings.host, keys=site.keys,
            types={}, source="members.csv", links=site.links,
        )  # fmt: skip
        members.bring_in(b"Email\nann@example.org\n", bringing, by=MO)
        path = link_in(mails(store, "confirm-")[-1].text or "").removeprefix(site.base)
    page = await site.get(path)
    assert "list of member organisations" in page.text
    await site.post(path)
    with site.store() as store:
        ann = subscribe.find(ANN, store=store)
        given = store.consents(ann.id)[-1]
    assert ann.state is SubscriberState.CONFIRMED
    assert given.words is not None
    assert given.words in BeautifulSoup(page.text, "lxml").get_text()
    assert ann.consent is not None
    assert ann.consent.wording == given.wording == "member 1"


async def test_a_restored_copy_mails_no_moderator_either(site: TheSite) -> None:
    with site.store() as store:
        hold = MailHold(kind=HoldKind.RESTORED, since=NOW, because="restored", known_until=NOW)
        store.hold_mail(hold)
    assert (await site.post(SIGN_IN, {"email": MO})).status_code == 303
    await asyncio.sleep(0.3)
    assert list(site.instance.outbox.glob("*.eml")) == []
