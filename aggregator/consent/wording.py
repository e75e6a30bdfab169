"""The words people agree to, each version with its number; a test keeps number and words together.

Consent must be shown to have been informed, so the record names who asked (the host, as
controller), for what, and that it can be ended at any time (ICO, "How should we obtain, record and
manage consent?").
"""

from dataclasses import dataclass

from aggregator.model import Host


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """A text that is agreed to. {host} stands for the host's name. Change both or none."""

    version: str
    text: str

    def of(self, host: Host) -> str:
        """The words as a person saw them."""
        return self.text.replace("{host}", host.name)


SIGN_UP = Wording(
    version="sign-up 1",
    text=(
        "{host} will keep your address and what you asked for, and send you mails about notices "
        "that match it. It uses them for nothing else and gives them to nobody. You can stop at "
        "any time with one press, from any mail. Nothing is sent until you confirm."
    ),
)
ADDRESS = Wording(
    version="change of address 1",
    text=(
        "{host} will send your digests to the new address once you confirm it there, and will "
        "tell the old address that this was asked for."
    ),
)
COLLEAGUE = Wording(
    version="colleague 1",
    text=(
        "{host} will ask your colleague, in one mail, whether they want the digests you get. "
        "Nothing else is sent unless they confirm."
    ),
)
WORDINGS = (SIGN_UP, ADDRESS, COLLEAGUE)


def sign_up_words(host: Host) -> str:
    """What stands above the button that signs up."""
    return SIGN_UP.of(host)
