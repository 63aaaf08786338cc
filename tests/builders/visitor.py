"""A browser without JavaScript in front of the deployed site, and a program in front of its API.

visitor = Visitor(site=stack.site)
page = visitor.submit(visitor.get("/demo/complaints/track"), code="…")
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import urllib3

from tests.builders.browser import Browser, Reply
from tools.accounts import one_time_code
from tools.running import SignIn, Stack

CODE = re.compile(r"(?<![\d-])\d{5}(?:-\d{5}){3}(?![\d-])")
"""A tracking code as pages show it."""

RECEIPT_CODE = re.compile(r"(?<![\d-])\d{5}(?:-\d{5}){4}(?![\d-])")
"""A receipt code as pages show it."""

REPORT = {"category": "road", "subject": "ถนนหมู่ 3 ชำรุด", "detail": "ถนนเป็นหลุมลึก น้ำท่วมขังทุกครั้งที่ฝนตก"}

STEP_S = 30
"""How long a one-time code is good for; it serves once."""

_used: dict[str, int] = {}
_pool = urllib3.PoolManager(maxsize=32)


@dataclass(kw_only=True)
class Visitor(Browser):
    """Somebody at the site's own address. `headers` go with every request."""

    site: str
    headers: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """One request as it stands, and its answer; redirects are not followed."""
        sent = {**self.headers, **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = _pool.request(
            method, self.site + path, body=body, headers=sent, redirect=False, retries=False, timeout=60
        )
        several = {name.title(): answer.headers.getlist(name) for name in answer.headers}
        told: dict[str, str | list[str]] = {
            name: values if name == "Set-Cookie" else ", ".join(values) for name, values in several.items()
        }
        return Reply(path, answer.status, told, answer.data.decode())

    def api(self, method: str, path: str, value: object = None, **headers: str) -> Reply:
        """A request of a program; a header's name is written with underscores."""
        body = b"" if value is None else json.dumps(value).encode()
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        if value is not None:
            named = {"Content-Type": "application/json", **named}
        return self.ask(method, path, body, named)

    def files(self, org: str = "demo", **fields: str) -> str:
        """Send a complaint by the form; answers its tracking code."""
        form = self.get(f"/{org}/complaints/new")
        sent = self.submit(form, **{**REPORT, **fields})
        assert sent.status == 200, sent.page.text
        return CODE.findall(sent.page.text)[0]

    def signs_in(self, account: SignIn, org: str = "demo") -> Reply:
        """Both factors; waits for a fresh one-time code where the one of now was used."""
        asked = self.submit(
            self.get(f"/{org}/console/sign-in"), username=account.username, password=account.password
        )
        wait_for_fresh_code(account.username)
        return self.submit(asked, code=one_time_code(account.secret))

    def _request(self, method: str, path: str, body: bytes, follow: bool) -> Reply:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
        reply = self.ask(method, path, body, headers)
        for cookie in reply.cookies:
            pair, *attributes = cookie.split("; ")
            name, _, value = pair.partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in attributes:
                del self.cookies[name]
        if follow and reply.status in {301, 302, 303}:
            return self._request("GET", str(reply.headers["Location"]), b"", follow)
        return reply


def wait_for_fresh_code(username: str) -> None:
    """Wait until the one-time code of now was not given before by these tests."""
    if _used.get(username) == int(time.time() // STEP_S):
        time.sleep(STEP_S - time.time() % STEP_S + 0.5)
    _used[username] = int(time.time() // STEP_S)


def who(stack: Stack, role: str) -> SignIn:
    """The demonstration's officer of a role."""
    return next(account for account in stack.signins if account.role == role)


def as_json(reply: Reply) -> Any:
    return json.loads(reply.text)
