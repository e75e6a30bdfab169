"""Drills: what is said of backups, restores and disk faults, done and counted.

    python -m tests.drills --backups 100 --restores 20 --faults 500

Backups under write load are each restored and compared; day-old copies are restored, started and
released, and every mail is counted; and the disk fails (full, faulty, read-only) at random calls of
a cycle, after which everything must have been told exactly once.
"""
