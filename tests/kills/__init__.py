"""Kills the process at random moments and counts what was lost or told twice.

    python -m tests.kills --kills 300 --channel file     # or: smtp

A warmed parent forks a child that collects, composes and delivers; the parent kills it (SIGKILL)
after a random time and starts the next. The portal goes on publishing meanwhile. At the end one
cycle runs undisturbed, and every opportunity must have been told exactly once.
"""
