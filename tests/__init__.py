"""The tests: real SQLite, made-up fixtures, fakes from aggregator.testing."""
