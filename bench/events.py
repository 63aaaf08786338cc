"""Requests as API Gateway hands them to a function, and the complaint that they send."""

import json
from typing import Any
from urllib.parse import urlencode

ORG = "demo"

COMPLAINT = {
    "category": "road",
    "subject": "ถนนหน้าวัดชำรุดเป็นหลุมลึก",
    "detail": "ถนนหน้าวัดเป็นหลุมลึกประมาณครึ่งเมตร รถจักรยานยนต์ล้มไปแล้วสองคัน ขอให้ซ่อมโดยเร็ว "
    "เพราะเป็นทางที่เด็กนักเรียนใช้ทุกวัน และน้ำท่วมขังทุกครั้งที่ฝนตก",
    "location": "หน้าวัด ห่างจากปากซอยประมาณ 200 เมตร",
    "name": "สมชาย ใจดี",
    "phone": "081-234-5678",
    "email": "somchai@example.com",
    "consent": True,
}
"""One with all that a complainant may give: five items in one transaction."""


def event(
    method: str, route: str, body: str | None = None, cookie: str = "", media: str = "", **path: str
) -> dict[str, Any]:
    """A request of a route; `path` has its parameters."""
    headers = {
        "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "th-TH,th;q=0.9",
        "Host": "sucharit.example",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    if cookie:
        headers["Cookie"] = cookie
    if media:
        headers["Content-Type"] = media
    return {
        "resource": route,
        "path": route.format_map(path),
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": path or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": route,
            "httpMethod": method,
            "path": "/api" + route.format_map(path),
            "stage": "api",
            "protocol": "HTTP/1.1",
            "requestId": "00000000-0000-0000-0000-000000000000",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": body,
        "isBase64Encoded": False,
    }


def submission() -> dict[str, Any]:
    """The API's request that files the complaint."""
    body = json.dumps(COMPLAINT, ensure_ascii=False)
    return event("POST", "/api/v1/{org}/complaints", body, media="application/json", org=ORG)


def tracking(code: str) -> dict[str, Any]:
    """The API's request that follows a complaint."""
    return event("GET", "/api/v1/{org}/complaints/{tracking_code}", org=ORG, tracking_code=code)


def form() -> dict[str, Any]:
    """A browser's request of the form's page."""
    return event("GET", "/{org}/complaints/new", org=ORG)


def post(token: str) -> dict[str, Any]:
    """A browser's post of the form that was shown with this token."""
    body = urlencode({**COMPLAINT, "consent": "yes", "form_token": token})
    media = "application/x-www-form-urlencoded"
    return event("POST", "/{org}/complaints/new", body, media=media, org=ORG)


def tracking_page(code: str) -> dict[str, Any]:
    """A browser's post of a code."""
    media = "application/x-www-form-urlencoded"
    return event("POST", "/{org}/complaints/track", urlencode({"code": code}), media=media, org=ORG)
