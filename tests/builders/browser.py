"""A browser without JavaScript in front of the application: cookies, redirects and forms.

browser = Browser()
page = browser.submit(browser.get("/test/console/sign-in"), username="…", password="…")
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin

from chalice.test import Client

from tests.inspect_page import Page, PageForm, inspect_page

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    """What came back, and from where."""

    path: str
    status: int
    headers: Mapping[str, str | list[str]]
    text: str

    @property
    def page(self) -> Page:
        """The page, inspected."""
        return inspect_page(self.text, "en" if "lang=en" in self.path else "th")

    @property
    def cookies(self) -> list[str]:
        """The cookies that came with it, each with its attributes."""
        found = self.headers.get("Set-Cookie", [])
        return [found] if isinstance(found, str) else list(found)


@dataclass
class Browser:
    """Keeps cookies from page to page, and follows redirects."""

    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, *, follow: bool = True) -> Reply:
        return self._request("GET", path, b"", follow)

    def post(
        self, path: str, fields: Mapping[str, str | Sequence[str]] | None = None, *, follow: bool = True
    ) -> Reply:
        return self._request("POST", path, urlencode(fields or {}, doseq=True).encode(), follow)

    def submit(
        self, reply: Reply, *, action: str = "", follow: bool = True, **typed: str | Sequence[str]
    ) -> Reply:
        """Fill in the form that has all of these fields and send it; `action` picks one by that field."""
        form, standing = _form(reply.page, set(typed), action)
        target = urljoin(reply.path, form.action)
        return self.post(target, {**standing, **typed}, follow=follow)

    def _request(self, method: str, path: str, body: bytes, follow: bool) -> Reply:
        from app import app

        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method == "POST":
            headers["Content-Type"] = _FORM
        answer = Client(app).http.request(method, path, headers, body)
        reply = Reply(path, answer.status_code, answer.headers, answer.body.decode())
        for cookie in reply.cookies:
            pair, *attributes = cookie.split("; ")
            name, _, value = pair.partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in attributes:
                del self.cookies[name]
        if follow and reply.status in {301, 302, 303}:
            return self._request("GET", str(reply.headers["Location"]), b"", follow)
        return reply


def _form(page: Page, names: set[str], action: str) -> tuple[PageForm, dict[str, list[str]]]:
    """The posted form that has these fields, and what a browser would send of it as it stands."""
    for form, element in zip(page.forms, page.root.iter("form"), strict=True):
        fields = {e.get("name") for e in element.iter() if e.get("name")}
        if form.method == "post" and names <= fields and (not action or form.fields.get("action") == action):
            standing = {name: [value] for name, value in form.fields.items()}
            ticked = [box for box in element.iter("input") if box.get("checked") is not None]
            for name in {box.get("name") or "" for box in ticked}:
                standing[name] = [box.get("value") or "" for box in ticked if box.get("name") == name]
            return form, standing
    raise AssertionError(f"no form {action} with the fields {sorted(names)} on {page.title!r}")
