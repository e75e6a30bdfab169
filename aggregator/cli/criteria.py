"""From what a person typed to Criteria and Channel, refusing typing errors with what is allowed."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

import typer

from aggregator import criteria, relevance, subscribe
from aggregator.cli.root import wait_for
from aggregator.criteria import criteria_from
from aggregator.model import Channel, ChannelKind, Criteria, ProviderProfile

E = TypeVar("E", bound=StrEnum)


OPTIONS = {
    "verdicts": "--verdict",
    "types": "--type",
    "places": "--place",
    "stages": "--stage",
    "sorts": "--kind",
    "words": "--word",
    "without_words": "--without",
    "buyers": "--buyer",
    "languages": "--language",
    "vcse_only": "--for-vcse-only",
}
"""What a field of the form is called on the command line; the others by their own names."""


def criteria_of(**form: "str | bool | Sequence[str] | None") -> Criteria:
    """The filter that options ask for. Raises typer.BadParameter naming the option."""
    typed = {
        name: ("yes" if given else "no") if isinstance(given, bool) else given
        for name, given in form.items()
        if given is not None and given != ()
    }
    found = criteria_from(typed, types=type_names())
    if isinstance(found, Criteria):
        return found
    first = found[0]
    more = "".join(f" And {problem.words}" for problem in found[1:3])
    option = OPTIONS.get(first.field) or f"--{first.field.replace('_', '-')}"
    raise typer.BadParameter(first.words + more, param_hint=option)


def type_names() -> dict[str, str]:
    """Service type -> its name in plain words."""
    profile = relevance.load_profile()
    return {one: profile.plain(one) for one in profile.type_ids}


NATIONS = {
    "england": "GB-ENG",
    "scotland": "GB-SCT",
    "wales": "GB-WLS",
    "northern ireland": "GB-NIR",
}


def provider_of(
    *,
    income: int | None,
    services: Sequence[str],
    places: Sequence[str],
    vcse: bool | None,
    nation: str | None,
) -> ProviderProfile | None:
    """What the charity says of itself; None where it says nothing beyond its places.

    Raises typer.BadParameter naming the option and what is allowed.
    """
    if income is None and vcse is None and nation is None and not services:
        return None
    return ProviderProfile(
        income=None if income is None else Decimal(income),
        places=codes_of(places),
        services=tuple(service_type(word, "--service") for word in services),
        vcse=vcse,
        nation=nation_code(nation) if nation else None,
    )


def nation_code(word: str) -> str:
    """The code of a nation by its name."""
    code = NATIONS.get(" ".join(word.casefold().split()))
    if code is None:
        known = ", ".join(name.title() for name in NATIONS)
        raise typer.BadParameter(f"{word!r} is none of: {known}", param_hint="--nation")
    return code


def members(kind: type[E], words: Iterable[str], option: str) -> tuple[E, ...]:
    """The members of an enumeration by their words."""
    try:
        return tuple(kind(word.strip().lower()) for word in words)
    except ValueError as fault:
        raise typer.BadParameter(
            f"{fault}; allowed are: {', '.join(kind)}", param_hint=option
        ) from None


def service_type(word: str, option: str = "--type") -> str:
    """A service type the profile knows."""
    known = sorted(relevance.load_profile().type_ids)
    if word in known:
        return word
    near = get_close_matches(word, known, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise typer.BadParameter(
        f"{word!r} is no service type; {hint}Known are: {', '.join(known)}", param_hint=option
    )


def codes_of(words: Iterable[str]) -> tuple[str, ...]:
    """The codes of all places named, each once. Raises typer.BadParameter."""
    return tuple(dict.fromkeys(code for word in words for code in place_codes(word)))


def place_codes(word: str) -> tuple[str, ...]:
    """The codes of the one place meant, each once. Raises typer.BadParameter where it is open."""
    found = criteria.place_codes(word)
    if isinstance(found, str):
        raise typer.BadParameter(found, param_hint="--place")
    return found


def channel_of(email: str, webhook: str | None) -> Channel:
    """By e-mail, or by a webhook with a secret of its own."""
    if webhook is None:
        return Channel(kind=ChannelKind.EMAIL, target=address(email))
    address(email)
    try:
        parts = urlsplit(webhook)
        usable = parts.port != 0 and bool(parts.hostname)
    except ValueError:  # a port or an address in brackets that cannot be
        usable = False
    if not usable or parts.scheme not in {"https", "http"} or re.search(r"[\s@]", parts.netloc):
        raise typer.BadParameter(f"{webhook!r} is no web address", param_hint="--webhook")
    if parts.scheme == "http":
        raise typer.BadParameter(
            "digests go only to addresses that begin with https://, so that nobody reads them on "
            "the way",
            param_hint="--webhook",
        )
    postable(webhook)
    return Channel(kind=ChannelKind.WEBHOOK, target=webhook, secret=subscribe.new_secret())


def postable(webhook: str) -> None:
    """Refuse what is never posted to. Raises typer.BadParameter."""
    from aggregator.deliver import check_target
    from aggregator.errors import PermanentFailure

    try:
        wait_for(check_target(webhook))
    except PermanentFailure as fault:
        raise typer.BadParameter(str(fault), param_hint="--webhook") from None


def address(email: str) -> str:
    """An e-mail address that mail can be sent to. Raises typer.BadParameter."""
    from aggregator.deliver import checked_address
    from aggregator.errors import PermanentFailure

    try:
        return checked_address(email)
    except PermanentFailure as fault:
        raise typer.BadParameter(str(fault), param_hint="EMAIL") from None
