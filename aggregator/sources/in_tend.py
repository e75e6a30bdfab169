"""In-Tend: one portal, many tenants, most of them councils and universities.

The page for people is an empty shell; its script asks Projects.svc, which answers JSON. Nobody has
seen the answer of a British tenant yet: the names are those of another tenant's. Some addresses get
a block page instead. Dates are /Date(milliseconds)/.
"""

from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from aggregator.sources.base import AdapterOptions
from aggregator.sources.json_list import JsonList, JsonListOptions

PATH = (
    "/{tenant}/aspx/Services/Projects.svc/GetProjects?strMode=Current&searchvalue="
    "&bUseSearch=false&OrderBy=Title&OrderDirection=ASC&iPage={{page}}&iPageSize=50"
    "&bOnlyWithCorrespondenceAllowed=false&iCustomerFilter=0&iOptInStatus=-1"
)
SHAPE: dict[str, Any] = {
    "pages": 40,
    "page_size": 50,
    "rows": "Data",
    "page_count": "PageCount",
    "kind_of_notice": "contract",
    "tags": ["tender"],
    "key": {"path": "ProjectID"},
    "fields": {
        "title": {"path": "Title"},
        "reference": {"path": "Reference"},
        "buyer": {"path": "Customer"},
        "description": {"path": "Description"},
        "category": {"path": "Category", "optional": True},
        "method_details": {"path": "Type", "optional": True},
        "deadline": {"path": "DateDocsAvailableUntil"},
    },
}


class InTendOptions(JsonListOptions):
    """tenant: the part of the address behind in-tendhost.co.uk. All else is the same for all."""

    tenant: Annotated[str, Field(pattern=r"^[\w.-]+$", max_length=60)]

    @model_validator(mode="before")
    @classmethod
    def _of_tenant(cls, given: dict[str, Any]) -> dict[str, Any]:
        tenant = given.get("tenant")
        made = {
            "path": PATH.format(tenant=tenant),
            "link": f"/{tenant}/aspx/ProjectManage/{{key}}",
            "headers": {"X-Requested-With": "XMLHttpRequest"},
        }
        return {**SHAPE, **made, **given}


class InTend(JsonList):
    """One tenant. A page without rows is honest where it states at most one page."""

    Options: ClassVar[type[AdapterOptions]] = InTendOptions
