"""Entries of lists as volunteers mistype them: every fault is told with its line and field."""

from pathlib import Path
from textwrap import dedent, indent

import pytest

from aggregator.app import build_source
from aggregator.config import load_sources
from aggregator.errors import ConfigError

HEAD = """\
- id: made-up
  kind: {kind}
  name: Made up
  base_url: https://portal.example
  pace: 2
"""


def told(folder: Path, kind: str, rest: str) -> str:
    path = folder / "sources.yaml"
    path.write_text(HEAD.format(kind=kind) + indent(dedent(rest), "  "), encoding="utf-8")
    (entry,) = load_sources(path)
    with pytest.raises(ConfigError) as caught:
        build_source(entry)
    return str(caught.value)


def test_a_json_list(tmp_path: Path) -> None:
    words = told(
        tmp_path,
        "json-list",
        """\
          path: /api
          rows: data[
          kind_of_notice: grant
          key: id
          fields:
            title:
              pth: name
            deadline:
              path: x
              zone: moon
        """,
    )
    assert "line 7, entry made-up, field rows: is no JSON path: Incomplete expression" in words
    assert "line 9, entry made-up, field key: must say where it stands, with path:" in words
    assert "line 11, entry made-up, field fields.title.path: is missing" in words
    assert "field fields.deadline.zone: should be 'offset' or 'uk_local'" in words


def test_a_csv_list(tmp_path: Path) -> None:
    words = told(
        tmp_path,
        "csv-list",
        """\
        path: list.csv
        encoding: klingon
        kind_of_notice: grant
        key: Id
        fields: {title: {column: Fund}}
        """,
    )
    assert "field path: must begin with /" in words
    assert "field encoding: is no encoding; common are utf-8" in words
    assert "field key: must say where it stands, with column:" in words


def test_a_tenant(tmp_path: Path) -> None:
    words = told(tmp_path, "in-tend", "tenat: northmoor\n")
    assert "field tenant: is missing" in words
    assert "field tenat: is not known here; did you mean tenant?" in words
