"""Moderators: signing in by a mailed link, and sessions that can be ended at once.

A link is a secret of 256 bits, works once and for fifteen minutes; so is what a browser keeps for a
session. Of both the store keeps fingerprints only. Who may sign in stands in fairnotice.yaml, and
is asked again with every request: who is taken out there is out.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator import identity
from aggregator.model import (
    Channel,
    ChannelKind,
    Host,
    Message,
    MessageKind,
    Moderation,
    ModerationAct,
    Session,
)
from aggregator.ports import Clock
from aggregator.store import Store

LINK_WORKS = timedelta(minutes=15)
IDLE = timedelta(hours=1)
AT_MOST = timedelta(hours=12)
FRESH = timedelta(minutes=15)
"""How long after signing in a list of members may be taken out."""

SEEN_EVERY = timedelta(minutes=1)
LONGEST = 100
PATH = "/moderate/sign-in/"


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedIn:
    """A session that has just begun. secret: for the browser alone."""

    session: Session
    secret: str


def known(address: str, moderators: Collection[str]) -> str | None:
    """The moderator with this address as the settings write it, None for anybody else."""
    wanted = address.strip().casefold()
    return next((one for one in moderators if one.casefold() == wanted), None)


def link(moderator: str, *, base_url: str, store: Store, clock: Clock) -> str:
    """A link that signs this moderator in once."""
    secret = secrets.token_urlsafe(32)
    store.keep_sign_in(fingerprint(secret), moderator, clock.now())
    return f"{base_url}{PATH}{secret}"


def mail(moderator: str, address: str, *, host: Host, now: datetime) -> Message:
    """The mail with the link. It is sent at once and kept nowhere."""
    where = f"\n{host.address}" if host.address else ""
    text = (
        f"Open this page and press the button there to sign in as a moderator of {host.name}:\n\n"
        f"{address}\n\nThe link works once, for fifteen minutes. If you did not ask for it, do "
        "nothing; nobody is signed in without that button.\n"
    )
    return Message(
        id=f"sign-in-{identity.message_id(fingerprint(address), moderator, now.isoformat())}",
        subscriber_id="moderator",
        channel=Channel(kind=ChannelKind.EMAIL, target=moderator),
        created_at=now,
        subject=f"Sign in to Fair Notice: {host.name}",
        text=f"{text}\n-- \n{host.name}{where}\n{host.contact}\n",
        kind=MessageKind.SERVICE,
    )


def sign_in(
    secret: str, *, moderators: Collection[str], store: Store, clock: Clock, former: str = ""
) -> SignedIn | None:
    """Use a link up and begin a session; None where it does not work (any more).

    former: the secret of the session this browser had, which ends.
    """
    now = clock.now()
    with store.transaction():
        asked = store.use_sign_in(fingerprint(secret), now - LINK_WORKS)
        moderator = known(asked, moderators) if asked else None
        if moderator is None:
            return None
        sign_out(former, store=store)
        store.end_sessions([one.id for one in store.sessions() if has_run_out(one, now)])
        fresh = secrets.token_urlsafe(32)
        session = Session(id=secrets.token_hex(4), moderator=moderator, begun_at=now, seen_at=now)
        store.begin_session(fingerprint(fresh), session)
        note(ModerationAct.SIGNED_IN, session.id, moderator, store, clock)
    return SignedIn(session=session, secret=fresh)


def present(
    secret: str, *, moderators: Collection[str], store: Store, clock: Clock
) -> Session | None:
    """The session of a request; None where nobody is signed in, which also ends what has run out.

    A clock that went back ends a session rather than making it longer.
    """
    now = clock.now()
    found = store.session(fingerprint(secret)) if secret else None
    if found is None:
        return None
    if has_run_out(found, now) or known(found.moderator, moderators) is None:
        store.end_sessions([found.id])
        return None
    if now - found.seen_at >= SEEN_EVERY:
        store.see_session(found.id, now)
    return found


def has_run_out(session: Session, now: datetime) -> bool:
    """Whether a session is too old, was not used for too long, or is of another time."""
    return not timedelta(0) <= now - session.begun_at < AT_MOST or now - session.seen_at >= IDLE


def is_fresh(session: Session, now: datetime) -> bool:
    """Whether they signed in so lately that they may take a list of members out."""
    return now - session.begun_at < FRESH


def sign_out(secret: str, *, store: Store) -> None:
    """End the session of a browser."""
    found = store.session(fingerprint(secret)) if secret else None
    if found is not None:
        store.end_sessions([found.id])


def revoke(text: str, *, by: str, store: Store, clock: Clock) -> tuple[int, int]:
    """End sessions by id, by a moderator's address, or "all"; says how many, and of links.

    The links that were sent to that address (or to all) stop working too.
    """
    wanted = text.strip().casefold()
    with store.transaction():
        every = store.sessions()
        ended = [
            one for one in every if wanted in ("all", one.id) or one.moderator.casefold() == wanted
        ]
        count = store.end_sessions([one.id for one in ended])
        links = store.forget_sign_ins(None if wanted == "all" else text.strip())
        if count or links:
            subject = ", ".join(sorted({one.moderator for one in ended})) or text.strip()
            note(ModerationAct.REVOKED, subject, by, store, clock)
    return count, links


def note(act: ModerationAct, subject: str, by: str, store: Store, clock: Clock) -> None:
    """A line in the record."""
    store.record_moderation(Moderation(at=clock.now(), by=by, act=act, subject=subject))


def fingerprint(secret: str) -> str:
    """What the store keeps of a secret; a long text is cut before it costs anything."""
    return hashlib.sha256(secret[:LONGEST].encode(errors="replace")).hexdigest()
