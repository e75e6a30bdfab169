"""eTendersNI (European Dynamics ePPS), the portal of public bodies in Northern Ireland.

Its search asks for a CAPTCHA, an access control that we respect; suppliers get alerts by CPV
profile as mails. Each names calls for tenders ("CfT") with the resource id in their address.
Nobody has compared this form with a live mail yet: see to_confirm in sources.yaml.
"""

import re

from aggregator.sources.mails.forms import MailForm

FORM = MailForm(
    key="etendersni",
    name="eTendersNI",
    senders=("etendersni.gov.uk", "eurodyn.com"),
    link=re.compile(
        r"https://(?:www\.)?etendersni\.gov\.uk/epps/cft/"
        r"(?:prepareViewCfTWS|viewContractNotices|listContractDocuments)\.do\?resourceId=(\d{1,12})"
        r"(?:&\S*)?"
    ),
    labels={
        "title": ("title", "cft title", "call for tenders title", "contract title"),
        "buyer": ("contracting authority", "buyer organisation", "ca", "buyer"),
        "reference": ("cft ca unique id", "cft unique id", "reference", "resource id"),
        "deadline": (
            "time-limit for receipt of tenders or requests to participate",
            "time-limit for receipt of tenders",
            "tender submission deadline",
            "deadline",
        ),
        "value": ("estimated value (gbp)", "estimated value"),
        "cpv": ("cpv codes", "cpv"),
        "description": ("description", "short description"),
    },
)
