"""Welsh words as they stand after other words: their first letter changes.

Soft, nasal and aspirate mutation and the h before a vowel, as any Welsh grammar lists them:
"cwnsela" also stands as "gwnsela", "nghwnsela" and "chwnsela".
"""

_CHANGES = (
    ("ll", ("l",)),
    ("rh", ("r",)),
    ("ch", ()),
    ("dd", ()),
    ("ff", ()),
    ("ph", ()),
    ("th", ()),
    ("ng", ()),
    ("c", ("g", "ngh", "ch")),
    ("p", ("b", "mh", "ph")),
    ("t", ("d", "nh", "th")),
    ("g", ("", "ng")),
    ("b", ("f", "m")),
    ("d", ("dd", "n")),
    ("m", ("f",)),
    ("a", ("ha",)),
    ("e", ("he",)),
    ("i", ("hi",)),
    ("o", ("ho",)),
    ("u", ("hu",)),
    ("w", ("hw",)),
    ("y", ("hy",)),
)


def mutations(needle: str) -> tuple[str, ...]:
    """The needle (" iechyd meddwl ") and its mutated forms; only the first word changes."""
    word = needle.lstrip()
    for first, others in _CHANGES:
        if word.startswith(first):
            return (needle, *(f" {other}{word[len(first) :]}" for other in others))
    return (needle,)
