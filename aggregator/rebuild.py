"""Derive everything again from the payloads as they were served."""

from collections.abc import Mapping
from dataclasses import dataclass

from aggregator.collect import Reader
from aggregator.derive import derive
from aggregator.errors import SourceError
from aggregator.ports import Source
from aggregator.relevance import Profile
from aggregator.store import Store


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What a rebuild did. `state` is a hash over all opportunities and events."""

    payloads: int
    notices: int
    unreadable: tuple[str, ...]
    state: str


async def run(
    sources: Mapping[str, Source], *, store: Store, read: Reader, profile: Profile
) -> Rebuilt:
    """Read all payloads again, then derive opportunities and events from all notices.

    Notices of sources that are no longer configured stay as they were understood. What was
    already told stays told, and nothing that is found anew is told as new.
    """
    payloads = 0
    unreadable: list[str] = []
    for stored in store.payloads():
        source = sources.get(stored.payload.request.source_id)
        if source is None:
            continue
        payloads += 1
        try:
            parsed = await read(source, stored.payload)
        except SourceError as fault:
            unreadable.append(f"payload {stored.id} of {source.id}: {fault}")
            continue
        with store.transaction():
            for notice in parsed.notices:
                store.renew_notice(
                    notice, payload_id=stored.id, retrieved_at=stored.payload.retrieved_at
                )
    with store.transaction():
        store.clear_derived()
        notices = 0
        for stored_notice in store.stored_notices():
            failed = derive([stored_notice], store=store, profile=profile)
            unreadable += [f"notice {one.record_id}: {one.reason}" for one in failed]
            notices += 1
        store.finish_rebuild()
    return Rebuilt(
        payloads=payloads,
        notices=notices,
        unreadable=tuple(unreadable),
        state=store.digest_of_state(),
    )
