"""Who wants to know what: subscribers, subscriptions, follows."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from aggregator.errors import StoreError, UnknownIdentifier
from aggregator.model import (
    Cadence,
    Channel,
    ChannelKind,
    Consent,
    Criteria,
    Follow,
    Language,
    ProviderProfile,
    Subscriber,
    SubscriberState,
    Subscription,
)
from aggregator.store.codec import (
    Body,
    from_moment,
    maybe_from_moment,
    maybe_moment,
    moment,
)
from aggregator.store.connection import Row
from aggregator.store.part import Part

PROVIDER: Body[ProviderProfile] = Body(ProviderProfile, "provider profile")

SUBSCRIBER = (
    "SELECT id, email, name, state, created_at, organisation_id, consent_given_at, consent_how,"
    " consent_wording, provider, language FROM subscribers"
)


class Subscribers(Part):
    """The part of the store that knows people's wishes."""

    def add_subscriber(self, subscriber: Subscriber) -> None:
        """Add an address. Raises StoreError where the id or the address is there already."""
        consent = subscriber.consent
        values = (
            subscriber.id,
            subscriber.email,
            folded(subscriber.email),
            subscriber.name,
            subscriber.state,
            moment(subscriber.created_at),
            subscriber.organisation_id,
            maybe_moment(consent.given_at if consent else None),
            consent.how if consent else None,
            consent.wording if consent else None,
            PROVIDER.text(subscriber.provider) if subscriber.provider else None,
            subscriber.language,
        )
        added = self._db.write(
            "INSERT INTO subscribers (id, email, folded_email, name, state, created_at,"
            " organisation_id, consent_given_at, consent_how, consent_wording, provider,"
            " language) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            values,
        )
        if not added:
            raise StoreError(
                "This address is subscribed already. Change what it receives instead of adding it."
            )

    def subscriber(self, subscriber_id: str) -> Subscriber:
        """One subscriber. Raises UnknownIdentifier."""
        row = self._db.row(f"{SUBSCRIBER} WHERE id = ?", (subscriber_id,))
        if row is None:
            raise UnknownIdentifier(f"There is no subscriber “{subscriber_id}”.")
        return _subscriber(row)

    def subscriber_by_email(self, email: str) -> Subscriber | None:
        """The subscriber with this address, capital letters or not; None where there is none."""
        row = self._db.row(f"{SUBSCRIBER} WHERE folded_email = ?", (folded(email),))
        return None if row is None else _subscriber(row)

    def subscribers(self) -> tuple[Subscriber, ...]:
        """All subscribers in every state, earliest first."""
        return tuple(map(_subscriber, self._db.rows(f"{SUBSCRIBER} ORDER BY created_at, id")))

    def set_subscriber_state(
        self, subscriber_id: str, state: SubscriberState, *, consent: Consent | None = None
    ) -> None:
        """Move a subscriber on; `consent`, where given, takes the place of the former one.

        Raises UnknownIdentifier.
        """
        changed = self._db.write(
            "UPDATE subscribers SET state = ?, consent_given_at = ifnull(?, consent_given_at),"
            " consent_how = ifnull(?, consent_how),"
            " consent_wording = ifnull(?, consent_wording) WHERE id = ?",
            (
                state,
                maybe_moment(consent.given_at if consent else None),
                consent.how if consent else None,
                consent.wording if consent else None,
                subscriber_id,
            ),
        )
        if not changed:
            raise UnknownIdentifier(f"There is no subscriber “{subscriber_id}”.")

    def set_provider_profile(self, subscriber_id: str, profile: ProviderProfile | None) -> None:
        """What a subscriber's organisation says of itself; None forgets it.

        Raises UnknownIdentifier.
        """
        text = PROVIDER.text(profile) if profile else None
        if not self._db.write(
            "UPDATE subscribers SET provider = ? WHERE id = ?", (text, subscriber_id)
        ):
            raise UnknownIdentifier(f"There is no subscriber “{subscriber_id}”.")

    def set_language(self, subscriber_id: str, language: Language) -> None:
        """The language of our own words to a subscriber. Raises UnknownIdentifier."""
        if not self._db.write(
            "UPDATE subscribers SET language = ? WHERE id = ?", (language, subscriber_id)
        ):
            raise UnknownIdentifier(f"There is no subscriber “{subscriber_id}”.")

    def add_subscription(self, subscription: Subscription) -> None:
        """Add a wish. Raises UnknownIdentifier where its subscriber is not there."""
        with self.transaction():
            self.subscriber(subscription.subscriber_id)
            self._db.write(
                "INSERT INTO subscriptions (id, subscriber_id, channel, secret, cadence, name,"
                " created_at, criteria, hour, still_watching)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    subscription.id,
                    subscription.subscriber_id,
                    subscription.channel.key,
                    subscription.channel.secret,
                    subscription.cadence,
                    subscription.name,
                    moment(subscription.created_at),
                    CRITERIA.text(subscription.criteria),
                    subscription.hour,
                    subscription.still_watching,
                ),
            )

    def subscriptions(self, subscriber_id: str | None = None) -> tuple[Subscription, ...]:
        """The wishes of one subscriber, or of all, earliest first."""
        return tuple(
            _subscription(row)
            for row in self._db.rows(
                "SELECT id, subscriber_id, channel, secret, cadence, name, created_at, criteria,"
                " hour, still_watching FROM subscriptions"
                " WHERE subscriber_id = ifnull(?, subscriber_id)"
                " ORDER BY created_at, id",
                (subscriber_id,),
            )
        )

    def unopened(self, subscriber_id: str) -> frozenset[str]:
        """Ids of the subscriptions that were not told yet what was open when they began."""
        rows = self._db.rows(
            "SELECT id FROM subscriptions WHERE subscriber_id = ? AND opened_at IS NULL",
            (subscriber_id,),
        )
        return frozenset(identifier for (identifier,) in rows)

    def set_opened(self, subscription_ids: Iterable[str], at: datetime) -> None:
        """Note that these subscriptions were told what is open."""
        self._db.write_many(
            "UPDATE subscriptions SET opened_at = ? WHERE id = ? AND opened_at IS NULL",
            [(moment(at), identifier) for identifier in subscription_ids],
        )

    def remove_subscription(self, subscription_id: str) -> None:
        """Forget a wish. Raises UnknownIdentifier."""
        if not self._db.write("DELETE FROM subscriptions WHERE id = ?", (subscription_id,)):
            raise UnknownIdentifier(f"There is no subscription “{subscription_id}”.")

    def add_follow(self, follow: Follow) -> None:
        """Watch one opportunity; watching it twice is watching it once."""
        self._db.write(
            "INSERT INTO follows (subscriber_id, opportunity_id, since) VALUES (?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (follow.subscriber_id, follow.opportunity_id, moment(follow.since)),
        )

    def remove_follow(self, subscriber_id: str, opportunity_id: str) -> None:
        """Stop watching an opportunity, under whichever of its ids it was followed."""
        self._db.write(
            "DELETE FROM follows WHERE subscriber_id = ?1 AND opportunity_id IN ("
            " SELECT ?2 UNION SELECT older FROM aliases WHERE younger = ?2 AND in_force"
            " UNION SELECT a.younger FROM aliases a WHERE in_force AND a.older = ifnull("
            "  (SELECT older FROM aliases WHERE younger = ?2 AND in_force), ?2))",
            (subscriber_id, opportunity_id),
        )

    def follows(self, subscriber_id: str) -> tuple[Follow, ...]:
        """What a subscriber watches, by present ids, the earliest first."""
        rows = self._db.rows(
            "SELECT ifnull(a.older, f.opportunity_id) AS present, min(f.since) AS since"
            " FROM follows f LEFT JOIN aliases a ON a.younger = f.opportunity_id AND a.in_force"
            " WHERE f.subscriber_id = ? GROUP BY present ORDER BY since, present",
            (subscriber_id,),
        )
        return tuple(
            Follow(subscriber_id=subscriber_id, opportunity_id=present, since=from_moment(since))
            for present, since in rows
        )


CRITERIA: Body[Criteria] = Body(Criteria, "set of criteria")
KNOWN = frozenset(Criteria.__dataclass_fields__)


def criteria_of(text: str, subscription_id: str) -> Criteria:
    """The filter of a subscription; what it does not name keeps its default.

    Raises StoreError, which names what this version does not know: passing it over would send
    somebody what they did not ask for.
    """
    try:
        given = msgspec.json.decode(text)
        unknown = sorted(set(given) - KNOWN) if isinstance(given, dict) else ()
        if unknown:
            raise StoreError(
                f"Subscription {subscription_id} asks for what this version of Fair Notice does "
                f"not know: {', '.join(unknown)}. It was made by a later version; install that."
            )
        return msgspec.convert(given, Criteria)
    except msgspec.MsgspecError as error:
        raise StoreError(
            f"The filter of subscription {subscription_id} cannot be read by this version of Fair "
            f"Notice ({error}). If it was made by a later version, install that."
        ) from error


def channel_of(key: str, secret: str | None = None) -> Channel:
    """The channel behind its key, "email:director@example.org"."""
    kind, _, target = key.partition(":")
    return Channel(kind=ChannelKind(kind), target=target, secret=secret)


def folded(email: str) -> str:
    """For comparison: capital letters or not, it is the same address."""
    return email.strip().casefold()


def _subscriber(row: Row) -> Subscriber:
    given_at = maybe_from_moment(row[6])
    return Subscriber(
        id=row[0],
        email=row[1],
        name=row[2],
        state=SubscriberState(row[3]),
        created_at=from_moment(row[4]),
        organisation_id=row[5],
        consent=Consent(given_at=given_at, how=row[7], wording=row[8]) if given_at else None,
        provider=PROVIDER.value(row[9]) if row[9] else None,
        language=Language(row[10]),
    )


def _subscription(row: Row) -> Subscription:
    return Subscription(
        id=row[0],
        subscriber_id=row[1],
        channel=channel_of(row[2], row[3]),
        cadence=Cadence(row[4]),
        name=row[5],
        created_at=from_moment(row[6]),
        criteria=criteria_of(row[7], row[0]),
        hour=row[8],
        still_watching=None if row[9] is None else bool(row[9]),
    )
