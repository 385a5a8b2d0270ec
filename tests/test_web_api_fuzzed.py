"""Schemathesis asks every operation, within its document and beyond: each answer is one that it tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from comity.api import Comity
from tests import web as web

# isort: split
from comity.web import facts  # ninja asks for Django's settings, which tests.web makes
from comity.web.api import _mount
from comity.web.wsgi import application

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance, negative_data_rejection,
]  # fmt: skip
SPEC = schemathesis.openapi.from_dict(_mount.document())
SPEC.config.generation.update(modes=list(schemathesis.GenerationMode))


SPECIMEN = Path(__file__).parent / "specimens" / "iati_v203_all_tables.xml"
HELD: list[Comity] = []


def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """The application, reading the starter tables and an IATI file, in the place of a server."""
    facts.use(HELD[-1])
    environ["HTTP_HOST"] = "testserver"
    environ.pop("HTTP_ACCEPT_ENCODING", None)  # nobody unpacks in between
    answer: Iterable[bytes] = application(environ, start)
    return answer


SPEC.app = app


@pytest.fixture(scope="module", autouse=True)
def held(module_store: Comity) -> None:
    module_store.load(SPECIMEN)
    HELD.append(module_store)


@SPEC.parametrize()
@settings(
    max_examples=15, derandomize=True, database=None, deadline=None,
    phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_every_answer_is_as_told(case: schemathesis.Case[Any]) -> None:
    case.call_and_validate(checks=CHECKS)
