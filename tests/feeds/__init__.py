"""A thousand feeds on loopback, polled by this program and by the `reader` package.

``python -m tests.feeds`` prints one JSON line per measure; ratios are of one run.
"""
