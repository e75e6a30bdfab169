"""The notice around the facts: identity, page, tags, kind, references to others."""

import re
from collections.abc import Iterator, Mapping

from aggregator.errors import RecordError
from aggregator.identity import release_version
from aggregator.model import Notice, RelatedProcess
from aggregator.normalise.dialect import Dialect
from aggregator.normalise.facts import facts, is_notice
from aggregator.normalise.sections import Sections, sections
from aggregator.normalise.values import address_at, time_at
from aggregator.ocds import Part

_OCID_IN_ADDRESS = re.compile(r"[?&]id=(ocds-[a-z0-9]{6}-[\w-]{1,60})", re.ASCII)
_OCID = "ocid"


def notice_from_release(release: Mapping[str, object], dialect: Dialect) -> Notice:
    """The notice a release makes.

    Raises RecordError where it cannot be used: it is no object, has no id, or says neither what
    is bought nor who buys. Whatever else is strange is left out and told in `flags`.
    """
    if not isinstance(release, Mapping):
        raise RecordError("release", "is no object")
    whole = Part(release, [])
    ocid, tags = whole.word("ocid"), whole.words("tag")
    version = release_version(release)
    parts = sections(whole)
    notices = _notices(parts)
    notice_id = _id(whole, dialect, ocid) or _id_without(notices, ocid, version)
    stated = facts(parts, dialect, ocid=ocid, tags=tags)
    if not (stated.title or stated.description or stated.buyers):
        raise RecordError("tender", "has no title, no description and no buyer")
    return Notice(
        source_id=dialect.source_id,
        notice_id=notice_id,
        version=version,
        facts=stated,
        ocid=ocid,
        published=time_at(whole, "date", dialect.zone),
        url=dialect.page_of(notice_id, ocid) or _page(notices, notice_id),
        language=_language(whole),
        tags=tags,
        notice_type=_notice_type(notices, notice_id),
        related=tuple(dict.fromkeys(_related(whole, ocid))),
        flags=tuple(dict.fromkeys(whole.odd)),
    )


def _language(release: Part) -> str | None:
    language = release.word("language")
    return language.lower() if language else None


def _id(release: Part, dialect: Dialect, ocid: str | None) -> str | None:
    published = release.word("id")
    if published and ocid and dialect.ids_within_ocid and not published.startswith(ocid):
        return f"{ocid}/{published}"
    return published


def _id_without(notices: list[Part], ocid: str | None, version: str) -> str:
    """An id for releases published without one, as Public Contracts Scotland did until 2019.

    The notice's own code ("APR352786") belongs to one notice; the version is the last resort.
    """
    if ocid is None:
        raise RecordError("id", "has neither id nor ocid")
    codes = (document.word("id") for document in notices)
    return f"{ocid}/{next(filter(None, codes), version)}"


def _notices(parts: Sections) -> list[Part]:
    """The documents of a release that are notices on the service's own site."""
    implementations = [contract.part("implementation") for contract in parts.contracts]
    places = (parts.planning, parts.tender, *parts.awards, *parts.contracts, *implementations)
    return [row for section in places for row in section.parts("documents") if is_notice(row)]


def _page(notices: list[Part], notice_id: str) -> str | None:
    """The page for people, as the release tells it; the notice's own before any other."""
    own_first = sorted(notices, key=lambda document: document.data.get("id") != notice_id)
    return next(filter(None, (address_at(document, "url") for document in own_first)), None)


def _notice_type(notices: list[Part], notice_id: str) -> str | None:
    """UK1 to UK17. A release lists earlier notices too: the one with its own id counts."""
    kinds = {
        document.word("id"): kind for document in notices if (kind := document.word("noticeType"))
    }
    if notice_id in kinds:
        return kinds[notice_id]
    return next(iter(kinds.values())) if len(set(kinds.values())) == 1 else None


def _related(release: Part, ocid: str | None) -> Iterator[RelatedProcess]:
    """References to other notices and procurements, and the place a copy was taken from."""
    for process in release.parts("relatedProcesses"):
        identifier = process.word("identifier") or address_at(process, "uri")
        for relationship in process.words("relationship") or ("unspecified",):
            if identifier:
                yield RelatedProcess(
                    relationship=relationship,
                    identifier=identifier,
                    scheme=process.word("scheme"),
                )
    for link in release.parts("links"):
        if link.data.get("rel") == "canonical":
            yield from _canonical(link, ocid)


def _canonical(link: Part, ocid: str | None) -> Iterator[RelatedProcess]:
    """The ocid a copy was taken from. Sell2Wales writes broken addresses with the right ocid in
    them; a link to itself says nothing."""
    href = link.word("href") or ""
    if found := _OCID_IN_ADDRESS.search(href):
        if found[1] != ocid:
            yield RelatedProcess(relationship="canonical", identifier=found[1], scheme=_OCID)
    elif href:
        yield RelatedProcess(relationship="canonical", identifier=href, scheme="url")
