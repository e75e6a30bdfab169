"""The store: real SQLite, in memory and in files."""
