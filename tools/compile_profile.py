"""Check the profile that comes with the program and keep the outcome beside it.

Run after every change of aggregator/profiles/mental_health.yaml: python tools/compile_profile.py
"""

import gzip

import msgspec

from aggregator.relevance.loading import DEFAULT, OUTCOME, Outcome, digest, rules_of
from aggregator.relevance.samples import misjudged


def outcome() -> bytes:
    """The outcome as kept."""
    content = DEFAULT.read_bytes()
    kept = Outcome(made_from=digest(content), rules=rules_of(content, DEFAULT))
    return gzip.compress(msgspec.json.encode(kept), mtime=0)


if __name__ == "__main__":
    target = DEFAULT.with_suffix(OUTCOME)
    target.write_bytes(outcome())
    print(f"{target}: {target.stat().st_size:,} bytes")
    for fault in misjudged():
        print(fault)
