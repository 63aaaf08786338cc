"""What a browser would tell its user, or should never do, while a test uses pages."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

HEADERS = {
    "content-security-policy": "default-src 'none'",
    "strict-transport-security": "max-age=",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "permissions-policy": "camera=()",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
"""What each page comes with, and how it begins."""

INTAKE = "sucharit-complaintintake-"
"""How the local cloud names the bucket of the intake."""


class Watch:
    """Notes, over all contexts that it watches, what must not happen."""

    def __init__(self) -> None:
        self._complaints: list[str] = []

    def over(self, context: BrowserContext, site: str) -> None:
        """Watch a browser; `site` is the only address that its pages may fetch from. A form may send a file
        to the intake."""

        def on_request(request: Request) -> None:
            sends = request.is_navigation_request() and request.method == "POST"
            is_intake = sends and urlsplit(request.url).path.startswith(f"/{INTAKE}")
            if not (request.url.startswith(f"{site}/") or is_intake):
                self._complaints.append(f"{request.frame.url} fetches {request.url}")

        def on_response(response: Response) -> None:
            if response.request.is_navigation_request() and response.status != 303:
                self._headers(response)
            elif response.status >= 400 and not response.request.is_navigation_request():
                self._complaints.append(f"{response.url} answers {response.status}")

        def on_console(message: ConsoleMessage) -> None:
            # Chromium notes each answer that is an error, wanted or not.
            if message.type in {"error", "warning"} and "the server responded with" not in message.text:
                self._complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

        context.on("request", on_request)
        context.on("response", on_response)
        context.on("console", on_console)
        context.on("weberror", lambda error: self._complaints.append(str(error.error)))

    def take(self) -> list[str]:
        """What was noted since it was last asked for."""
        complaints, self._complaints = self._complaints, []
        return complaints

    def _headers(self, response: Response) -> None:
        told = response.headers
        kind = told.get("content-type", "")
        if not kind.startswith("text/html"):
            return
        for name, beginning in HEADERS.items():
            if not told.get(name, "").startswith(beginning):
                path = urlsplit(response.url).path
                self._complaints.append(f"{path} comes with {name}: {told.get(name)!r}")


def weighs(page: Page, path: str) -> int:
    """Bytes that a first visit moves over the wire, all files and headers counted."""
    session = page.context.new_cdp_session(page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(path, wait_until="networkidle")
    session.detach()
    return int(sum(sizes))
