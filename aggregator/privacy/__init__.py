"""What is kept about people, in one map, and the drafts that are written from it.

Pure: the map comes with the program, the host's settings and the moment are handed in. Nothing here
is legal advice; every draft says so.
"""

from aggregator.privacy.data_map import DataMap, Kind, faults_of, load, read
from aggregator.privacy.drafts import DRAFTS, Affected, agreement, breach, dpia, notice, records
from aggregator.privacy.spellings import Spelling, places, spellings

__all__ = [
    "DRAFTS",
    "Affected",
    "DataMap",
    "Kind",
    "Spelling",
    "agreement",
    "breach",
    "dpia",
    "faults_of",
    "load",
    "notice",
    "places",
    "read",
    "records",
    "spellings",
]
