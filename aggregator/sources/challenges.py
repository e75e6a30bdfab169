"""Pages that stand in front of the real one: challenges, consent walls, block and error pages.

They come with status 200 as well, and would otherwise look like a successful read of nothing.
"""

import re

from aggregator.errors import Blocked

SIGNS = re.compile(
    r"captcha|cf-challenge|challenge-platform|__cf_chl|_incapsula_|incident id|px-captcha"
    r"|are you (?:a )?(?:human|robot)|you are (?:a )?human|not a robot"
    r"|checking your browser|just a moment\.\.\.|enable javascript and cookies"
    r"|access (?:is |has been )?denied|request (?:was |has been )?(?:blocked|forbidden|rejected)"
    r"|(?:was|been) blocked|unusual traffic|automated (?:queries|requests|access)"
    r"|requested url was rejected|rate limit|too many requests"
    r"|before you continue|sign in to continue|please log in|session has expired"
    r"|service (?:is )?(?:temporarily )?unavailable|down for maintenance|scheduled maintenance",
    re.IGNORECASE,
)
"""Only asked where what was promised is missing, so that a notice may well speak of captchas."""


def refuse_if_blocked(text: str) -> None:
    """Raise Blocked where the page says that it is not the real one."""
    if sign := SIGNS.search(text[:200_000]):
        raise Blocked(f"a block or challenge page came instead of the list (it says “{sign[0]}”)")
