"""Addresses that nothing serves: a page for whoever mistyped one, problem details for programs.

The gateway takes these routes for what no other one matches, whatever its door.
"""

from http import HTTPStatus

from chalicelib.handlers.routing import Everyone, Refusal, Request, Response, Routes

ROUTES = Routes(__name__)


@ROUTES.page("/{org}/{rest+}", access=Everyone.PUBLIC)
def no_page(request: Request) -> Response:
    """Nothing of the organisation has this address."""
    raise Refusal(HTTPStatus.NOT_FOUND)


@ROUTES.page("/api/{rest+}", access=Everyone.PUBLIC)
def no_call(request: Request) -> Response:
    """The API has no such call."""
    raise Refusal(HTTPStatus.NOT_FOUND)
