"""Compile the tables of aggregator/reference from a folder of published reference data.

    python tools/build_reference.py FOLDER [TARGET]

FOLDER holds the CSV files named in aggregator/reference/ORIGIN.md. Only the columns and rows that
the program uses are kept. The same input always gives the same bytes.
"""

import csv
import gzip
import math
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

Rows = Iterable[tuple[str, ...]]
TARGET = Path(__file__).resolve().parents[1] / "aggregator" / "reference"
GROUPS = Path(__file__).with_name("commissioning_groups.csv")


def main() -> None:
    """Read every input, write every table, say how big each became."""
    folder = Path(sys.argv[1])
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else TARGET
    for name, rows in tables(folder).items():
        content = "".join("\t".join(row) + "\n" for row in rows).encode()
        packed = gzip.compress(content, 9, mtime=0)
        (target / f"{name}.tsv.gz").write_bytes(packed)
        print(f"{name}: {len(packed):,} bytes")


def tables(folder: Path) -> dict[str, Rows]:
    """Every table by its file name, columns in the order aggregator.reference reads them."""
    return {
        "cpv": cpv(folder / "cpv_2008_en.csv"),
        "regions": regions(
            folder / "itl_nuts_codes.csv", folder / "itl_crosswalk_2018_2021_2025.csv"
        ),
        "councils": councils(folder / "local_authorities_uk.csv"),
        "care_boards": care_boards(
            folder / "icbs_england.csv",
            folder / "icb_local_authorities.csv",
            folder / "local_authorities_uk.csv",
        ),
        "mental_health_trusts": trusts(folder / "nhs_mental_health_trusts.csv"),
        "postcode_districts": districts(folder / "postcode_districts_gb.csv"),
        "neighbours": neighbours(
            folder / "postcode_districts_gb.csv", folder / "local_authorities_uk.csv"
        ),
        "successions": successions(
            folder / "icbs_england.csv", folder / "local_authorities_uk.csv", GROUPS
        ),
    }


def cpv(path: Path) -> Rows:
    """Code and label. A parent is the same code with trailing digits set to nought."""
    return [(row["code"], row["description_en"]) for row in read(path)]


def regions(codes: Path, crosswalk: Path) -> Rows:
    """Code in "TL" form, name, and for codes now retired the ITL 2025 codes of the same land."""
    names = {"ITL2025": {}, "ITL2021": {}, "NUTS2018": {}}
    for row in read(codes):
        names[row["scheme"]][as_itl(row["code"])] = row["name"]
    onward = defaultdict(set)
    for row in read(crosswalk):
        onward[row["from_scheme"], as_itl(row["from_code"])].add(row["to_code"])
    for (scheme, code), middle in list(onward.items()):
        if scheme == "NUTS2018" and ("ITL2021", code) not in onward:
            onward["ITL2021", code] = set().union(*(onward["ITL2021", to] for to in middle))
    rows = {code: (code, name, "") for code, name in names["ITL2025"].items()}
    for code, name in (names["NUTS2018"] | names["ITL2021"]).items():
        now = (
            to
            for (scheme, old), to in onward.items()
            if scheme == "ITL2021" and old[: len(code)] == code
        )
        rows.setdefault(code, (code, name, " ".join(sorted(set().union(*now)))))
    return sorted(rows.values())


def successors(code: str, onward: dict[tuple[str, str], set[str]]) -> set[str]:
    """The ITL 2025 codes of the land of an older code, or of all codes below it."""
    below = (
        to for (scheme, old), to in onward.items() if scheme == "ITL2021" and old.startswith(code)
    )
    return set().union(*below)


def councils(path: Path) -> Rows:
    """Official name, short name, kind, "yes" where it still exists, ITL3 codes, other names."""
    return [
        (
            row["official_name"],
            place_of(row),
            row["type_code"],
            row["current"],
            row["itl3_2025"].replace(";", " ") or row["itl1"],
            ";".join(other_names(row)),
        )
        for row in read(path)
    ]


def place_of(row: dict[str, str]) -> str:
    """The bare place name: "City of Bristol", "Aberdeen City" and "Dorset Council" hold one."""
    place = row["short_name"].strip()
    if row["type_code"] in ("COMB", "CC"):
        return place
    place = place.removeprefix("City of ").removeprefix("County ")
    return place.removesuffix(" City").removesuffix(" Council").removesuffix(" County")


def other_names(row: dict[str, str]) -> list[str]:
    """Other names that are words and not only another spelling in capitals."""
    known = {row["official_name"].casefold(), row["short_name"].casefold()}
    found = []
    for name in row["alt_names"].split(","):
        if name.strip() and name.isascii() and name.casefold() not in known:
            known.add(name.casefold())
            found.append(name.strip())
    return found


def care_boards(boards: Path, cover: Path, authorities: Path) -> Rows:
    """Name, "yes" where it still exists, ITL3 codes of the councils it covers."""
    itl3 = {row["gss_code"]: row["itl3_2025"].split(";") for row in read(authorities)}
    covered = defaultdict(set)
    for row in read(cover):
        covered[row["icb_ons"]].update(code for code in itl3.get(row["lad_gss"], ()) if code)
    return [
        (row["name"], row["current"], " ".join(sorted(covered[row["ons_code"]])))
        for row in read(boards)
    ]


def trusts(path: Path) -> Rows:
    """Name, kind, "yes" where it still exists, aliases and former names."""
    return [
        (row["name"], row["kind"], row["current"], row["aliases"].replace("; ", ";"))
        for row in read(path)
    ]


def districts(path: Path) -> Rows:
    """Postcode district and the ITL3 code that holds most of it."""
    return [(row["district"], row["main_itl3_2025"].split(";")[0]) for row in read(path)]


NEAR_KM = 7


def neighbours(path: Path, authorities: Path) -> Rows:
    """ITL3 code and the ITL3 codes that border on it.

    Two regions are neighbours where a postcode district has a twentieth of its postcodes in each,
    or where the middles of two of their districts are at most 7 km apart. No district of Northern
    Ireland is known, so its regions have no row.
    """
    itl3 = {row["gss_code"]: row["itl3_2025"].split(";")[0] for row in read(authorities)}
    found, middles = defaultdict(set), []
    for row in read(path):
        shares = (part.partition(":")[0] for part in row["lads_over_5pct"].split(";"))
        own = row["main_itl3_2025"].split(";")[0]
        lands = {own, *(itl3.get(code, "") for code in shares)} - {""}
        for one in lands:
            found[one] |= lands - {one}
        middles.append((own, float(row["lat"]), float(row["lon"])))
    for one, lat, lon in middles:
        for other, other_lat, other_lon in middles:
            if (
                one != other
                and abs(lat - other_lat) < 0.1
                and kilometres(lat, lon, other_lat, other_lon) <= NEAR_KM
            ):
                found[one].add(other)
    return sorted((code, " ".join(sorted(near))) for code, near in found.items() if near)


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Between two points not far apart."""
    east = (lon - other_lon) * math.cos(math.radians(lat))
    return 111.2 * math.hypot(lat - other_lat, east)


def successions(boards: Path, authorities: Path, groups: Path) -> Rows:
    """A former body and one that took over from it, whole or in part, by their full names.

    Where the register says of a council only that it ended, it has no row.
    """
    found = {(row["name"], row["successor"]) for row in read(groups)}
    names = {row["ons_code"]: row["name"] for row in read(boards)}
    for row in read(boards):
        for code in filter(None, row["successors"].split(";")):
            found.add((row["name"], names[code.split()[0]]))
    councils_by_code = {row["register_code"]: row["official_name"] for row in read(authorities)}
    for row in read(authorities):
        for code in filter(None, row["replaced_by"].split(",")):
            found.add((row["official_name"], councils_by_code[code.strip()]))
    return sorted(pair for pair in found if pair[0] != pair[1])


def as_itl(code: str) -> str:
    """NUTS codes begin with UK where ITL codes begin with TL."""
    return "TL" + code[2:]


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by column name."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
