"""Members from a host's list: each is asked by a mail of their own, and nobody is confirmed."""

import secrets

from aggregator.consent.joining import pending
from aggregator.consent.mails import member_mail
from aggregator.consent.wording import MEMBER
from aggregator.links import Links
from aggregator.model import (
    ConsentAct,
    ConsentEntry,
    Host,
    MessageState,
    OptIn,
    OptInKind,
    Subscriber,
    Wish,
)
from aggregator.ports import Clock
from aggregator.store import Store


def invite_member(
    address: str,
    wish: Wish,
    *,
    how: str,
    store: Store,
    clock: Clock,
    host: Host,
    links: Links,
    group_id: str | None = None,
) -> Subscriber:
    """Ask an address that was never asked before, on behalf of the host.

    wish: what begins when they agree; with group_id the group's defaults as they are then. how:
    for the consent record ("the list members.csv"). The caller looked whether they may be asked.
    """
    now = clock.now()
    with store.transaction():
        subscriber = pending(address, now, store)
        opt_in = OptIn(
            id=secrets.token_hex(8),
            subscriber_id=subscriber.id,
            kind=OptInKind.DIGESTS,
            asked_at=now,
            wording=MEMBER.version,
            wish=wish,
            group_id=group_id,
        )
        store.save_opt_in(opt_in)
        store.record_consent(
            ConsentEntry(
                subscriber_id=subscriber.id,
                act=ConsentAct.ASKED,
                at=now,
                how=how,
                wording=MEMBER.version,
                words=MEMBER.of(host),
            )
        )
        mail = member_mail(opt_in, address, host=host, links=links, now=now)
        store.enqueue(mail, state=MessageState.PENDING, at=now)
    return subscriber
