"""What is counted of the records of a run."""

import pytest

from aggregator import errors
from aggregator.health import measuring
from aggregator.model import FindingKind, Notice
from aggregator.testing import a_buyer, a_notice, utc


def counted(*notices: Notice) -> dict[str, int]:
    return dict(measuring.coverage(measuring.mark(notice) for notice in notices))


def test_a_field_is_counted_where_it_is_stated() -> None:
    bare = a_notice(notice_id="2", deadline=None, description=None, buyers=(), flags=("odd",))
    assert counted(a_notice(), bare) == {
        "all": 2, "doubtful": 1, "title": 2, "buyer": 1, "deadline": 1, "value": 0,
        "description": 1, "cpv": 0,
    }  # fmt: skip


def test_one_buyer_in_a_row_counts_no_more_than_its_share() -> None:
    awards = [a_notice(notice_id=str(n), deadline=None) for n in range(30)]
    others = [a_notice(notice_id=f"b{n}", buyers=(a_buyer(f"Body {n}"),)) for n in range(9)]
    found = counted(*awards, *others)
    assert (found["all"], found["deadline"]) == (13, 9)


def test_without_buyers_every_record_counts() -> None:
    assert counted(*[a_notice(notice_id=str(n), buyers=()) for n in range(30)])["all"] == 30


def test_days_are_uk_days() -> None:
    assert measuring.days([utc(2026, 6, 1, 23, 30)]) == {utc(2026, 6, 2).date(): 1}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (errors.Unreachable("x"), FindingKind.UNREACHABLE),
        (errors.OwnNetworkDown("x"), FindingKind.OFFLINE),
        (errors.RobotsUnknown("x"), FindingKind.ROBOTS),
        (errors.Disallowed("x"), FindingKind.ROBOTS),
        (errors.Throttled("x", status=429, wait=5), FindingKind.THROTTLED),
        (errors.Refused("x", status=403), FindingKind.REFUSED),
        (errors.Refused("x", status=404), FindingKind.MOVED),
        (errors.Refused("x", status=502), FindingKind.UNAVAILABLE),
        (errors.Blocked("x"), FindingKind.BLOCK_PAGE),
        (errors.CutShort("x"), FindingKind.CUT),
        (errors.Undecodable("x"), FindingKind.CUT),
        (errors.MissingStructure("x"), FindingKind.CHANGED_PAGE),
        (errors.ParserStopped("x"), FindingKind.OTHER_FAULT),
        (ZeroDivisionError("x"), FindingKind.OTHER_FAULT),
    ],
)
def test_every_fault_has_a_name(fault: Exception, kind: FindingKind) -> None:
    assert measuring.fault_kind(fault) is kind
