"""What councils plan to buy or decide: forward plans, pipelines of contracts, decisions to come.

Not calls to bid: whatever a row says, it is told as "pipeline" until it is dropped. Under section
93 of the Procurement Act 2023 bodies that spend over £100 million a year publish a pipeline notice;
smaller ones, and lists of key decisions to come, stand on the body's own pages as a table or CSV.
"""

from dataclasses import replace
from typing import Any, ClassVar, Self

from pydantic import model_validator

from aggregator.model import Facts, ProcurementKind
from aggregator.sources.base import AdapterOptions
from aggregator.sources.csv_list import CsvList, CsvListOptions
from aggregator.sources.html_fields import HtmlListOptions
from aggregator.sources.html_list import HtmlList
from aggregator.sources.row_values import Doubts, Values, facts_of

PIPELINE = "pipeline"
DROPPED = frozenset({"cancelled", "withdrawn"})


def _checked(fields: Any, tags: Any) -> None:
    if "deadline" in fields:
        raise ValueError("a plan has no deadline to bid by; use expected_tender for its date")
    if tags:
        raise ValueError("a plan has no tags: it is always told as pipeline")


def _planned(facts: Facts) -> Facts:
    """The body's own word for its state is kept beside it."""
    said = facts.status
    if said and said.casefold() in DROPPED:
        return replace(facts, status=said.casefold())
    return replace(facts, status=PIPELINE, method_details=facts.method_details or said)


class PlanTableOptions(HtmlListOptions):
    """As of an html-list, without kind_of_notice, deadline and tags."""

    kind_of_notice: ProcurementKind = ProcurementKind.CONTRACT

    @model_validator(mode="after")
    def _is_a_plan(self) -> Self:
        _checked(self.fields, self.tags)
        return self


class PlanTable(HtmlList):
    """A plan as a table on a page."""

    Options: ClassVar[type[AdapterOptions]] = PlanTableOptions

    def facts(self, values: Values) -> tuple[Facts, Doubts]:
        """What the row states, as a plan."""
        facts, doubts = facts_of(values, self.options)
        return _planned(facts), doubts


class PlanFileOptions(CsvListOptions):
    """As of a csv-list, without kind_of_notice, deadline and tags."""

    kind_of_notice: ProcurementKind = ProcurementKind.CONTRACT

    @model_validator(mode="after")
    def _is_a_plan(self) -> Self:
        _checked(self.fields, self.tags)
        return self


class PlanFile(CsvList):
    """A plan as a CSV file."""

    Options: ClassVar[type[AdapterOptions]] = PlanFileOptions

    def facts(self, values: Values) -> tuple[Facts, Doubts]:
        """What the row states, as a plan."""
        facts, doubts = facts_of(values, self.options)
        return _planned(facts), doubts
