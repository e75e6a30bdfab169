"""One typing slip in a long word of a title: a letter lost, added, changed, or two swapped.

Titles go out as typed ("Mental health serivces", "Couselling"). The first letter must be right,
people seldom miss it and it keeps "hoarding" apart from "boarding"; and a mere ending is no slip,
for "service" and "services" are both right.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

LONG = 7
_END = 3


def by_ends(words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Words by their first and by their last letters: one slip leaves one of the two whole."""
    ends: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        ends[word[:_END]].append(word)
        ends[word[0] + "-" + word[-_END:]].append(word)
    return {end: tuple(found) for end, found in ends.items()}


def meant(word: str, ends: Mapping[str, tuple[str, ...]]) -> str | None:
    """The known word that this one, of seven letters or more, is a single slip away from."""
    for end in (word[:_END], word[0] + "-" + word[-_END:]):
        for known in ends.get(end, ()):
            if _may_be(word, known) and _one_slip(word, known):
                return known
    return None


def _may_be(word: str, known: str) -> bool:
    if abs(len(known) - len(word)) > 1:
        return False
    return not (word.startswith(known) or known.startswith(word))


def _one_slip(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    if len(one) < len(other):
        return one[same:] == other[same + 1 :]
    if one[same + 1 :] == other[same + 1 :]:
        return True
    return (
        one[same : same + 2] == other[same : same + 2][::-1]
        and one[same + 2 :] == other[same + 2 :]
    )
