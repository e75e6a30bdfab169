"""What the domain of the sender says about who may send in its name: SPF, DKIM and DMARC.

Without them mail lands among spam or is refused: Gmail and Outlook ask them of everybody who sends
to many (support.google.com/a/answer/14229414; Microsoft answers 550 5.7.515 since May 2025).
"""

from collections.abc import Callable, Iterator

from aggregator.checks.result import Result, doubtful, fine

Ask = Callable[[str], tuple[str, ...] | None]
"""The TXT records of a name: () where there are none, None where nobody could be asked."""

SELECTORS = ("default", "mail", "dkim", "selector1", "google", "k1", "s1", "smtp")
"""Names under which providers put DKIM keys; the mail itself tells the one that is used."""

SECONDS = 4.0


def of_domain(domain: str, ask: Ask) -> Iterator[Result]:
    """Hints for one domain, each with the record to add."""
    texts = ask(domain)
    policies = None if texts is None else ask(f"_dmarc.{domain}")
    if texts is None or policies is None:
        yield fine("dns", f"SPF, DKIM and DMARC of {domain}: could not ask (no name service)")
        return
    yield spf(domain, [text for text in texts if text.lower().startswith("v=spf1")])
    yield dkim(domain, ask)
    if not policies and domain.count(".") > 1:
        policies = ask(f"_dmarc.{domain.partition('.')[2]}") or ()
    yield dmarc(domain, [text for text in policies if text.lower().startswith("v=dmarc1")])


def spf(domain: str, found: list[str]) -> Result:
    """Which servers may send for the domain."""
    if len(found) == 1:
        if found[0].split()[-1].lower() in {"+all", "all"}:
            remedy = "end it with -all or ~all"
            return doubtful("spf", f"SPF of {domain} lets everybody send in its name", remedy)
        return fine("spf", f"SPF of {domain} is there; does it name your mail server?")
    if found:
        remedy = "join them to one record; receivers take several for none"
        return doubtful("spf", f"{domain} has {len(found)} SPF records", remedy)
    remedy = (
        f"add a TXT record at {domain}, as your mail provider says, for instance: "
        "v=spf1 include:spf.your-provider.uk ~all"
    )
    return doubtful("spf", f"{domain} does not say which servers may send for it (SPF)", remedy)


def dkim(domain: str, ask: Ask) -> Result:
    """The key that the mail server signs with; it may stand under any name."""
    for selector in SELECTORS:
        for text in ask(f"{selector}._domainkey.{domain}") or ():
            if "p=" in text:
                return fine("dkim", f"DKIM of {domain} is there ({selector})")
    return fine(
        "dkim",
        f"DKIM of {domain}: nothing under the usual names, which says little. Send a test mail "
        "with --mail and look for dkim=pass in its headers; without it, switch signing on at "
        "your mail provider",
    )


def dmarc(domain: str, found: list[str]) -> Result:
    """What receivers are to do with mail that is not signed."""
    if found:
        return fine("dmarc", f"DMARC of {domain} is there")
    remedy = (
        f"add a TXT record at _dmarc.{domain}: v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
    )
    return doubtful("dmarc", f"{domain} has no DMARC record", remedy)


def ask_dns(name: str) -> tuple[str, ...] | None:
    """TXT records by the machine's own name service, at most a few seconds."""
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)
