"""Complaints about how personal data is handled, and the privacy notice."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from aggregator import complaints, consent, privacy
from aggregator.deliver import checked_address
from aggregator.errors import PermanentFailure
from aggregator.web.joining import Typed, may_try, too_many
from aggregator.web.keeping import SEE_OTHER, WRONG_ADDRESS
from aggregator.web.render import here, pages

router = APIRouter()
Words = Annotated[str, Form(max_length=4 * complaints.LONGEST)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A paragraph of the notice: a heading, a list, or text whose first words stand out."""

    heading: str = ""
    items: tuple[str, ...] = ()
    lead: str = ""
    text: str = ""


@router.get("/privacy")
def notice(request: Request) -> Response:
    """What is kept about a reader, for what, how long, and what they can do."""
    host = here(request).host
    text = privacy.notice(privacy.load(), host)
    return pages(request).show("privacy", words=consent.sign_up_words(host), parts=parts_of(text))


def parts_of(text: str) -> list[Part]:
    """The paragraphs of a draft without its title and the word that it is a draft."""
    return [part_of(paragraph) for paragraph in text.strip().split("\n\n")[2:]]


def part_of(paragraph: str) -> Part:
    """One paragraph of our own drafts, which use these three forms of Markdown alone."""
    if paragraph.startswith("## "):
        return Part(heading=paragraph[3:])
    if paragraph.startswith("- "):
        return Part(items=tuple(line[2:] for line in paragraph.splitlines()))
    if paragraph.startswith("**"):
        lead, _, rest = paragraph[2:].partition("**")
        return Part(lead=lead, text=rest.strip())
    return Part(text=paragraph)


@router.get("/complain")
def form(request: Request) -> Response:
    """The form."""
    return pages(request).show("complain", email="", words="", problems=[])


@router.post("/complain")
def complain(
    request: Request, email: Typed = "", words: Words = "", website: Typed = ""
) -> Response:
    """Keep a complaint and send its receipt. website: a trap that no person sees."""
    problems = []
    address = ""
    try:
        address = checked_address(email.strip())
    except PermanentFailure:
        problems.append({"field": "email", "words": WRONG_ADDRESS})
    if not words.strip():
        problems.append({"field": "words", "words": "Tell us what is wrong"})
    elif len(words) > complaints.LONGEST:
        problems.append({"field": "words", "words": f"Use at most {complaints.LONGEST} characters"})
    if problems:
        return pages(request).show(
            "complain", status=400, email=email, words=words, problems=problems
        )
    if not may_try(request, address):
        return too_many(request)
    if not website:
        site = here(request)
        with site.stores.here() as store:
            complaints.complain(address, words, store=store, clock=site.clock, host=site.host)
    return RedirectResponse("/complaint-sent", status_code=SEE_OTHER)


@router.get("/complaint-sent")
def sent(request: Request) -> Response:
    """What comes now."""
    return pages(request).show("complaint_sent", ico=complaints.ICO)
