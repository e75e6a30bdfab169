"""A simulated year: is everybody told everything once, and in time?

    python -m tests.year                       # 365 days, 25 sources, 2,000 subscribers
    python -m tests.year --days 30 --subscribers 200

Made-up portals publish, move deadlines, cancel, and publish what another portal has already; they
and our own process fail at random, also in the middle of a delivery. The use cases are the real
ones, on a real file; an oracle keeps books of its own, from the rules and not from the code.
"""
