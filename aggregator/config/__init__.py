"""Reads the two files a host writes; every problem comes with file, line, entry and field.

It knows the fields that all sources share; what a kind of source needs besides is in `options`,
which the kind itself judges.
"""

from aggregator.config.host import FILE
from aggregator.config.secret import load_secrets
from aggregator.config.settings import (
    DkimSettings,
    MailSettings,
    SenderSettings,
    Settings,
    load_settings,
)
from aggregator.config.source_entry import COMMON_FIELDS, SourceEntry, load_sources

__all__ = [
    "COMMON_FIELDS",
    "FILE",
    "DkimSettings",
    "MailSettings",
    "SenderSettings",
    "Settings",
    "SourceEntry",
    "load_secrets",
    "load_settings",
    "load_sources",
]
