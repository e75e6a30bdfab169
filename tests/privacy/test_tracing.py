"""The search looks into what is packed, and says what it could not look into."""

import gzip
import zipfile
from dataclasses import replace
from pathlib import Path

from aggregator import tracing
from aggregator.store import Store
from privacy.lives import CANARY
from store.made import a_payload


def test_what_is_packed_is_searched_too(tmp_path: Path) -> None:
    (tmp_path / "mail.log.1.gz").write_bytes(gzip.compress(b"x" * 5_000_000 + CANARY.encode()))
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as packed:
        packed.writestr("a.csv", f"address\n{CANARY.upper()}\n")
    (tmp_path / f"{CANARY}.txt").touch()
    (tmp_path / "other.txt").write_text("nothing here", encoding="utf-8")
    search = tracing.search(CANARY, [tmp_path])
    assert len(search.traces) == 3
    assert search.unreadable == ()


def test_a_file_that_cannot_be_unpacked_is_named(tmp_path: Path) -> None:
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"abc")[:-4])
    (tmp_path / "no.zip").write_bytes(b"PK not really")
    search = tracing.search(CANARY, [tmp_path])
    assert len(search.unreadable) == 2


def test_an_address_across_two_pieces_of_a_large_file_is_found(tmp_path: Path) -> None:
    half = tracing.CHUNK - 9
    (tmp_path / "large.log").write_bytes(b"-" * half + CANARY.encode() + b"-" * half)
    assert len(tracing.search(CANARY, [tmp_path]).traces) == 1


def test_a_kept_answer_of_a_portal_is_unpacked_for_the_search(tmp_path: Path) -> None:
    payload = replace(a_payload(), body=f"contact: {CANARY}".encode())
    with Store.open(tmp_path / "a.db") as store:
        run = store.begin_run("x", payload.retrieved_at, window=None, backfill=False)
        store.keep_payload(payload, run_id=run, backfill=False)
        traces = tracing.search(CANARY, [], store=store).traces
    assert [trace.where for trace in traces] == ["contents.body"]
