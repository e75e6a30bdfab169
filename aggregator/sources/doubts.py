"""What a source says that we cannot read, told in its own words."""

LONGEST = 100


def as_published(name: str, text: str) -> str:
    """ "deadline as published: “Noon on Friday 18th December”", at most 100 letters of it."""
    words = " ".join(text.split())
    return f"{name} as published: “{words if len(words) <= LONGEST else words[:LONGEST] + '…'}”"
