"""From what a person typed to Criteria and Channel, refusing typing errors with what is allowed."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

import typer

from aggregator import relevance, subscribe
from aggregator.cli.root import wait_for
from aggregator.model import Channel, ChannelKind, Criteria, ProviderProfile, Stage, Verdict
from aggregator.model.alerting import DEFAULT_STAGES
from aggregator.parsing import place_names

E = TypeVar("E", bound=StrEnum)


def criteria_of(
    *,
    verdicts: Sequence[str],
    types: Sequence[str],
    places: Sequence[str],
    stages: Sequence[str],
    words: Sequence[str],
    without_words: Sequence[str],
    most_value: Decimal | None,
) -> Criteria:
    """The filter. Raises typer.BadParameter naming the option and what is allowed."""
    return Criteria(
        verdicts=members(Verdict, verdicts, "--verdict") or (Verdict.CORE,),
        types=tuple(service_type(word) for word in types),
        places=codes_of(places),
        stages=members(Stage, stages, "--stage") or DEFAULT_STAGES,
        words=tuple(words),
        without_words=tuple(without_words),
        most_value=most_value,
    )


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
    """The ITL codes of the one place a name or code stands for, each once.

    Raises typer.BadParameter where it stands for none, or may stand for several: nobody shall be
    told of places they did not ask for.
    """
    if place := place_names.meant(word):
        return place.codes
    if near := place_names.resembling(word):
        listed = "; ".join(f"{place.name} ({', '.join(place.codes)})" for place in near)
        raise typer.BadParameter(
            f"{word!r} may mean more than one place, or only part of a name; give a name in full "
            f"or the code behind it: {listed}",
            param_hint="--place",
        )
    raise typer.BadParameter(
        f"{word!r} is no place we know; give a council, a county, a region, a nation, or an "
        "ITL code such as UKE4",
        param_hint="--place",
    )


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
