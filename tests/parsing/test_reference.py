"""The packaged tables, and that they are what the script makes of the published data."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from aggregator import reference

ROOT = Path(__file__).resolve().parents[2]


def test_the_tables_hold_what_the_country_has() -> None:
    assert len(reference.cpv_labels()) == 9_454
    assert len([c for c in reference.councils() if c.current and c.kind == "LBO"]) == 32
    assert len([b for b in reference.care_boards() if b.current]) == 36
    assert len(reference.mental_health_trusts()) == 57
    assert reference.postcode_districts()["B13"] == "TLG31"


def test_every_region_of_a_council_board_or_postcode_is_known() -> None:
    known = reference.regions()
    for council in reference.councils():
        assert all(code in known for code in council.regions), council
    for board in reference.care_boards():
        assert all(code in known for code in board.regions), board
    assert set(reference.postcode_districts().values()) <= set(known)


def test_codes_out_of_use_lead_to_codes_in_use() -> None:
    for region in reference.regions().values():
        for code in region.now:
            assert not reference.regions()[code].now


def test_the_package_stays_small() -> None:
    tables = [file for file in files(reference.__name__).iterdir() if file.name.endswith(".gz")]
    assert len(tables) == 8
    assert sum(len(table.read_bytes()) for table in tables) < 150_000


def test_the_origin_of_every_table_is_named() -> None:
    origin = files(reference.__name__).joinpath("ORIGIN.md").read_text(encoding="utf-8")
    for table in files(reference.__name__).iterdir():
        if table.name.endswith(".gz"):
            assert f"| {table.name.removesuffix('.tsv.gz')} |" in origin


def test_the_script_makes_the_same_bytes_again(shared: Path, tmp_path: Path) -> None:
    script = ROOT / "tools" / "build_reference.py"
    data = shared / "data" / "reference"
    subprocess.run([sys.executable, script, data, tmp_path], check=True, capture_output=True)
    for table in tmp_path.iterdir():
        assert table.read_bytes() == files(reference.__name__).joinpath(table.name).read_bytes()
    assert len(list(tmp_path.iterdir())) == 8
