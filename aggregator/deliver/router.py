"""Picks the notifier by the kind of channel."""

from dataclasses import dataclass

from aggregator.errors import PermanentFailure
from aggregator.model import ChannelKind, Message, Receipt
from aggregator.ports import Notifier, Paced


@dataclass(frozen=True, kw_only=True)
class Router:
    """One Notifier in front of several; None for a kind this host has not set up."""

    email: Notifier | None = None
    webhook: Notifier | None = None

    async def send(self, message: Message) -> Receipt:
        """Send by the notifier of the message's channel. Raises DeliveryError."""
        return await self._notifier(message).send(message)

    async def turn(self, message: Message) -> None:
        """Wait where the message's notifier has to."""
        is_mail = message.channel.kind is ChannelKind.EMAIL
        notifier: object = self.email if is_mail else self.webhook
        if isinstance(notifier, Paced):
            await notifier.turn(message)

    async def was_sent(self, message: Message) -> bool | None:
        """What the notifier of the message's channel knows."""
        return await self._notifier(message).was_sent(message)

    def _notifier(self, message: Message) -> Notifier:
        kind = message.channel.kind
        notifier = {ChannelKind.EMAIL: self.email, ChannelKind.WEBHOOK: self.webhook}[kind]
        if notifier is None:
            raise PermanentFailure(f"no way to send by {kind} is set up on this host")
        return notifier
