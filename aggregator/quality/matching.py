"""Which collected notice a label means."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aggregator import relevance
from aggregator.model import Notice, Subject
from aggregator.quality.labels import Label

PAGE = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:-\d+)?", re.IGNORECASE)
"""Contracts Finder: a notice keeps its GUID, and each edit has a running number behind it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Collected:
    """A notice that may be the one a label means. names: everything it is known as."""

    names: frozenset[str]
    title: str
    subject: Subject


def collected(notice: Notice) -> Collected:
    """A notice of an instance."""
    facts = notice.facts
    names = _notice_names(notice.source_id, notice.notice_id, notice.ocid, facts.reference)
    return Collected(
        names=frozenset((*names, f"id:{notice.notice_id}")),
        title=facts.title or "",
        subject=relevance.subject_of(facts),
    )


def from_record(record: Mapping[str, Any], subject: Subject) -> Collected:
    """A notice of a file: id and, where the file has more than one source, source."""
    corpus, corpus_id = record.get("source"), str(record.get("id"))
    if corpus:
        names = {f"corpus:{corpus}/{corpus_id}", f"id:{corpus_id}"}
    else:
        names = {f"without source:{corpus_id}", f"id:{corpus_id}"}
    return Collected(names=frozenset(names), title=subject.title or "", subject=subject)


def label_names(label: Label) -> tuple[str, ...]:
    """What its notice may be known as, the surest first."""
    return tuple(dict.fromkeys(_label_names(label)))


def _label_names(label: Label) -> Iterator[str]:
    if label.corpus_id:
        if label.corpus:
            yield f"corpus:{label.corpus}/{label.corpus_id}"
            yield f"without source:{label.corpus_id}"
        else:
            yield f"id:{label.corpus_id}"
        ocid, _, notice_id = label.corpus_id.rpartition("|")
        yield from _notice_names(None, notice_id, ocid or None, None)
    if label.notice_id and not label.source:
        yield f"id:{label.notice_id}"
    yield from _notice_names(label.source, label.notice_id, label.ocid, label.reference)


def _notice_names(
    source: str | None, notice_id: str | None, ocid: str | None, reference: str | None
) -> Iterator[str]:
    if notice_id:
        if source:
            yield f"notice:{source}/{notice_id}"
        if ocid:
            yield f"notice:{ocid}/{notice_id}"
        page = PAGE.fullmatch(notice_id)
        if page:
            yield f"page:{page[1].lower()}"
    if ocid:
        yield f"ocid:{ocid}"
    if source and reference:
        yield f"reference:{source}/{reference}"


def matched(labels: Sequence[Label], notices: Iterable[Collected]) -> list[Collected | None]:
    """For each label its notice, None where it is not among them.

    Goes by the surest name; of several notices under one name the first is taken. Where the very
    notice is absent, another one of the same procurement (ocid) stands in.
    """
    wanted: dict[str, list[tuple[int, int]]] = {}
    for place, label in enumerate(labels):
        for rank, name in enumerate(label_names(label)):
            wanted.setdefault(name, []).append((place, rank))
    found: list[Collected | None] = [None] * len(labels)
    ranks = [len(wanted)] * len(labels)
    for notice in notices:
        for name in notice.names:
            for place, rank in wanted.get(name, ()):
                if rank < ranks[place]:
                    found[place], ranks[place] = notice, rank
    return found
