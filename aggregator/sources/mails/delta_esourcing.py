"""Delta eSourcing: suppliers get its notices by mail; there is no public search.

A notice's page is public under its access code, as linked from notices elsewhere:
/respond/CODE and /tenders/<words>/CODE. Nobody has compared this form with a live mail yet: see
to_confirm in sources.yaml.
"""

import re

from aggregator.sources.mails.forms import MailForm

FORM = MailForm(
    key="delta",
    name="Delta eSourcing",
    senders=("delta-esourcing.com", "bipsolutions.com"),
    link=re.compile(
        r"https://(?:www\.)?delta-esourcing\.com/(?:respond|tenders/[\w-]{1,300})/([A-Z0-9]{6,14})"
    ),
    labels={
        "title": ("title", "notice title", "tender title", "opportunity"),
        "buyer": ("buyer", "organisation", "authority", "contracting authority"),
        "reference": ("access code", "reference", "reference number"),
        "deadline": ("deadline", "closing date", "response deadline", "closes"),
        "value": ("value", "estimated value", "contract value"),
        "cpv": ("cpv", "cpv codes", "category"),
        "description": ("description", "summary"),
    },
)
