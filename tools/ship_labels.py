"""Make aggregator/quality/labels.csv: ids, verdicts and official addresses, no text of a notice.

    python tools/ship_labels.py LABELS.csv CORPUS.jsonl FOLDER [TARGET]

LABELS has the columns source, id, label, sure, types, file. CORPUS has a line of JSON for each
notice with source, id and published. FOLDER holds the notices as collected, under the names the
column `file` gives. The same input always gives the same bytes.
"""

import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aggregator.quality import Label, write_labels

TARGET = Path(__file__).resolve().parents[1] / "aggregator" / "quality" / "labels.csv"
SOURCES = {
    "fts": "find-a-tender",
    "fts-web": "find-a-tender",
    "fts-simple": "find-a-tender",
    "cf": "contracts-finder",
    "cf-v2": "contracts-finder",
    "cf-slim": "contracts-finder",
    "cf-csv": "contracts-finder",
    "contracts-finder-x": "contracts-finder",
    "pcs": "public-contracts-scotland",
    "pcs-x": "public-contracts-scotland",
    "s2w": "sell2wales",
    "sell2wales-x": "sell2wales",
}
FIND_A_TENDER = "https://www.find-tender.service.gov.uk"
CONTRACTS_FINDER = "https://www.contractsfinder.service.gov.uk"
HOSTS = {
    "public-contracts-scotland": "publiccontractsscotland.gov.uk",
    "sell2wales": "sell2wales.gov.wales",
}
PAGE = re.compile(
    r"https://www\.(?:publiccontractsscotland\.gov\.uk|sell2wales\.gov\.wales)"
    r"/search/show/search_view\.aspx\?ID=([A-Z]{3}\d+)"
)
NOTICE_NUMBER = re.compile(r"\d{6}-\d{4}")
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def main() -> None:
    """Read the labels, find the address of each notice, write the file."""
    labels, corpus, folder = (Path(word) for word in sys.argv[1:4])
    target = Path(sys.argv[4]) if len(sys.argv) > 4 else TARGET
    found = list(shipped(labels, corpus, folder))
    target.write_text(write_labels(found), encoding="utf-8")
    without = sum(label.address is None for label in found)
    print(f"{len(found)} labels, {without} without an address")


def shipped(labels: Path, corpus: Path, folder: Path) -> Iterator[Label]:
    """Every label with all names of its notice."""
    lines = (line for line in corpus.read_text(encoding="utf-8").split("\n") if line)
    days = {(row["source"], row["id"]): row["published"] for row in map(json.loads, lines)}
    for row in csv.DictReader(labels.read_text(encoding="utf-8").splitlines()):
        published = days[row["source"], row["id"]] or None
        names = named(row, folder)
        yield Label(
            verdict=row["label"],
            types=tuple(row["types"].split()),
            sure=row["sure"] == "1",
            corpus=row["source"],
            corpus_id=row["id"],
            published=published,
            address=address(names, published),
            **names,
        )


def named(row: Mapping[str, str], folder: Path) -> dict[str, str | None]:
    """source, notice_id, ocid and reference of a labelled notice."""
    source, (ocid, notice_id) = SOURCES[row["source"]], parts(row["id"])
    reference = None
    if row["source"] == "cf-csv":
        notice_id, reference = None, row["id"]
    elif source in HOSTS:
        notice_id = page_number(row, ocid, folder) or notice_id
    elif row["source"] == "fts-simple":
        notice_id = number_in_url(row, folder)
    return {"source": source, "notice_id": notice_id, "ocid": ocid, "reference": reference}


def parts(text: str) -> tuple[str | None, str | None]:
    """Ocid and notice id of "ocid|notice id", of an ocid, or of a notice id."""
    if text == "None":
        return None, None
    ocid, _, notice_id = text.rpartition("|")
    if not ocid and notice_id.startswith("ocds-"):
        ocid, notice_id = notice_id, ""
    return ocid or None, notice_id or None


def page_number(row: Mapping[str, str], ocid: str | None, folder: Path) -> str | None:
    """The number under which the two national services show a notice: "APR351124"."""
    for record in records(folder / row["file"]):
        tender = record.get("tender") or {}
        same = record.get("ocid") == ocid if ocid else record.get("title") == row["title"]
        if not same or (row["id"].count("|") and (record.get("id") or "") not in row["id"]):
            continue
        documents = (document.get("url") for document in tender.get("documents") or ())
        for url in (record.get("latest_notice_url"), record.get("_source"), *documents):
            page = PAGE.fullmatch(url or "")
            if page:
                return page[1]
    return None


def number_in_url(row: Mapping[str, str], folder: Path) -> str | None:
    """The notice number where the address holds one; some were built from another id."""
    for record in records(folder / row["file"]):
        last = str(record.get("url")).rpartition("/")[2]
        if record.get("id") == row["id"] and NOTICE_NUMBER.fullmatch(last):
            return last
    return None


@cache
def records(path: Path) -> tuple[dict[str, Any], ...]:
    """The lines of JSON of a file."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return tuple(json.loads(line) for line in lines if line)


def address(names: Mapping[str, str | None], published: str | None) -> str | None:
    """Where the official service shows the notice, its procurement, or the list of its day."""
    source, notice_id, ocid = names["source"] or "", names["notice_id"], names["ocid"]
    if source == "find-a-tender":
        place = f"Notice/{notice_id}" if notice_id else f"procurement/{ocid}"
        return f"{FIND_A_TENDER}/{place}"
    if source == "contracts-finder":
        return at_contracts_finder(notice_id, ocid, published)
    if notice_id and notice_id[:3].isupper():
        return f"https://www.{HOSTS[source]}/search/show/search_view.aspx?ID={notice_id}"
    return f"https://api.{HOSTS[source]}/v1/Notice?id={quote(ocid)}" if ocid else None


def at_contracts_finder(
    notice_id: str | None, ocid: str | None, published: str | None
) -> str | None:
    """The page of a notice; some are known by ocid or only by the buyer's reference and the day."""
    guid = GUID.match(notice_id or "")
    if guid:
        return f"{CONTRACTS_FINDER}/Notice/{guid[0]}"
    if ocid:
        return f"{CONTRACTS_FINDER}/Published/OCDS/Record/{ocid}"
    day = (published or "").replace("-", "/")
    return f"{CONTRACTS_FINDER}/Harvester/Notices/Data/CSV/{day}" if day else None


if __name__ == "__main__":
    main()
