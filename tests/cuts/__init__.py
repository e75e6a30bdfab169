"""Power cuts: what the disk may hold after every single call, and whether that is good enough.

    python -m tests.cuts --images 100000      # or with --synchronous NORMAL, a planted fault

A program that collects, composes, delivers into the outbox folder and makes a backup runs once
under strace and prints each commit it was told is safe. Then the files are rebuilt as a power cut
after each call may leave them: only what was synced; and that plus a random half of the rest, some
writes torn. A name (created, renamed, removed) lasts only once its folder was synced, which is
stricter than ext4. Each image is opened and compared with what had been acknowledged.
"""
