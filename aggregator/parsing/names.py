"""Names of public bodies to compare: spellings of one body become equal, two bodies never do."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from aggregator import reference
from aggregator.parsing.folding import fold
from aggregator.reference import Council

_REMEMBERED = 20_000
_LONGEST = 300

_NOISE = re.compile(r"[^\w\s]")
_ACRONYM_AT_END = re.compile(r"\s*[(\[]([A-Z][A-Za-z&]{1,9})[)\]]\s*$")
_SMALL_WORDS = frozenset({"and", "of", "the", "for", "in", "&"})
_SHORT_FORMS = {
    "mbc": "metropolitan borough council",
    "mdc": "metropolitan district council",
    "lbc": "london borough council",
    "icb": "integrated care board",
    "ccg": "clinical commissioning group",
    "nhsft": "nhs foundation trust",
    "ltd": "limited",
    "dept": "department",
    "govt": "government",
    "cic": "community interest company",
}
_DOUBTFUL = {
    "bc": ("borough council",),
    "cc": ("county council", "city council"),
    "cbc": ("county borough council", "borough council"),
    "dc": ("district council",),
    "rbc": ("borough council",),
}
"""Short forms that stand for several things: read only where one reading is a known council."""

_PREFIXES = ("the ", "mayor and burgesses of the ", "mayor and burgesses of ")


@lru_cache(maxsize=_REMEMBERED)
def buyer_name(name: str) -> str:
    """A name normalised for comparison.

    Case, accents, "&", "The", punctuation, legal forms and usual short forms are evened out; the
    many names of a council ("Solihull MBC", "Solihull Council") become its official one. Bodies
    that follow one another (Somerset County Council, Somerset Council) stay apart.
    """
    words = _words(_without_acronym(name[:_LONGEST]))
    known = _councils()
    if words in known:
        return known[words]
    spelt_out = " ".join(_SHORT_FORMS.get(word, word) for word in words.split())
    spelt_out = spelt_out.replace("nhs ft", "nhs foundation trust")
    if "integrated care board" in spelt_out:
        spelt_out = spelt_out.removeprefix("nhs ")
    return known.get(spelt_out) or _by_doubtful_form(spelt_out, known) or spelt_out


def _words(name: str) -> str:
    """Lower-case words without marks; "St. Helens" and "St Helens", "King's" and "Kings"."""
    folded = fold(name).replace("'", "").replace("&", " and ")
    folded = re.sub(r"\b(\w)\.(?=\w\.|\W|$)", r"\1", folded)
    words = " ".join(_NOISE.sub(" ", folded).split())
    for prefix in _PREFIXES:
        words = words.removeprefix(prefix)
    return words


def _without_acronym(name: str) -> str:
    """ "Kent County Council (KCC)" without the brackets, where the letters are its initials."""
    found = _ACRONYM_AT_END.search(name)
    if found is None or not name[: found.start()].strip():
        return name
    words = [
        w for w in re.split(r"[\s/-]+", name[: found.start()]) if w.lower() not in _SMALL_WORDS
    ]
    initials = iter("".join(word[0] for word in words if word).lower())
    letters = found[1].lower().replace("&", "")
    return name[: found.start()] if all(letter in initials for letter in letters) else name


def _by_doubtful_form(words: str, known: Mapping[str, str]) -> str | None:
    """The one known council that "… CC" or "… BC" can mean."""
    start, _, last = words.rpartition(" ")
    readings = {known.get(f"{start} {form}") for form in _DOUBTFUL.get(last, ())} - {None}
    return readings.pop() if len(readings) == 1 else None


@cache
def _councils() -> Mapping[str, str]:
    """Every name that means exactly one council, to its official name in comparable form.

    Official names come first, so that no variant of one council covers the name of another.
    """
    official = {_words(council.name): _words(council.name) for council in reference.councils()}
    claims: dict[str, set[str]] = defaultdict(set)
    for council in reference.councils():
        for variant in _variants(council):
            claims[_words(variant)].add(_words(council.name))
    unique = {variant: next(iter(owners)) for variant, owners in claims.items() if len(owners) == 1}
    return unique | official


def _variants(council: Council) -> Iterator[str]:
    """Names people use; a place name alone is none, since it is no name of a body."""
    for other in council.other_names:
        if re.search(r"council|borough|authority|corporation|city of|county of", other.casefold()):
            yield other
    for place in (council.short_name, *_welsh_places(council)):
        yield from _by_kind(place, council)
    if council.kind != "COMB" and "city" in council.name.casefold().split():
        yield f"City of {council.short_name}"
        yield f"City of {council.short_name} Council"
        yield f"{council.short_name} City Council"


def _by_kind(place: str, council: Council) -> Iterator[str]:
    """The forms that councils of one kind go by."""
    if council.kind == "COMB":
        yield f"{place} Combined Authority"
        return
    yield f"{place} Council"
    for form in _FORMS.get(council.kind, ()):
        yield form.format(place)


_FORMS = {
    "MD": (
        "{} Metropolitan Borough Council",
        "{} Metropolitan Borough",
        "{} Metropolitan District Council",
        "{} Borough Council",
        "Metropolitan Borough of {}",
        "Metropolitan Borough Council of {}",
        "Borough of {}",
    ),
    "LBO": (
        "London Borough of {}",
        "London Borough of {} Council",
        "{} London Borough Council",
        "{} London Borough",
        "{} Borough Council",
        "LB {}",
        "LB of {}",
        "Royal Borough of {}",
        "Royal Borough of {} Council",
    ),
    "UA": ("{} Borough Council", "Borough of {}", "{} Unitary Authority"),
    "NMD": ("{} District Council", "{} Borough Council", "Borough of {}", "District of {}"),
    "CTY": ("{} County Council",),
    "WPA": ("{} County Council", "{} County Borough Council", "Cyngor {}", "Cyngor Sir {}"),
    "NID": ("{} Borough Council", "{} District Council"),
    "SCO": (),
}


def _welsh_places(council: Council) -> Iterator[str]:
    """Welsh place names are among the other names, as the only ones in a single word or two."""
    if council.kind == "WPA":
        for other in council.other_names:
            if not re.search(r"council|county|city|\bua\b", other.casefold()):
                yield other
