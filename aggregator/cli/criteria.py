"""From what a person typed to Criteria and Channel, refusing typing errors with what is allowed."""

import base64
import re
import secrets
from collections.abc import Iterable, Sequence
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

import typer

from aggregator import relevance
from aggregator.model import Channel, ChannelKind, Criteria, ProviderProfile, Stage, Verdict
from aggregator.model.alerting import DEFAULT_STAGES
from aggregator.parsing import places as known_places

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
        places=tuple(code for word in places for code in place_codes(word)),
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
        places=tuple(code for word in places for code in place_codes(word)),
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


def place_codes(word: str) -> tuple[str, ...]:
    """The ITL codes of a place given by name or code."""
    if known_places.name(word.upper()):
        return (word.upper(),)
    found = known_places.find(word)
    if not found:
        raise typer.BadParameter(
            f"{word!r} is no place we know; give a council, a county, a region, a nation, or an "
            "ITL code such as UKE4",
            param_hint="--place",
        )
    return tuple(code for code, _ in found)


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
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    return Channel(kind=ChannelKind.WEBHOOK, target=webhook, secret=secret)


def address(email: str) -> str:
    """An e-mail address that mail can be sent to. Raises typer.BadParameter."""
    from aggregator.deliver import checked_address
    from aggregator.errors import PermanentFailure

    try:
        return checked_address(email)
    except PermanentFailure as fault:
        raise typer.BadParameter(str(fault), param_hint="EMAIL") from None
