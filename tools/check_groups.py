"""Compare the hand-made table of commissioning groups with published reference data.

    python tools/check_groups.py FOLDER

FOLDER holds icbs_england.csv and icb_local_authorities.csv. Prints what agrees, what contradicts,
and the groups whose names hold no council's name, which these files cannot confirm. Ends with
status 1 where something contradicts.
"""

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

GROUPS = Path(__file__).with_name("commissioning_groups.csv")
EXPECTED = 106
"""Groups that were left when care boards took over on 1 July 2022."""

LANDS = re.compile(r"\b(?:NHS|Clinical Commissioning Group|CCG)\b")


def main() -> None:
    """Print the comparison."""
    folder = Path(sys.argv[1])
    groups = {row["name"]: row["successor"] for row in read(GROUPS)}
    boards = list(read(folder / "icbs_england.csv"))
    first = {row["name"] for row in boards if row["valid_from"].startswith("2022")}
    wrong = [f"{name}: {board} is no board of 2022" for name, board in groups.items()
             if board not in first]  # fmt: skip
    wrong += [f"{board}: no group led to it" for board in sorted(first - set(groups.values()))]
    if len(groups) != EXPECTED:
        wrong.append(f"{len(groups)} groups and not {EXPECTED}")
    confirmed, open_ones = [], []
    councils = list(read(folder / "icb_local_authorities.csv"))
    for name, board in groups.items():
        found = {row["icb_name"] for row in councils if is_in(row["lad_name"], name)}
        same = names_of(board, boards)
        if not found:
            (confirmed if shares_name(name, board) else open_ones).append(name)
        elif found & same:
            confirmed.append(name)
        else:
            wrong.append(f"{name}: {board}, but its councils are in {sorted(found)}")
    print(f"{len(groups)} groups, {len(first)} boards; {len(confirmed)} confirmed by name")
    print(f"{len(open_ones)} that these files cannot confirm:", *sorted(open_ones), sep="\n  ")
    print(f"{len(wrong)} contradictions:", *wrong, sep="\n  ")
    sys.exit(1 if wrong else 0)


def names_of(board: str, boards: list[dict[str, str]]) -> set[str]:
    """The board and those that took over from it since: councils are listed under present ones."""
    by_code = {row["ons_code"]: row["name"] for row in boards}
    found, waiting = set(), [board]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            said = ";".join(row["successors"] for row in boards if row["name"] == name)
            waiting += [by_code[code.split()[0]] for code in filter(None, said.split(";"))]
    return found


def is_in(council: str, group: str) -> bool:
    """Whether a council's name stands in the group's as a whole, and not of a direction of it."""
    place = plain(re.sub(r"^City of | City$|^Kingston upon |-on-Sea$|,.*", "", council))
    if place == "London":
        return False
    beside = "".join(f"(?<!{way} )" for way in ("North", "South", "East", "West", "Mid", "Central"))
    return re.search(rf"{beside}\b{re.escape(place)}\b", plain(group)) is not None


def plain(name: str) -> str:
    """ "St. Helens" and "Stoke-on-Trent" without marks."""
    return name.replace(".", "").replace("-", " ")


def shares_name(group: str, board: str) -> bool:
    """Whether the board has the group's whole name."""
    return LANDS.sub("", group).strip() in board


def read(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file by column name."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


if __name__ == "__main__":
    main()
