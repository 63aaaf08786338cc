"""Where a page's forms may lead beside our own site: to the intake, from the pages that send files."""

from chalicelib.handlers.routing import SECURITY_HEADERS

_NAME = "Content-Security-Policy"
_OURS = "form-action 'self'"


def sending_to(origin: str) -> dict[str, str]:
    """The header of a page whose forms go to an origin too."""
    return {_NAME: SECURITY_HEADERS[_NAME].replace(_OURS, f"{_OURS} {origin}")}
