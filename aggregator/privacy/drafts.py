"""Drafts that a host can start from: notice, records, assessment, agreement, and for a breach.

Markdown, from the data map and the host's settings. They are drafts, written with care by people
who are no lawyers, and say so; the host is the controller and answers for what it publishes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.model import Host
from aggregator.parsing.dates import to_uk
from aggregator.privacy.data_map import DataMap

DRAFT = (
    "*This is a draft made by Fair Notice from its own data map. It is not legal advice. Read it "
    "through, change what is different with you, and have it checked by whoever advises you on "
    "data protection.*"
)
ICO = (
    "the Information Commissioner’s Office at ico.org.uk/make-a-complaint, telephone 0303 123 1113"
)
TO_FILL_IN = "[to be filled in]"


def notice(known: DataMap, host: Host) -> str:
    """The privacy notice."""
    return _page("Privacy notice", _notice(known, host))


def _notice(known: DataMap, host: Host) -> Iterator[str]:
    yield f"{_who(host)} decides what happens with your data here (the controller)."
    yield "## What is kept, what for, and how long"
    for kind in known.kinds:
        yield (
            f"**{_upper(kind.what)}.** Of {kind.whose}, {kind.purpose}. "
            f"The basis is {known.bases[kind.basis]}. Kept {known.in_words(kind.kept)}."
        )
    yield "## What is kept elsewhere"
    yield "\n".join(
        f"- {_upper(one.where)}: {known.in_words(one.what)}. Kept {known.in_words(one.kept)}."
        for one in known.elsewhere
    )
    yield "## Who gets to see it"
    yield "\n".join(f"- {_upper(one)}." for one in known.recipients)
    yield (
        "Nobody else: nothing is sold, nothing is used for advertising, and no decision about you "
        "is taken by a program alone. There are no cookies for readers, no tracking in pages or "
        "mails, and nothing is loaded from elsewhere."
    )
    yield "## Your rights"
    yield (
        "You can see, correct, take with you and erase what is kept about you, and stop the mails "
        "at any time with one press from any of them. Stopping does not make what was done before "
        "unlawful. Where the basis is legitimate interests you can object. Ask for the link to "
        f"your own page, or write to {_contact(host)}."
    )
    yield "## If you are not content"
    yield (
        f"Complain to us first if you like: on the page “Complain about your data”, or to "
        f"{_contact(host)}. We say within 30 days that we have it, and answer without undue delay. "
        f"You can turn to {ICO} at any time."
    )


def records(known: DataMap, host: Host) -> str:
    """Records of processing activities (UK GDPR Article 30)."""
    return _page("Records of processing", _records(known, host))


def _records(known: DataMap, host: Host) -> Iterator[str]:
    yield f"Controller: {_who(host)}. Contact: {_contact(host)}."
    yield "Data protection officer or lead: [name, if there is one]. Joint controllers: [none]."
    yield "## Activities"
    rows = ["| Data | Whose | Purpose | Basis | Kept | Erased | Tables |", f"|{'---|' * 7}"]
    for kind in known.kinds:
        cells = (
            kind.what,
            kind.whose,
            kind.purpose,
            known.bases[kind.basis],
            known.in_words(kind.kept),
            kind.erased,
            ", ".join(sorted(kind.columns)),
        )
        rows.append(f"| {' | '.join(cells)} |")
    yield "\n".join(rows)
    yield "## Recipients"
    yield "\n".join(f"- {one}" for one in known.recipients)
    yield "Transfers outside the United Kingdom: [none, unless mail server or machine are there]."
    yield "## Outside the database"
    yield "\n".join(
        f"- {one.where}: {one.what}; kept {known.in_words(one.kept)}" for one in known.elsewhere
    )
    yield "## Security"
    yield "\n".join(f"- {one}" for one in MEASURES)


MEASURES = (
    "the database and the key file can be read by the account of the service alone",
    "what is deleted is overwritten, and the log of the database is emptied after an erasure",
    "links in mails are signed, each for one purpose and one reader, and most run out",
    "pages show nobody’s data without such a link; forms say the same of every address",
    "portals’ answers are read in a process with limits of its own",
    "periods are kept by a job every night; `fairnotice privacy search` proves an erasure by bytes",
)


def dpia(known: DataMap, host: Host) -> str:
    """A data protection impact assessment, as far as the program can begin it."""
    return _page("Data protection impact assessment", _dpia(known, host))


def _dpia(known: DataMap, host: Host) -> Iterator[str]:
    yield (
        f"{_who(host)} runs Fair Notice: it reads public notices and mails those that match to "
        "people who asked. An assessment is probably not required by law for this (UK GDPR Article "
        "35), but is good practice. [Name, role and date of whoever decided so.]"
    )
    yield "## Why and what"
    yield "\n".join(f"- {_upper(kind.what)}: {kind.purpose}." for kind in known.kinds)
    yield "## Is it needed, and no more than needed?"
    yield (
        "An address and a filter are the least with which a mail can be sent; all else is optional "
        "or proof. No special categories are asked for. A filter says what an organisation does, "
        "and could in a small one hint at a person: [say what you think of that]."
    )
    yield "## Risks, and what is done about them"
    rows = ["| Risk | What is done | What remains |", "|---|---|---|"]
    rows += [f"| {risk} | {done} | {TO_FILL_IN} |" for risk, done in RISKS]
    yield "\n".join(rows)
    yield "## Who was asked, and what was decided"
    yield "[Readers or who speaks for them; whoever advises you; the decision; when to look again.]"


RISKS = (
    (
        "somebody types another person’s address",
        "nothing starts before its owner presses a button; one mail, gone after a week; few tries",
    ),
    (
        "a mail is passed on with its links",
        "links to stop say nothing of the reader; others run out",
    ),
    ("the machine or a backup is stolen", "files for one account alone; backups run out by a rule"),
    ("an address comes back after an erasure", "a keyed hash is asked before any list is taken in"),
    (
        "mails go to the wrong reader",
        "each is made from one reader’s id, and its state is asked again",
    ),
    ("data is kept for ever", "a job every night goes by the periods of the data map"),
    (
        "a portal attacks through what it publishes",
        "it is read in a limited process and shown as text",
    ),
)


def agreement(known: DataMap, host: Host) -> str:
    """A draft of an agreement with whoever runs the machine (UK GDPR Article 28)."""
    return _page("Agreement on processing", _agreement(known, host))


def _agreement(known: DataMap, host: Host) -> Iterator[str]:
    yield f"Between {_who(host)} (the controller) and [name and address] (the processor)."
    yield (
        "1. **Subject.** The processor runs Fair Notice for the controller: [machine, mail, "
        "backups]. It lasts until either side ends it with [one month’s] notice."
    )
    yield (
        "2. **Data.** " + "; ".join(f"{kind.what} (of {kind.whose})" for kind in known.kinds) + "."
    )
    yield "\n".join(f"{number}. {text}" for number, text in enumerate(CLAUSES, start=3))
    yield "Signed: [names, dates]"


CLAUSES = (
    "**Instructions.** The processor acts only on the controller’s written instructions, and says "
    "so if it thinks one unlawful.",
    "**Confidence.** Whoever works on it is bound to confidence.",
    "**Security.** The processor keeps the measures in the records of processing, and keeps the "
    "program up to date.",
    "**Others.** No further processor without the controller’s written consent, and then under "
    "the same duties. Today: [mail server, hosting].",
    "**Help.** The processor helps with requests of people, breaches, and assessments.",
    "**Breaches.** The processor tells the controller without undue delay, at the latest within "
    "[24] hours.",
    "**End.** At the end everything is given back or deleted, as the controller chooses; backups "
    "go by their rule.",
    "**Proof.** The processor shows on request that it keeps to this.",
)


@dataclass(frozen=True, kw_only=True)
class Affected:
    """How many people and rows a breach may concern.

    people: in all, and those who came since. rows: kind of data -> its rows in all, and those that
    came or changed since.
    """

    people: tuple[int, int]
    rows: Mapping[str, tuple[int, int]]


def breach(
    known: DataMap, host: Host, affected: Affected, *, since: datetime, now: datetime
) -> str:
    """A draft for telling the ICO of a breach within 72 hours (UK GDPR Article 33).

    since: from when on data may have been seen. now: taken as the moment it became known.
    """
    return _page("Personal data breach", _breach(known, host, affected, since, now))


def _breach(
    known: DataMap, host: Host, affected: Affected, since: datetime, now: datetime
) -> Iterator[str]:
    until = now + timedelta(hours=72)
    yield (
        f"Became known: {_moment(now)} [change it if it was earlier]. **To be reported by "
        f"{_moment(until)}**, unless a risk to people is unlikely: ico.org.uk/for-organisations/"
        "report-a-breach, telephone 0303 123 1113. Write down your reasons either way."
    )
    yield f"Controller: {_who(host)}. Contact: {_contact(host)}."
    yield f"## What happened\n\n[In plain words. Data may have been seen from {_moment(since)} on.]"
    people, came = affected.people
    yield f"## Whose data\n\nPeople in the database: {people}; of these, {came} came since then."
    rows = ["| Data | Whose | Rows in all | Since then |", "|---|---|---|---|"]
    for kind in known.kinds:
        if not kind.is_public:
            whole, since_then = affected.rows.get(kind.id, (0, 0))
            rows.append(f"| {kind.what} | {kind.whose} | {whole} | {since_then} |")
    yield "\n".join(rows)
    yield (
        "“In all” is what somebody who saw the whole database could see, “since then” what came or "
        "changed from that moment on. Neither says that it was seen. What was deleted meanwhile is "
        "not counted: compare with a backup of that day."
    )
    yield "## What it may lead to\n\n[For example unwanted mails, or mails that look like ours.]"
    yield "## What was done\n\n" + "\n".join(f"- [ ] {one}" for one in STEPS)
    yield "## Telling the people\n\n[Needed without undue delay where the risk to them is high.]"


STEPS = (
    "the way in is closed; what happened is kept for looking into it (a copy of the logs)",
    "the key that signs links is replaced (see the guide for hosts), passwords too",
    "webhooks got new secrets",
    "whoever runs the machine was told, and asked what they know",
    "it is written into the list of breaches, reported or not (Article 33(5))",
)

DRAFTS: Mapping[str, Callable[[DataMap, Host], str]] = {
    "notice": notice,
    "records": records,
    "dpia": dpia,
    "agreement": agreement,
}
"""What depends on the map and the host alone, by the name of its command."""


def _page(title: str, parts: Iterator[str]) -> str:
    return "\n\n".join((f"# {title}", DRAFT, *parts)) + "\n"


def _who(host: Host) -> str:
    return f"{host.name}, {host.address}" if host.address else host.name


def _contact(host: Host) -> str:
    return host.contact


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _moment(at: datetime) -> str:
    local = to_uk(at)
    return f"{local:%H:%M} on {local.day} {local:%B %Y}"
