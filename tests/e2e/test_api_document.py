"""What the OpenAPI document says is what the deployed API does: Schemathesis makes requests of it, good ones
and bad ones, and compares each answer with its description."""

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig

from app import ROUTES
from chalicelib.handlers.openapi import describe
from tests.builders.visitor import Visitor
from tools.running import Stack

# What a valid request may be refused for by a rule that no schema can tell: a category that is another
# organisation's, a code that nobody has, a cursor that was not ours.
BY_A_RULE = ["2xx", "404", "406", "422"]

CONFIG = SchemathesisConfig.from_dict(
    {
        "dictionaries": {
            "categories": {"values": ["road", "light", "other"]},
            "projects": {"values": [1, 5, 17]},
            "years": {"values": [2566, 2567, 2570]},
        },
        "parameters": {
            "path.org": "demo",
            "path.number": {"dictionary": "projects", "probability": 0.6},
            "query.fiscal_year": {"dictionary": "years", "probability": 0.6},
            "body.category": {"dictionary": "categories", "probability": 0.8},
        },
        "generation": {"deterministic": True, "max-examples": 25, "database": "none"},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": BY_A_RULE},
            # To another method the gateway answers, which knows no 405: see test_gateway.py.
            "unsupported_method": {"enabled": False},
        },
    }
)

schema = schemathesis.openapi.from_dict(describe([route for route in ROUTES if route.doc]), config=CONFIG)


@schema.parametrize()
def test_each_answer_is_as_the_document_says(case: schemathesis.Case, stack: Stack) -> None:
    case.call_and_validate(base_url=stack.site, timeout=30)


def test_a_complaint_is_followed_as_the_document_says(stack: Stack) -> None:
    """No schema can tell a code that somebody has."""
    code = Visitor(site=stack.site).files()
    operation = schema["/api/v1/{org}/complaints/{tracking_code}"]["GET"]
    for typed in (code, code.replace("-", "")):
        case = operation.Case(path_parameters={"org": "demo", "tracking_code": typed})
        assert case.call_and_validate(base_url=stack.site).status_code == 200


@pytest.mark.parametrize("path", [route.path for route in ROUTES if route.doc and route.doc.csv])
def test_a_table_comes_as_csv_as_the_document_says(stack: Stack, path: str) -> None:
    case = schema[path]["GET"].Case(path_parameters={"org": "demo"}, headers={"Accept": "text/csv"})
    answer = case.call_and_validate(base_url=stack.site)
    assert answer.headers["content-type"] == ["text/csv; charset=utf-8"]
