"""Figures about speed and memory, as ratios within one run so that they mean the same anywhere."""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aggregator.collect import Attempt
from aggregator.model import RawPayload, Request, Window
from aggregator.relevance import Profile
from aggregator.sources.find_a_tender import FindATender
from aggregator.store import Store
from aggregator.testing import FixtureFetcher, FrozenClock

PACKAGE = 100
FOR_JUDGING = 2000
START = datetime(2026, 9, 1, 8, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class PipelineFigures:
    """times: pipeline seconds divided by json.loads seconds over the same bytes."""

    notices: int
    bytes_each: float
    parse_us: float
    pipeline_us: float
    times: float
    peak_megabytes: float


def pipeline(count: int, profile: Profile, folder: Path) -> PipelineFigures:
    """Payload → stored, linked, judged opportunity, for `count` generated notices on disk."""
    parse = work = 0.0
    size = 0
    with Store.open(folder / "bench.db") as store:
        attempt = an_attempt(store, profile)
        for number, body in enumerate(packages(count)):
            size += len(body)
            began = time.perf_counter()
            json.loads(body)
            parse += time.perf_counter() - began
            payload = a_payload(attempt.source.id, body, number)
            began = time.perf_counter()
            attempt.keep(payload.request, payload, attempt.source.read(payload))
            work += time.perf_counter() - began
    return PipelineFigures(
        notices=count,
        bytes_each=size / count,
        parse_us=parse / count * 1e6,
        pipeline_us=work / count * 1e6,
        times=work / parse,
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def an_attempt(store: Store, profile: Profile) -> Attempt:
    """A source run of Find a Tender without a network."""
    source = FindATender(
        id="find-a-tender", base_url="https://example.org", options=FindATender.Options()
    )
    clock = FrozenClock(START + timedelta(days=365))
    run_id = store.begin_run(source.id, START, window=None, backfill=False)

    async def never(*_: object) -> Any:
        raise AssertionError("the bench reads payloads itself")

    return Attempt(
        source=source,
        store=store,
        fetch=FixtureFetcher({}, clock),
        read=never,
        profile=profile,
        run_id=run_id,
        backfill=False,
        since=None,
        span=Window(start=START, end=clock.now()),
    )


def a_payload(source_id: str, body: bytes, number: int) -> RawPayload:
    """One answer of an hour of its own."""
    start = START + timedelta(hours=number)
    window = Window(start=start, end=start + timedelta(hours=1))
    request = Request(
        source_id=source_id,
        url=f"https://example.org/{number}",
        reader="read_package",
        window=window,
    )
    return RawPayload(
        request=request, status=200, headers={}, body=body, retrieved_at=START + timedelta(days=365)
    )


def packages(count: int) -> Iterator[bytes]:
    """Release packages of 100 made-up notices each, made one by one."""
    rng = random.Random(20261121)  # noqa: S311 - made-up notices, not secrets
    made = 0
    while made < count:
        size = min(PACKAGE - 1, count - made)
        releases = [release(rng, made + place) for place in range(size)]
        made += size
        yield json.dumps({"version": "1.1", "releases": releases}).encode()


TEXT = (
    "the service will provide support to people living in the area and their families working "
    "with partners across health social care and the voluntary sector providers must show how "
    "quality safety and equality are assured contract period extension options value tender "
    "submission portal documents road maintenance software licences school meals cleaning "
    "vehicles consultancy design construction supply delivery installation framework lot"
)
WORDS = TEXT.split()
SUBJECTS = (
    "Highway resurfacing", "Managed print service", "School meals", "Legal services framework",
    "Grounds maintenance", "Cloud hosting", "Home care", "Boiler replacement", "Waste collection",
    "Mental health supported housing", "Crisis café", "Carers support", "Fleet vehicles",
    "Temporary staffing", "Roof repairs", "School counselling", "Insurance", "Bus services",
)  # fmt: skip
BUYERS = tuple(
    f"{place} {kind}"
    for place in ("Northmoor", "Vale of Arden", "Saltmarsh", "Caer Wen", "Glenmorrow", "Eastholt")
    for kind in ("Council", "Integrated Care Board", "NHS Foundation Trust", "Housing Association")
)
KINDS = (
    ("UK4", "tender"),
    ("UK4", "tender"),
    ("UK7", "award"),
    ("UK6", "award"),
    ("UK2", "planning"),
)


def sentence(rng: random.Random, words: int) -> str:
    """Running text of the length real notices have."""
    return " ".join(rng.choices(WORDS, k=words)).capitalize() + "."


def release(rng: random.Random, number: int) -> dict[str, Any]:
    """A made-up release with the shape and size of a real one (about 3.5 kB)."""
    kind, tag = rng.choice(KINDS)
    buyer = rng.choice(BUYERS)
    published = START + timedelta(minutes=number)
    notice_id = f"{number % 1_000_000:06d}-2026"
    stamp = published.isoformat()
    lots = [
        {
            "id": str(lot),
            "title": f"{rng.choice(SUBJECTS)} lot {lot}",
            "description": sentence(rng, 40),
            "status": "active",
            "value": {"amount": rng.randrange(10_000, 900_000), "currency": "GBP"},
            "suitability": {"sme": True, "vcse": bool(rng.randrange(2))},
            "contractPeriod": {"startDate": stamp, "endDate": stamp.replace("2026", "2029")},
            "awardCriteria": {"criteria": [{"type": "quality", "name": "Quality",
                                            "numbers": [{"number": 60}]}]},
        }
        for lot in range(1, rng.choice((1, 1, 2, 3)) + 1)
    ]  # fmt: skip
    url = f"https://example.org/Notice/{notice_id}"
    document = {"id": notice_id, "noticeType": kind, "documentType": f"{tag}Notice",
                "url": url, "datePublished": stamp}  # fmt: skip
    party = f"GB-PPON-{BUYERS.index(buyer):04d}"
    made: dict[str, Any] = {
        "ocid": f"ocds-h6vhtk-{number:06x}",
        "id": notice_id,
        "tag": [tag],
        "date": stamp,
        "initiationType": "tender",
        "language": "en",
        "buyer": {"id": party, "name": buyer},
        "parties": [
            {
                "id": party,
                "name": buyer,
                "roles": ["buyer"],
                "identifier": {"scheme": "GB-PPON", "id": party},
                "address": {"streetAddress": "1 High Street", "postalCode": "AB1 2CD",
                            "region": "UKE42", "country": "GB"},
                "contactPoint": {"name": "Buying team", "email": "buying@example.org"},
                "details": {"url": "https://example.org"},
            }
        ],
        "tender": {
            "id": f"REF-{number}",
            "legalBasis": {"id": "2023/54", "scheme": "UKPGA"},
            "title": f"{rng.choice(SUBJECTS)} {number}",
            "description": sentence(rng, rng.randrange(40, 180)),
            "status": "active",
            "items": [
                {
                    "id": lot["id"],
                    "additionalClassifications": [
                        {"scheme": "CPV", "id": rng.choice(("85312320", "45233222", "72000000"))}
                    ],
                    "deliveryAddresses": [{"region": "UKE42", "country": "GB"}],
                    "relatedLot": lot["id"],
                }
                for lot in lots
            ],
            "value": {"amount": rng.randrange(10_000, 2_000_000), "currency": "GBP"},
            "procurementMethod": "open",
            "tenderPeriod": {"endDate": (published + timedelta(days=25)).isoformat()},
            "lots": lots,
        },
    }  # fmt: skip
    section = made["tender"] if tag == "tender" else made.setdefault("planning", {})
    section["documents"] = [document]
    return made


def help_seconds(rounds: int = 5) -> float:
    """The best of several starts of `fairnotice --help`, in seconds."""
    command = [sys.executable, "-c", "from aggregator.cli import main; main()", "--help"]
    best = 1e9
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
        best = min(best, time.perf_counter() - began)
    return best


def lines(count: int) -> Iterator[str]:
    """All figures as JSON lines."""
    from aggregator import bench_relevance, relevance

    profile = relevance.load_profile()
    with tempfile.TemporaryDirectory() as folder:
        figures = pipeline(count, profile, Path(folder))
    yield json.dumps(
        {
            "bench": "payload to stored, linked, judged opportunity",
            "notices": figures.notices,
            "bytes_each": round(figures.bytes_each),
            "json_loads_us": round(figures.parse_us, 1),
            "pipeline_us": round(figures.pipeline_us, 1),
            "times_json_loads": round(figures.times, 1),
            "aim": 25,
            "peak_mb": round(figures.peak_megabytes),
            "peak_aim_mb": 200,
        }
    )
    some = (json.loads(body)["releases"] for body in packages(min(count, FOR_JUDGING)))
    yield from bench_relevance.lines([one for package in some for one in package], profile)
    yield json.dumps(
        {"bench": "fairnotice --help", "seconds": round(help_seconds(), 3), "aim": 0.3}
    )
