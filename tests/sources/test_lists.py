"""JSON, CSV and XML lists, long pages and plans, as portals and strangers may serve them."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from aggregator.errors import AnswerError, Blocked, MissingStructure, Undecodable
from aggregator.model import Parsed, Request, Stage
from aggregator.stage import read as stage_of
from sources.answers import an_adapter, an_answer

JSON: dict[str, Any] = {
    "path": "/api?page={page}",
    "pages": 3,
    "rows": "data.items",
    "total": "data.total",
    "page_size": 2,
    "key": {"path": "id"},
    "link": {"path": "web"},
    "kind_of_notice": "grant",
    "fields": {
        "title": {"path": "name"},
        "deadline": {"path": "dates.closes"},
        "place": {"path": "areas", "optional": True},
    },
}
CSV: dict[str, Any] = {
    "path": "/list.csv",
    "kind_of_notice": "grant",
    "key": {"column": "Id"},
    "fields": {"title": {"column": "Fund"}, "deadline": {"column": "Closes"}},
}
XML: dict[str, Any] = {
    "path": "/list.xml",
    "root": "list",
    "rows": "one",
    "kind_of_notice": "contract",
    "key": {"select": "id"},
    "fields": {"title": {"select": "name"}, "cpv": {"select": "codes/code", "attr": "no"}},
}


def item(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Fund {number}",
        "dates": {"closes": "/Date(1797595200000)/"},
        "areas": None,
        "web": f"/fund/{number}",
        **changes,
    }


def served(*items: object, total: object = None) -> str:
    return json.dumps({"data": {"items": items, "total": len(items) if total is None else total}})


def read(kind: str, options: dict[str, Any], body: str | bytes, page: int = 1) -> Parsed:
    adapter = an_adapter(kind, **options)
    url = f"https://portal.example/api?page={page}"
    request = Request(source_id="made-up", url=url, reader="read_page", page=page)
    answer: Parsed = adapter.read(an_answer(adapter, body, request=request))
    return answer


def test_a_json_row_becomes_a_notice() -> None:
    parsed = read("json-list", JSON, served(item(1, areas=["North", "South"])))
    (notice,) = parsed.notices
    assert (notice.notice_id, notice.url) == ("1", "https://portal.example/fund/1")
    assert notice.facts.title == "Fund 1"
    assert [place.name for place in notice.facts.places] == ["North, South"]
    assert notice.facts.deadline is not None
    assert notice.facts.deadline.instant.isoformat() == "2026-12-18T12:00:00+00:00"
    assert parsed.requests == ()


def test_pages_are_read_up_to_the_stated_total() -> None:
    asked = [
        [call.page for call in read("json-list", JSON, body, page).requests]
        for page, body in (
            (1, served(item(1), item(2), total=5)),
            (2, served(item(3), item(4), total=5)),
            (3, served(item(5), total=5)),
        )
    ]
    assert asked == [[2], [3], []]


def test_a_list_that_goes_on_behind_the_last_page_says_so() -> None:
    parsed = read("json-list", JSON, served(item(5), item(6), total=9), page=3)
    assert [(r.field, r.reason) for r in parsed.rejections] == [
        ("pages", "the list has 5 pages, the entry reads 3")
    ]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (served(item(1), total=2), MissingStructure),
        (served(total=3), MissingStructure),
        (served(item(1), total="many"), MissingStructure),
        (served(item(1), total=True), MissingStructure),
        (served(item(1), total=-1), MissingStructure),
        (served(item(1), total="9" * 5_000), MissingStructure),
        (served(item(1, name=[["x"]]), item(2, name=[[[]]])), MissingStructure),
        (json.dumps({"data": {"items": {}, "total": 0}}), MissingStructure),
        (json.dumps({"error": "try again"}), MissingStructure),
        ("[]", MissingStructure),
        ("null", MissingStructure),
        ("", Undecodable),
        (served(item(1))[:-9], Undecodable),
        ("[" * 100_000, Undecodable),
        ("<html><p>Hello</p></html>", MissingStructure),
        ("<html><p>Access denied</p></html>", Blocked),
        (served(item(1, name={"en": "x"}), item(2, name={"en": "y"})), MissingStructure),
    ],
)
def test_json_that_is_not_as_promised_is_an_error(body: str, error: type[AnswerError]) -> None:
    with pytest.raises(error):
        read("json-list", JSON, body)


def test_a_true_nothing_in_json_is_believed() -> None:
    assert read("json-list", JSON, served()) == Parsed()


def test_a_list_that_is_never_empty_may_say_so() -> None:
    with pytest.raises(MissingStructure, match="never fewer than 1"):
        read("json-list", {**JSON, "min_rows": 1}, served())


def test_impossible_numbers_in_json_are_left_out_and_said() -> None:
    body = served(item(1)).replace('"areas": null', '"areas": 1e9999')
    parsed = read("json-list", JSON, body)
    assert len(parsed.notices) == 1
    assert "1e9999" in parsed.rejections[0].reason


def test_a_script_in_a_page_is_found_and_missed() -> None:
    options = {**JSON, "script": "script#state"}
    page = '<html><script id="state" type="application/json">{}</script></html>'
    assert read("json-list", options, page.format(served(item(1)))).notices
    with pytest.raises(MissingStructure, match="script#state"):
        read("json-list", options, "<html><p>Welcome</p></html>")


def csv(*lines: str) -> str:
    return "".join(f"{line}\n" for line in ("Id,Fund,Closes", *lines))


def test_columns_are_found_by_name_in_any_order() -> None:
    text = "CLOSES,Other,  fund ,Id\n18/12/2026,x,Carers,7\n"
    (notice,) = read("csv-list", CSV, text).notices
    assert (notice.notice_id, notice.facts.title) == ("7", "Carers")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", MissingStructure),
        ("\n", MissingStructure),
        ("Id,Fund\n1,x\n", MissingStructure),
        ("Id,Fund,Closes,Id\n1,x,y,2\n", MissingStructure),
        (csv("1,x,18/12/2026")[:-1], Undecodable),
        (csv('1,"x,18/12/2026'), Undecodable),
        (csv("1,,", "2,,"), MissingStructure),
        (csv("1,x", "2,y"), MissingStructure),
        (csv(f"1,{'x' * 200_000},18/12/2026"), Undecodable),
        (csv("1,x,18/12/2026").encode("utf-16"), Undecodable),
        ("<html>Too many requests</html>\n", Blocked),
    ],
)
def test_a_file_that_is_not_as_promised_is_an_error(
    body: str | bytes, error: type[AnswerError]
) -> None:
    with pytest.raises(error):
        read("csv-list", CSV, body)


def test_formulas_are_text_and_never_links() -> None:
    options = {**CSV, "link": {"column": "Web"}}
    body = 'Id,Fund,Closes,Web\n1,"=1+1",18/12/2026,"=HYPERLINK(""https://bad.example"")"\n'
    (notice,) = read("csv-list", options, body).notices
    assert notice.facts.title == "=1+1"
    assert notice.url is None


def xml(inner: str) -> str:
    return f'<?xml version="1.0"?><list xmlns="urn:x"><head>h</head>{inner}</list>'


ONE = "<one><id>1</id><name>Hub &amp; café</name><codes><code no='85312320'/></codes></one>"


def test_an_xml_row_becomes_a_notice_whatever_its_namespace() -> None:
    (notice,) = read("xml-list", XML, xml(ONE)).notices
    assert notice.facts.title == "Hub & café"
    assert [one.id for one in notice.facts.classifications] == ["85312320"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (xml(""), MissingStructure),
        (xml(f"<page>{ONE}</page>"), MissingStructure),
        (xml(ONE)[:-3], Undecodable),
        ("", Undecodable),
        ("<html><p>Hello</p></html>", MissingStructure),
        ('<!DOCTYPE list [<!ENTITY a "b">]>' + xml(ONE)[21:], MissingStructure),
        (xml(ONE.replace("code no", "code nr")), MissingStructure),
    ],
)
def test_xml_that_is_not_as_promised_is_an_error(body: str, error: type[AnswerError]) -> None:
    with pytest.raises(error):
        read("xml-list", XML, body)


def test_xml_may_be_empty_where_the_entry_says_so_and_nothing_rich_stands_there() -> None:
    options = {**XML, "may_be_empty": True}
    assert read("xml-list", options, xml("")) == Parsed()
    for other in (ONE.replace("one", "item"), f"<page>{ONE}</page>"):
        with pytest.raises(MissingStructure):
            read("xml-list", options, xml(other))


def test_entities_from_elsewhere_are_never_read() -> None:
    bomb = "<!DOCTYPE list [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
    with pytest.raises(MissingStructure, match="document type"):
        read("xml-list", XML, bomb + xml(ONE.replace("café", "&a;"))[21:])


@pytest.mark.parametrize("kind", ["json-list", "csv-list", "xml-list"])
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_no_bytes_are_a_surprise(kind: str, data: st.DataObject) -> None:
    options, good = {
        "json-list": (JSON, served(item(1), item(2)).encode()),
        "csv-list": (CSV, csv("1,x,18/12/2026").encode()),
        "xml-list": (XML, xml(ONE).encode()),
    }[kind]
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, len(good)))
    body = good[:start] + data.draw(st.binary(max_size=12)) + good[end:]
    try:
        parsed = read(kind, options, body)
    except AnswerError:
        return
    assert not any("unexpected" in rejection.reason for rejection in parsed.rejections)


def test_a_plan_is_never_told_as_open() -> None:
    columns = {"title": "Subject", "expected_tender": "Due", "status": "State"}
    options = {
        "path": "/plan.csv",
        "key": {"column": "Ref"},
        "fields": {name: {"column": column} for name, column in columns.items()},
    }
    rows = ("1,Tender for a crisis house,1/4/2027,Open", "2,Old,1/4/2027,Withdrawn", "")
    body = "\n".join(("Ref,Subject,Due,State", *rows))
    first, second = read("plan-file", options, body).notices
    assert stage_of(first).stage is Stage.PIPELINE
    assert stage_of(second).stage is Stage.CANCELLED
    assert first.facts.deadline is None


@pytest.mark.parametrize(
    "wrong",
    [{"fields": {"title": {"column": "A"}, "deadline": {"column": "B"}}}, {"tags": "tender"}],
)
def test_a_plan_has_neither_deadline_nor_tags(wrong: dict[str, Any]) -> None:
    good = {"path": "/p", "key": {"column": "A"}, "fields": {"title": {"column": "A"}}}
    an_adapter("plan-file", **good)
    with pytest.raises(ValidationError, match="a plan has no"):
        an_adapter("plan-file", **{**good, **wrong})


@pytest.mark.parametrize(
    ("kind", "options", "wrong"),
    [
        ("json-list", JSON, {"rows": "data["}),
        ("json-list", JSON, {"key": {"path": ""}}),
        ("json-list", JSON, {"script": "a["}),
        ("csv-list", CSV, {"encoding": "klingon"}),
        ("csv-list", CSV, {"delimiter": ";;"}),
        ("xml-list", XML, {"rows": "//one[1]"}),
        ("xml-list", XML, {"fields": {"title": {"select": "a", "regex": "("}}}),
        ("in-tend", {"tenant": "northmoor"}, {"tenant": "a/b"}),
        ("in-tend", {}, {}),
    ],
)
def test_what_an_entry_says_is_checked(
    kind: str, options: dict[str, Any], wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        an_adapter(kind, **{**options, **wrong})


def test_rows_end_before_they_begin_where_two_columns_changed_places() -> None:
    options = {**CSV, "fields": {**CSV["fields"], "published": {"column": "From"}}}
    lines = ["Id,Fund,Closes,From", "1,a,1/10/2026,18/12/2026", "2,b,2/10/2026,19/12/2026", ""]
    with pytest.raises(MissingStructure, match="swapped"):
        read("csv-list", options, "\n".join(lines))


PAGE: dict[str, Any] = {
    "path": "/list?page={page}",
    "pages": 9,
    "expect": "h1",
    "rows": "tbody tr",
    "header": "thead th",
    "key": {"labelled": "No"},
    "kind_of_notice": "contract",
    "page_count": {"select": ".pages", "regex": r"of (\d+)"},
    "fields": {"title": {"labelled": "Name"}, "buyer": {"labelled": "Who"}},
}


def table(*rows: str, heads: str = "No Name Who", pages: str = "Page 1 of 2") -> str:
    head = "".join(f"<th>{name}</th>" for name in heads.split())
    body = "".join(rows)
    return (
        f"<html><h1>List</h1><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f"<p class=pages>{pages}</p></html>"
    )


def line(*cells: object, mark: str = "") -> str:
    return f"<tr{mark}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def test_a_cell_is_found_by_the_heading_above_it_wherever_the_column_stands() -> None:
    orders = {"No Name Who": (1, "Hub", "Arden"), "Who No Name": ("Arden", 1, "Hub")}
    for heads, cells in orders.items():
        (notice,) = read("html-list", PAGE, table(line(*cells), heads=heads)).notices
        assert (notice.notice_id, notice.facts.title) == ("1", "Hub")
        assert [buyer.name for buyer in notice.facts.buyers] == ["Arden"]


def test_a_row_that_is_marked_otherwise_is_told_and_costs_no_other() -> None:
    options = {**PAGE, "rows": "tbody tr.row"}
    mark = " class=row"
    body = table(line(1, "a", "b", mark=mark), line(2, "c", "d"), line(3, "e", "f", mark=mark))
    parsed = read("html-list", options, body)
    assert [notice.notice_id for notice in parsed.notices] == ["1", "3"]
    assert [r.reason for r in parsed.rejections] == ["looks unlike the other rows"]
    assert not read("html-list", {**options, "not_rows": "tr:not(.row)"}, body).rejections


@pytest.mark.parametrize(
    "body",
    [
        table(),
        table(pages="Page 1 of many"),
        table(line(1, "a", "b"), pages="Page 1"),
        table(line(1, "a", "b"), pages=f"Page 1 of {'9' * 5_000}"),
        table(line(1, "<script>a</script>", "b")),
        table(line(1, "a")),
    ],
)
def test_a_table_that_is_not_as_promised_is_an_error(body: str) -> None:
    with pytest.raises(MissingStructure):
        read("html-list", PAGE, body)


def test_a_page_that_ought_to_have_rows_has_them() -> None:
    with pytest.raises(MissingStructure, match="no rows"):
        read("html-list", PAGE, table(pages="Page 2 of 2"), page=2)
    assert read("html-list", PAGE, table(pages="Page 3 of 2"), page=3) == Parsed()


def test_pages_of_rows_need_an_address() -> None:
    detail = {"expect": "h1", "fields": {"title": {"select": "h1"}}}
    with pytest.raises(ValidationError, match="detail needs a path"):
        an_adapter("html-list", **PAGE, detail=detail)


def test_a_page_of_a_row_never_leads_to_another_host() -> None:
    detail = {"expect": "h1", "fields": {"title": {"select": "h1"}}}
    options = {**PAGE, "detail": detail, "link": {"select": "a", "attr": "href"}}
    options["link_hosts"] = ["other.example"]
    away = line(1, '<a href="https://other.example/1">a</a>', "b")
    here = line(2, '<a href="/2">c</a>', "d")
    parsed = read("html-list", options, table(away, here, pages="Page 1 of 1"))
    assert [call.url.partition("#")[0] for call in parsed.requests] == ["https://portal.example/2"]


def test_an_id_with_odd_letters_comes_back_from_the_address_of_its_page() -> None:
    detail = {"path": "/one/{key}", "expect": "h1", "fields": {"title": {"select": "h1"}}}
    adapter = an_adapter("html-list", **PAGE, detail=detail)
    body = table(line("A/1 &amp; #2%", "a", "b"), pages="Page 1 of 1")
    (call,) = adapter.read(an_answer(adapter, body)).requests
    assert call.url.startswith("https://portal.example/one/A%2F1%20%26%20%232%25#")
    (notice,) = adapter.read(an_answer(adapter, "<html><h1>One</h1></html>", request=call)).notices
    assert notice.notice_id == "A/1 & #2%/page"
    assert notice.related[0].identifier == "A/1 & #2%"
