"""Shares with their intervals: how sure a figure from so few notices is."""

from dataclasses import dataclass
from math import sqrt

LIKELY = 1.959964
"""Standard deviations to either side of a 95 % interval."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A share with its 95 % interval by Wilson's formula; 0 to 1 without cases."""

    hits: int
    cases: int

    @property
    def value(self) -> float:
        """The share, 0 where there are no cases."""
        return self.hits / self.cases if self.cases else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound."""
        if not self.cases:
            return 0.0, 1.0
        spread = LIKELY**2 / self.cases
        middle = (self.value + spread / 2) / (1 + spread)
        root = sqrt(self.value * (1 - self.value) / self.cases + spread / (4 * self.cases))
        half = LIKELY * root / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if not self.cases:
            return "– (no cases)"
        low, high = self.interval
        return f"{self.value:.2f} ({self.hits} of {self.cases}; {low:.2f} to {high:.2f})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """How a set that was given compares with the set that was wanted.

    right: in both. given, wanted: how many each has.
    """

    name: str
    right: int
    given: int
    wanted: int

    @property
    def precision(self) -> Rate:
        """How much of what was given is right."""
        return Rate(hits=self.right, cases=self.given)

    @property
    def recall(self) -> Rate:
        """How much of what was wanted was given."""
        return Rate(hits=self.right, cases=self.wanted)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0 where both sets are empty."""
        both = self.given + self.wanted
        return 2 * self.right / both if both else 0.0

    @property
    def f1_interval(self) -> tuple[float, float]:
        """F1 is 2s / (1 + s) of s, what both sets have in common; s has its interval."""
        low, high = Rate(hits=self.right, cases=self.given + self.wanted - self.right).interval
        return 2 * low / (1 + low), 2 * high / (1 + high)
