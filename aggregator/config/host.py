"""The `host:` part of fairnotice.yaml: who runs this instance, as every mail and page shows it."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from aggregator.errors import ConfigError
from aggregator.model import Colours, Host
from aggregator.parsing import colours, place_names

FILE = "fairnotice.yaml"
LOGO_KINDS = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
LARGEST_LOGO = 200_000

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$")]
PageAddress = Annotated[str, Field(pattern=r"^https?://[^\s/@]+(/\S*)?$")]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]


def _readable_on(ground: str, named: str, text: str) -> str:
    shade = colours.colour(text)
    found = colours.contrast(shade, ground)
    if found < colours.READABLE:
        raise ValueError(
            f"cannot be read on {named} (contrast {found:.1f}, at least {colours.READABLE} is "
            f"needed); take a {'darker' if ground == colours.LIGHT else 'lighter'} one"
        )
    return shade


def _on_light(text: str) -> str:
    return _readable_on(colours.LIGHT, "our light pages", text)


def _on_dark(text: str) -> str:
    return _readable_on(colours.DARK, "our dark pages", text)


def _known_place(text: str) -> str:
    if place_names.meant(text) is None:
        near = ", ".join(place.name for place in place_names.resembling(text)[:3])
        hint = f"; did you mean one of: {near}?" if near else ""
        raise ValueError(f"is no place we know{hint}")
    return text


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColoursPart(_Part):
    """Own colours; by night the brand is lightened by itself unless `on_dark` says how."""

    brand: Annotated[str, AfterValidator(_on_light)]
    on_dark: Annotated[str, AfterValidator(_on_dark)] | None = None


class HostPart(_Part):
    """What a host may say of itself. privacy: its own words, or the address of its notice."""

    name: Line
    contact: Line
    address: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    base_url: WebAddress | None = None
    place: Annotated[Line, AfterValidator(_known_place)] | None = None
    logo: Line | None = None
    colours: ColoursPart | None = None
    privacy: Text | None = None
    privacy_link: PageAddress | None = None


def host_of(part: HostPart, home: Path, line: int | None = None) -> Host:
    """The host of an instance whose files are in `home`. line: where the logo is named.

    Raises ConfigError when the logo is no picture that we can show.
    """
    return Host(
        name=part.name,
        contact=part.contact,
        base_url=part.base_url.rstrip("/") if part.base_url else None,
        address=" ".join(part.address.split()) if part.address else None,
        place=part.place,
        logo=str(_logo(home / part.logo, line)) if part.logo else None,
        colours=_colours(part.colours) if part.colours else None,
        privacy=part.privacy,
        privacy_link=part.privacy_link,
    )


def _colours(own: ColoursPart) -> Colours:
    return Colours(brand=own.brand, on_dark=own.on_dark or colours.lightened(own.brand))


def _logo(path: Path, line: int | None) -> Path:
    beginning = LOGO_KINDS.get(path.suffix.lower())
    if beginning is None:
        raise _logo_problem("must be a .png or .jpg file beside this one", line)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_LOGO + 1)
    except OSError as fault:
        raise _logo_problem(f"cannot be read: {fault.strerror} ({path})", line) from None
    if len(content) > LARGEST_LOGO:
        raise _logo_problem(f"is larger than {LARGEST_LOGO // 1000} kB; make it smaller", line)
    if not content.startswith(beginning):
        raise _logo_problem(f"does not hold a picture as its name {path.name} says", line)
    return path


def _logo_problem(words: str, line: int | None) -> ConfigError:
    return ConfigError(words, file=FILE, line=line, field="host.logo")
