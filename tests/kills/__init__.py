"""Kills the process at random moments and counts what was lost or told twice.

    python -m tests.kills --kills 10000             # at random moments, by a mail server
    python -m tests.kills --syscalls                # before every single call into the kernel
    python -m tests.kills --planted                 # faults planted on purpose: are they seen?

A warmed parent forks a child that collects, composes and delivers; the parent kills it (SIGKILL)
and forks the next. The portal goes on publishing meanwhile, and sometimes two children are at work
at once. After some dozens of kills one cycle runs undisturbed, and every opportunity must have been
told exactly once to every reader; then another life begins on an empty database, so that a cycle
takes the same time at the end as at the beginning.
"""
