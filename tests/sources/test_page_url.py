"""Where a notice's page for people is: the official place, or the one an entry names."""

import pytest
from pydantic import ValidationError

from sources.answers import an_adapter, an_answer

PACKAGE = b"""{"releases": [{"ocid": "ocds-b5fd17-1", "id": "guid-12", "tag": ["tender"],
 "date": "2026-11-02T09:00:00Z", "tender": {"id": "A", "title": "Crisis caf\\u00e9"}}]}"""


@pytest.mark.parametrize(
    ("kind", "template", "page"),
    [
        ("find-a-tender", None, "https://www.find-tender.service.gov.uk/Notice/guid-12"),
        ("contracts-finder", None, "https://www.contractsfinder.service.gov.uk/Notice/guid"),
        ("find-a-tender", "https://x.example.org/{ocid}/{id}",
         "https://x.example.org/ocds-b5fd17-1/guid-12"),
        ("contracts-finder", "https://x.example.org/{page_id}", "https://x.example.org/guid"),
    ],
)  # fmt: skip
def test_the_page_is_the_official_one_unless_the_entry_names_another(
    kind: str, template: str | None, page: str
) -> None:
    options = {"page_url": template} if template else {}
    adapter = an_adapter(kind, **options)
    (notice,) = adapter.read(an_answer(adapter, PACKAGE)).notices
    assert notice.url == page


@pytest.mark.parametrize("template", ["https://x.example.org/{number}", "x{", "{0}", "{id.x}"])
def test_other_braces_are_refused_with_those_that_are_known(template: str) -> None:
    with pytest.raises(ValidationError, match=r"may hold \{id\}, \{page_id\} and \{ocid\}"):
        an_adapter("find-a-tender", page_url=template)
