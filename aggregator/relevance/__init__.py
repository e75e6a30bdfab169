"""Relevance: is it about what our readers do? Judged by a profile, with reasons in words."""

from aggregator.relevance.judging import judge
from aggregator.relevance.loading import load_profile
from aggregator.relevance.profile import Profile
from aggregator.relevance.subject import subject_of

__all__ = ["Profile", "judge", "load_profile", "subject_of"]
