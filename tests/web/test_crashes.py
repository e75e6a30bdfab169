"""Whatever is sent to any route, no page fails: requests made from the routes' own schema."""

from collections import Counter
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

from aggregator.web.application import routes
from aggregator.web.site import site_of
from web.sites import TheSite

BUSY = 503
"""What /health says before anything was read."""


@pytest.mark.timeout(300)
def test_no_request_makes_a_page_fail(tmp_path: Path) -> None:
    site = TheSite(tmp_path / "home")
    app = routes(site_of(site.instance, clock=site.clock, fallback=site.base))
    app.openapi_url = "/openapi.json"
    app.setup()
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    sent: Counter[str] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck),
                  database=None)  # fmt: skip
        def ask(case: schemathesis.Case) -> None:
            answer = case.call()
            sent[case.operation.label] += 1
            if not (case.path == "/health" and answer.status_code == BUSY):
                case.validate_response(answer, checks=[not_a_server_error])

        ask()
    assert len(sent) >= 30
    assert sum(sent.values()) > 150
