"""The Chalice application, with the answers of the framework itself in our own words."""

from http import HTTPStatus
from typing import Any

from chalice.app import Chalice, RestAPIEventHandler
from chalice.app import Response as ChaliceResponse

BINARY_TYPES = ["font/woff2", "image/jpeg", "image/png", "image/x-icon"]


class _Handler(RestAPIEventHandler):
    """Sends binary answers whatever the request's `Accept` says: browsers' vary, and a 400 helps nobody."""

    def _validate_binary_response(self, request_headers: Any, response_headers: Any) -> bool:
        return True


class Application(Chalice):
    """Chalice, but for how it refuses a request before a view is found."""

    def __init__(self) -> None:
        super().__init__(app_name="sucharit")
        self.api.binary_types = BINARY_TYPES

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        self.lambda_context = context
        handler = _Handler(
            self.routes,
            self.api,
            self.log,
            self.debug,
            middleware_handlers=self._get_middleware_handlers("http"),
        )
        self.current_request = handler.create_request_object(event, context)
        path, method = event["requestContext"]["resourcePath"], event["requestContext"]["httpMethod"]
        if method not in self.routes.get(path, {}):
            return _refusal(self.routes.get(path, {}))
        answer: dict[str, Any] = handler(event, context)
        return answer


def _refusal(methods: dict[str, Any]) -> dict[str, Any]:
    """What a door says to a path that it does not serve, or to another method."""
    from chalicelib.handlers.routing import SECURITY_HEADERS, problem  # noqa: PLC0415

    if not methods:
        response = problem(HTTPStatus.NOT_FOUND)
    else:
        response = problem(HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": ", ".join(sorted(methods))})
    headers: dict[str, Any] = {**SECURITY_HEADERS, "Content-Type": response.content_type, **response.headers}
    answer: dict[str, Any] = ChaliceResponse(response.body, headers, response.status).to_dict()
    return answer
