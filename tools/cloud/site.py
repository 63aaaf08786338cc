"""The site's port of the local cloud: what a domain name in front of API Gateway does on AWS.

An ASGI application around MiniStack's: it puts the API's stage before the path, lets the gateway
see the peer's own address, admits a few requests at a time, and compresses.
"""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any

from ministack.services import apigateway_v1

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

# MiniStack starts a worker of 57 MB for each concurrent request; the rest wait here.
ADMITTED = 4
# A Lambda request is 6 MB at most and bodies travel in base64.
LARGEST_BODY = 4_500_000
# As minimum_compression_size in .chalice/config.json.
SMALLEST_COMPRESSED = 1024
COMPRESSED = ("text/", "application/json", "application/problem+json", "image/svg+xml")
# Neither is a client's to say: the first names the address, the others belong to one connection.
DROPPED = {b"x-forwarded-for", b"x-forwarded-proto", b"connection", b"keep-alive"}
PROBLEM = b"application/problem+json"


by_domain: ContextVar[bool] = ContextVar("by_domain", default=False)
"""Whether the request under way came to the site's port, and not to the API's own address."""


def leave_out_the_stage() -> None:
    """Let functions be told the path as behind a domain of its own, where no stage stands in it;
    MiniStack puts the stage there whatever the address."""
    build = apigateway_v1._build_lambda_event_v1

    def build_by_address(*args: Any, **named: Any) -> dict[str, Any]:
        event: dict[str, Any] = build(*args, **named)
        if by_domain.get():
            event["requestContext"]["path"] = event["path"]
        return event

    apigateway_v1._build_lambda_event_v1 = build_by_address


class Site:
    """The ASGI application; `prefix` is set once the API is known."""

    def __init__(self, cloud: Application) -> None:
        leave_out_the_stage()
        self._cloud = cloud
        self._admission = asyncio.Semaphore(ADMITTED)
        self.prefix = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(k.lower(), v) for k, v in scope["headers"] if k.lower() not in DROPPED]
        told = dict(headers)
        if int(told.get(b"content-length", b"0")) > LARGEST_BODY:
            await answer_problem(send, 413, "Request Too Long")
            return
        peer = (scope.get("client") or ("127.0.0.1",))[0]
        headers.append((b"x-forwarded-for", peer.encode()))
        if b"accept" not in told:
            headers.append((b"accept", b"*/*"))
        # API Gateway takes a path with a slash at its end for the one without.
        path, raw_path = scope["path"].rstrip("/"), scope["raw_path"].rstrip(b"/")
        inner = {
            **scope,
            "headers": headers,
            "path": self.prefix + (path or "/"),
            "raw_path": self.prefix.encode() + (raw_path or b"/"),
        }
        reply = Reply()
        by_domain.set(True)
        async with self._admission:
            await self._cloud(inner, receive, reply)
        await reply.pass_on(
            send, compressed=b"gzip" in told.get(b"accept-encoding", b""), head=scope["method"] == "HEAD"
        )


class Reply:
    """Collects the gateway's answer, which is whole before any of it is sent on."""

    def __init__(self) -> None:
        self.status = 502
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    async def pass_on(self, send: Send, compressed: bool, head: bool) -> None:
        headers = [(k.lower(), v) for k, v in self.headers if k.lower() != b"content-length"]
        told = dict(headers)
        body = bytes(self.body)
        kind = told.get(b"content-type", b"").decode("latin-1")
        if (
            compressed
            and len(body) >= SMALLEST_COMPRESSED
            and b"content-encoding" not in told
            and kind.startswith(COMPRESSED)
        ):
            body = gzip.compress(body, compresslevel=6, mtime=0)
            headers.append((b"content-encoding", b"gzip"))
        if not head:
            headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if head else body})


async def answer_problem(send: Send, status: int, title: str) -> None:
    body = json.dumps({"type": "about:blank", "status": status, "title": title}).encode()
    length = str(len(body)).encode()
    headers = [(b"content-type", PROBLEM), (b"content-length", length)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def lifespan(receive: Receive, send: Send) -> None:
    """The server's start and stop, which mean nothing to the site."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
