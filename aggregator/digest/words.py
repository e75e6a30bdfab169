"""The fixed words of the templates, one set for each language."""

from collections.abc import Mapping
from dataclasses import dataclass

from aggregator.digest.view import View
from aggregator.model import Language


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What a template says by itself. code: of the language; published: of what is published."""

    code: str
    glance: str = "At a glance"
    in_short: str = "More, in short"
    before: str = "Before"
    now: str = "Now"
    note: str = "Please note"
    quoted: str = "In the notice’s words"
    official: str = "Official notice"
    why: str = "Why you get this"
    sources: str = "About our sources"
    lapsed: str = "No longer followed"
    about: str = "About this mail"
    to_follow: str = "Follow it, or say it is not for you"
    to_unfollow: str = "See its whole story, or stop following it"
    to_calendar: str = "Put the date in your calendar"
    to_change: str = "Change what you get, and how often"
    to_change_or_stop: str = "Change or stop these mails"
    published: str = "en-GB"

    def to_its_page(self, item: View) -> str:
        """What a reader can do on the page of an item."""
        return self.to_unfollow if item.is_followed else self.to_follow

    @property
    def is_foreign(self) -> bool:
        """Whether what is published stands in another language than our own words."""
        return self.code != self.published


ENGLISH = Words(code="en-GB")
WELSH = Words(
    code="cy",
    glance="Cipolwg",
    in_short="Mwy, yn fyr",
    before="Cynt",
    now="Nawr",
    note="Sylwer",
    quoted="Yng ngeiriau’r hysbysiad",
    official="Hysbysiad swyddogol",
    why="Pam rydych yn cael hwn",
    sources="Am ein ffynonellau",
    lapsed="Dim yn cael ei ddilyn mwyach",
    about="Am y neges hon",
    to_follow="Dilynwch hwn, neu dywedwch nad yw i chi",
    to_unfollow="Gweld y stori gyfan, neu beidio â’i ddilyn mwyach",
    to_calendar="Rhowch y dyddiad yn eich calendr",
    to_change="Newid yr hyn a gewch, a pha mor aml",
    to_change_or_stop="Newid neu stopio’r negeseuon hyn",
)
WORDS: Mapping[Language, Words] = {Language.ENGLISH: ENGLISH, Language.WELSH: WELSH}
