"""Text to compare: two spellings of the same words become one."""

import unicodedata

_UNIFIED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    }
)


def fold(text: str) -> str:
    """Lower case without accents, with plain quotes and dashes and single spaces.

    Folding twice changes nothing more.
    """
    if not text.isascii():
        text = _ascii_where_possible(text)
    return " ".join(text.casefold().replace("`", "'").split())


def _ascii_where_possible(text: str) -> str:
    """Unicode's compatibility folding (NFKC after casefold), accents dropped."""
    folded = unicodedata.normalize("NFKD", text.translate(_UNIFIED)).casefold()
    folded = unicodedata.normalize("NFKD", folded).casefold().translate(_UNIFIED)
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return unicodedata.normalize("NFKC", bare)
