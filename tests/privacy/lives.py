"""What a reader does and what happens to them, in one call each."""

from aggregator import complaints, consent, personal, service
from aggregator.forgetting import Swept
from aggregator.model import Receipt
from aggregator.tokens import Purpose
from web.sites import TheSite, link_in, mails

CANARY = "canary.7+x@vale-arden.example.org"
NEW = "Canary.Two@moved.example.org"
OTHER = "other.reader@example.org"


async def gets_a_digest(site: TheSite, address: str) -> str:
    """Signs up, and what is due is composed and sent into the outbox folder; gives the id."""
    reader = site.joins(address)
    await sends(site)
    return reader


async def sends(site: TheSite) -> int:
    """What is due is composed and sent; says how many went out."""
    with site.store() as store:
        service.compose(site.instance, store, now=site.clock.now())
        return (await service.deliver(site.instance, store, now=site.clock.now())).sent


def wants_to_move(site: TheSite, before: str, after: str) -> str:
    """Asks for another address; gives the token of the link in the mail there."""
    with site.store() as store:
        reader = store.subscriber_by_email(before)
        assert reader is not None
        consent.ask_to_move(
            reader.id,
            after,
            store=store,
            clock=site.clock,
            host=site.instance.settings.host,
            links=site.links,
        )
        return link_in(mails(store, "move-")[-1].text or "").rsplit("/", 1)[1]


def moves(site: TheSite, before: str, after: str) -> None:
    """Another address from here on."""
    text = wants_to_move(site, before, after)
    token = site.keys.read(Purpose.ADDRESS, text, now=site.clock.now())
    host = site.instance.settings.host
    with site.store() as store:
        consent.confirm(token, store=store, clock=site.clock, host=host, keys=site.keys)


def bounces(site: TheSite, address: str) -> None:
    """The mail server names the address in its answers."""
    with site.store() as store:
        message = mails(store)[-1]
        answer = f"550 5.1.1 <{address}>: Recipient address rejected"
        store._keep_receipt(
            Receipt(message_id=message.id, at=site.clock.now(), accepted=False, answer=answer)
        )
        store._db.write("UPDATE messages SET last_answer = ? WHERE id = ?", (answer, message.id))


def complains(site: TheSite, address: str, words: str = "You have the wrong name.") -> str:
    """Sends a complaint; gives its number."""
    host = site.instance.settings.host
    with site.store() as store:
        complaint = complaints.complain(address, words, store=store, clock=site.clock, host=host)
    assert complaint is not None
    return complaint.id


def answers(site: TheSite, number: str) -> None:
    """The host answered a complaint."""
    with site.store() as store:
        complaints.answer(number, "we did", store=store, clock=site.clock, keys=site.keys)


def stops(site: TheSite, address: str) -> str:
    """Presses stop; gives the id."""
    with site.store() as store:
        reader = store.subscriber_by_email(address)
        assert reader is not None
        consent.stop(reader.id, "in a test", store=store, clock=site.clock)
    return reader.id


def erases(site: TheSite, address: str, *, with_complaints: bool = False) -> None:
    """The address is to be forgotten."""
    with site.store() as store:
        service.erase_address(
            site.instance, store, address, clock=site.clock, with_complaints=with_complaints
        )


def sweeps(site: TheSite) -> Swept:
    """The job of the night."""
    with site.store() as store:
        return personal.sweep(site.instance, store, clock=site.clock)


def found(site: TheSite, address: str) -> list[str]:
    """Where an address lies, in everything of the instance."""
    search, _ = personal.search(site.instance, address)
    assert search.files > 1
    assert not search.unreadable
    return [f"{trace.where}: {', '.join(trace.how)}" for trace in search.traces]
