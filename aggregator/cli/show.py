"""How things read on a terminal."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import shorten
from types import MappingProxyType
from typing import Any

import msgspec

from aggregator import buyers, stage
from aggregator.alert import ComposeResult, Delivered
from aggregator.config import SourceEntry
from aggregator.digest.dates import act_by
from aggregator.doctor import last_good, read_words
from aggregator.fit import LEADS, Fit
from aggregator.match import LIVE
from aggregator.model import (
    Event,
    JudgedOpportunity,
    LikelyLink,
    Notice,
    Opportunity,
    Outcome,
    Parsed,
    PersonVerdict,
    ProcurementKind,
    Rerun,
    SourceRun,
    Standing,
    StatedTime,
)
from aggregator.parsing import dates, money

FIRST_WORDS = 160
"""Characters of a description that tell whether the right thing was read."""

WORDS = {
    Outcome.COMPLETE: "complete",
    Outcome.PARTIAL: "in part; the rest is asked for again next time",
    Outcome.FAILED: "nothing this time; tried again next time",
}


def run_line(run: SourceRun) -> str:
    """One source run in a line or two, without a traceback ever."""
    counts = f"{run.new_notices} new of {run.notices} notices, {run.requests} calls"
    if run.unchanged:
        counts += f", {run.unchanged} unchanged"
    if run.rejections:
        counts += f", {run.rejections} records not understood (kept)"
    line = f"{run.source_id}: {WORDS[run.outcome]}; {counts}"
    return f"{line}\n  {run.error}" if run.error else line


def problem_lines(path: Path, parsed: Parsed, *, as_json: bool) -> Iterator[str]:
    """A table of the host's own, read: what is wrong, row by row, then the count."""
    for one in parsed.rejections:
        told = {"file": str(path), "where": one.field, "problem": one.reason}
        yield json.dumps(told, ensure_ascii=False) if as_json else f"{one.field}: {one.reason}"
    if not as_json:
        good, bad = len(parsed.notices), len(parsed.rejections)
        verdict = "all is well" if not bad else f"{bad} to put right; the others are taken"
        yield f"{path}: {good} rows read, {verdict}"


def source_line(entry: SourceEntry, runs: Sequence[SourceRun], *, as_json: bool) -> str:
    """One source and when it was read last; newest run first."""
    if as_json:
        good = last_good(runs)
        outcome = runs[0].outcome if runs else None
        return json.dumps({"id": entry.id, "name": entry.name, "kind": entry.kind,
                           "enabled": entry.enabled, "last_outcome": outcome,
                           "last_read": good.finished_at.isoformat() if good else None,
                           "last_checked_live": str(entry.last_checked_live),
                           "to_confirm": entry.to_confirm},
                          ensure_ascii=False)  # fmt: skip
    state = "on " if entry.enabled else "off"
    line = f"{state} {entry.id:28} {entry.name}; {read_words(runs)}"
    return "\n".join((line, *(f"      to be confirmed: {what}" for what in entry.to_confirm)))


def parsed_lines(parsed: Parsed, *, as_json: bool) -> Iterator[str]:
    """The rows of one page, and for each refused record the field that failed."""
    for notice in parsed.notices:
        if as_json:
            yield msgspec.json.encode(notice).decode()
        else:
            yield from notice_lines(notice)
    for rejection in parsed.rejections:
        who = rejection.record_id or "a record"
        yield f"refused {who}: field {rejection.field}: {rejection.reason}"
    if not as_json:
        further = (
            f", and {len(parsed.requests)} further pages to ask for" if parsed.requests else ""
        )
        yield f"{len(parsed.notices)} read, {len(parsed.rejections)} refused{further}"


def notice_lines(notice: Notice) -> Iterator[str]:
    """One notice as it was understood, with what is doubtful in it."""
    facts = notice.facts
    buyer = facts.buyers[0].name if facts.buyers else "buyer not stated"
    value = money.in_words(facts.value) if facts.value else "value not stated"
    yield f"{notice.notice_id}  {facts.title or '(no title)'}"
    yield f"    {buyer} | {when(facts.deadline)} | {value}"
    if facts.description:
        yield f"    {shorten(facts.description, FIRST_WORDS, placeholder=' …')}"
    yield from (f"    doubtful: {flag}" for flag in notice.flags)


def when(time: StatedTime | None) -> str:
    """A deadline in words, unknown said as unknown."""
    return f"by {dates.in_words(time)}" if time else "no deadline stated"


def opportunity_line(
    judged: JudgedOpportunity,
    standing: Standing,
    lines: Sequence[str] = (),
    likely: Sequence[LikelyLink] = (),
    *,
    as_json: bool,
) -> str:
    """One opportunity in a line, with one more for each that is probably the same; for programs
    with its summary."""
    opportunity, judgement = judged.opportunity, judged.judgement
    if as_json:
        whole = {**record(judged, standing, lines), **likely_record(likely)}
        return json.dumps(whole, ensure_ascii=False)
    facts = opportunity.facts
    parts = (
        f"{opportunity.id}  {stage.label(standing.stage, facts.kind):27} {judgement.verdict:8} "
        f"{facts.title or '(no title)'}",
        facts.buyers[0].name if facts.buyers else "buyer not stated",
        act_words(opportunity, standing),
    )
    line = " | ".join(part for part in parts if part)
    return "\n".join((line, *(f"    {words}" for words in likely_lines(likely))))


def act_words(opportunity: Opportunity, standing: Standing) -> str | None:
    """The date that matters at this stage: "Take part by Monday 30 November 2026". None where
    there is nothing to be done any more."""
    date = act_by(opportunity, standing.stage)
    if date is not None:
        return f"{date.label} {date.words}"
    is_news = opportunity.facts.kind is ProcurementKind.NEWS
    return "no deadline stated" if standing.stage in LIVE and not is_news else None


def act_record(opportunity: Opportunity, standing: Standing) -> dict[str, Any] | None:
    """The same for programs, as webhooks have it."""
    date = act_by(opportunity, standing.stage)
    if date is None:
        return None
    return {
        "label": date.label,
        "instant": date.instant.isoformat(),
        "words": date.words,
        "counted": date.counted,
    }


def likely_lines(likely: Iterable[LikelyLink]) -> Iterator[str]:
    """What an opportunity is probably the same as, and why."""
    for one in likely:
        yield f"Probably the same as {one.other_id} ({one.title or 'no title'}): {one.evidence}"


def rerun_lines(reruns: Iterable[Rerun], opportunity_id: str) -> Iterator[str]:
    """What it looks like the re-run of, and what looks like its own re-run."""
    for one in reruns:
        if one.later_id == opportunity_id:
            what = f"Looks like the re-run of {one.earlier_id} ({one.earlier_title or 'no title'})"
        else:
            what = f"Seems to be run again as {one.later_id} ({one.later_title or 'no title'})"
        yield f"{what}, {one.confidence}: {one.evidence}"


def rerun_record(reruns: Iterable[Rerun]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "reruns": [
            {
                "earlier": one.earlier_id,
                "later": one.later_id,
                "confidence": one.confidence,
                "evidence": one.evidence,
            }
            for one in reruns
        ]
    }


def likely_record(likely: Iterable[LikelyLink]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "probably_same": [
            {"id": one.other_id, "rule": one.rule, "evidence": one.evidence} for one in likely
        ]
    }


def record(
    judged: JudgedOpportunity, standing: Standing, lines: Sequence[str] = ()
) -> dict[str, Any]:
    """An opportunity for programs, without notices. lines: its summary in plain words."""
    opportunity, judgement = judged.opportunity, judged.judgement
    facts = opportunity.facts
    return {
        "id": opportunity.id,
        "title": facts.title,
        "summary": list(lines),
        "buyers": [buyer.name for buyer in facts.buyers],
        "stage": standing.stage,
        "certainty": standing.certainty,
        "because": standing.because,
        "verdict": judgement.verdict,
        "score": round(judgement.score, 2),
        "types": list(judgement.types),
        "deadline": opportunity.deadline.instant.isoformat() if opportunity.deadline else None,
        "act_by": act_record(opportunity, standing),
        "notices": [
            {
                "source": stored.notice.source_id,
                "id": stored.notice.notice_id,
                "ocid": stored.notice.ocid,
                "url": stored.notice.url,
            }
            for stored in opportunity.notices
        ],
    }


def story_json(
    judged: JudgedOpportunity,
    standing: Standing,
    events: Iterable[Event],
    said: Iterable[PersonVerdict] = (),
    lines: Sequence[str] = (),
    added: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """The whole story for programs. lines: its summary. added: further keys."""
    facts = msgspec.to_builtins(judged.opportunity.facts, str_keys=True)
    stated = {name: value for name, value in facts.items() if value not in (None, [], ())}
    story = {
        **record(judged, standing, lines),
        **added,
        "facts": stated,
        "provenance": dict(judged.opportunity.provenance),
        "links": [msgspec.to_builtins(link) for link in judged.opportunity.links],
        "reasons": [reason.words for reason in judged.judgement.reasons],
        "people": [msgspec.to_builtins(verdict) for verdict in said],
        "flags": list(judged.opportunity.flags),
        "events": [msgspec.to_builtins(event) for event in events],
    }
    return json.dumps(story, ensure_ascii=False, indent=2)


def story(
    judged: JudgedOpportunity,
    standing: Standing,
    events: Iterable[Event],
    said: Iterable[PersonVerdict] = (),
    lines: Sequence[str] = (),
) -> Iterator[str]:
    """The whole story for a reader. lines: what comes first, in plain words."""
    opportunity, judgement = judged.opportunity, judged.judgement
    facts = opportunity.facts
    yield facts.title or "(no title)"
    yield "=" * min(len(facts.title or ""), 78)
    if lines:
        yield from lines
        yield ""
    label = stage.label(standing.stage, facts.kind)
    yield f"{opportunity.id}: {label} ({standing.certainty}); {standing.because}"
    for buyer in facts.buyers:
        kind = buyers.kind(buyer.name)
        yield f"Buyer: {buyer.name}" + (f" ({buyers.LABELS[kind]})" if kind else "")
    if acting := buyers.in_words(facts):
        yield f"Note: {acting}."
    date = act_by(opportunity, standing.stage)
    if words := act_words(opportunity, standing):
        yield words[0].upper() + words[1:]
    if opportunity.deadline and (date is None or date.instant != opportunity.deadline.instant):
        yield f"Deadline stated: {dates.in_words(opportunity.deadline)}"
    if facts.value:
        yield f"Value: {money.in_words(facts.value)}"
    yield from (f"Note: {flag}" for flag in opportunity.flags)
    if facts.description:
        yield ""
        yield facts.description
    yield ""
    yield f"Judged {judgement.verdict} (score {judgement.score:g}):"
    yield from (f"  - {reason.words}" for reason in judgement.reasons)
    yield from (f"  People: {said_words(verdict)}" for verdict in said)
    yield ""
    yield "Notices, oldest first:"
    yield from (f"  - {notice_line(stored.notice)}" for stored in opportunity.notices)
    for link in opportunity.links:
        how = f"by rule {link.rule}" if link.rule else "by a person"
        yield f"  linked {link.source_id}/{link.notice_id} {how}: {link.evidence}"
    yield ""
    yield "What happened:"
    for event in events:
        yield f"  - {dates.in_words(event.at)}: {event_words(event)}"


def fit_lines(found: Fit) -> Iterator[str]:
    """How it would suit a provider, a line for each finding."""
    yield ""
    yield "For this subscriber, by rules of thumb:"
    for finding in found.findings:
        yield f"  {LEADS[finding.sign]}: {finding.words}"


def fit_record(found: Fit) -> dict[str, Any]:
    """The same for programs."""
    return {"fit": [msgspec.to_builtins(finding) for finding in found.findings]}


def said_words(verdict: PersonVerdict) -> str:
    """What a person says of an opportunity, in a line."""
    who = verdict.moderator or f"subscriber {verdict.subscriber_id}"
    note = f" ({verdict.note})" if verdict.note else ""
    answer = verdict.answer.replace("_", " ")
    return f"{who} says {answer}{note}, {dates.in_words(verdict.at)}"


def notice_line(notice: Notice) -> str:
    """One notice of a story, with its page for people."""
    published = dates.in_words(notice.published) if notice.published else "date not stated"
    kind = notice.notice_type or ", ".join(notice.tags) or "notice"
    return f"{notice.source_id} {notice.notice_id} ({kind}), {published}: {notice.url or 'no page'}"


def event_words(event: Event) -> str:
    """One event in words."""
    words = str(event.kind).replace("_", " ")
    if event.field:
        words += f" {event.field.replace('_', ' ')}"
    if event.old or event.new:
        words += f": {event.old or 'not stated'} → {event.new or 'not stated'}"
    return words


def nothing_words(runs: Sequence[SourceRun], *, everything: bool) -> str:
    """Why a list is empty, and what to do."""
    if not runs:
        return "Nothing yet. `fairnotice collect` asks the sources."
    if last_good(runs) is None:
        return "Nothing yet: no source could be read so far. `fairnotice doctor` says why."
    if everything:
        return "Nothing was published yet that this asks for."
    return "Nothing that is live and about mental health. --all shows all that is known."


def composed_lines(result: ComposeResult, *, whole: bool) -> Iterator[str]:
    """What was composed for whom; with `whole` the text of each digest."""
    if not result.composed and not result.problems:
        yield "Nothing to tell anybody."
    for one in result.composed:
        held = "; held for a person to release" if one.held else ""
        subject = one.message.subject or f"webhook {one.message.id}"
        yield f"{one.message.channel.target}: {subject}{held}"
        if whole:
            yield one.message.text or one.message.json_body or ""


def delivery_lines(result: Delivered) -> Iterator[str]:
    """What became of the outbox."""
    counts = (
        (result.sent, "sent"),
        (result.waiting, "to be tried again"),
        (result.dropped, "not wanted any more"),
        (result.failed, "refused for good"),
        (result.held, "held until a person releases them"),
    )
    said = ", ".join(f"{count} {what}" for count, what in counts if count)
    yield said or "Nothing waits."
    yield from (f"  {line}" for line in result.problems)
