"""`python -m aggregator` is the command `fairnotice`."""

from aggregator.cli import main

main()
