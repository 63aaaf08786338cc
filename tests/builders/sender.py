"""Sending files as a browser does: by the form of a page, straight to the intake, and back."""

import time
from dataclasses import dataclass

import urllib3

from tests.builders.browser import Reply
from tests.builders.visitor import Visitor

_pool = urllib3.PoolManager(maxsize=4)


@dataclass(frozen=True)
class Sent:
    """What the intake answered, and the page to which it led."""

    status: int
    body: str
    path: str


def files_of(visitor: Visitor, code: str, org: str = "demo") -> Reply:
    """The page of a complaint's files, by its code."""
    return visitor.post(f"/{org}/complaints/track/files", {"code": code})


def send(visitor: Visitor, page: Reply, content: bytes, **other: str) -> Sent:
    """Send a file by the page's form; `other` puts fields of its own in place of the form's."""
    (form,) = (form for form in page.page.forms if "policy" in form.fields)
    fields = {**form.fields, **other, "file": ("photo.jpg", content)}
    answer = _pool.request("POST", form.action, fields=fields, redirect=False, retries=False, timeout=60)
    path = answer.headers.get("Location", "").removeprefix(visitor.site)
    return Sent(answer.status, answer.data.decode(errors="replace"), path)


def settled(visitor: Visitor, sent: Sent, patience_s: float = 60) -> Reply:
    """The page to which a file led, once it says what became of it."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        page = visitor.get(sent.path)
        if "กำลังตรวจไฟล์" not in page.text:
            return page
        time.sleep(0.05)
    raise AssertionError("nobody looked at the file")
