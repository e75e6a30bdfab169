"""Fair Notice: tells small mental-health charities about every notice that concerns them."""

__version__ = "0.1.0"
