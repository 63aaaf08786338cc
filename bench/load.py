"""What the site serves over HTTP, by how many clients ask at once, beside the local cloud's own speed.

Each client keeps one connection and asks again as soon as it is answered. The bare transactions go to the
cloud's DynamoDB directly: the very items of a submission under other keys, signed beforehand, so that the
client's work does not count.
"""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from bench import events
from bench.figures import percentile
from tools.running import REGION, Stack, aws_environment

CLIENTS = (1, 4, 16)
LASTS_S = 6.0
FOLLOWED = 200
MOST_TRANSACTIONS = 8000


@dataclass(frozen=True)
class Request:
    """What a client sends, and the status that answers it."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]
    status: int


@dataclass(frozen=True)
class Served:
    """What was served: answers a second, their times in milliseconds at 50 and 99 of 100, errors."""

    clients: int
    a_second: float
    p50: float
    p99: float
    errors: int


def submissions(stack: Stack) -> list[Served]:
    """Complaints filed by the API."""
    _serve(stack.site, max(CLIENTS), lambda: cycle([_submission()]), lasts_s=2)
    return [_serve(stack.site, clients, lambda: cycle([_submission()])) for clients in CLIENTS]


def trackings(stack: Stack) -> list[Served]:
    """Complaints followed by the API, each in its turn."""
    codes = [json.loads(_ask(stack.site, _submission()))["tracking_code"] for _ in range(FOLLOWED)]
    followed = [Request("GET", events.tracking(code)["path"], b"", {}, 200) for code in codes]
    return [_serve(stack.site, clients, lambda: cycle(followed)) for clients in CLIENTS]


def transactions(stack: Stack, items: Sequence[dict[str, Any]]) -> list[Served]:
    """Bare transactions of these items (TransactItems), under keys that are new each time."""
    served = []
    for clients in CLIENTS:
        signed = iter(_signed(stack, items, f"{clients:03}"))
        served.append(_serve(stack.endpoint, clients, lambda signed=signed: signed))
    return served


def _submission() -> Request:
    event = events.submission()
    headers = {"Content-Type": "application/json"}
    return Request("POST", event["path"], event["body"].encode(), headers, 201)


def _signed(stack: Stack, items: Sequence[dict[str, Any]], run: str) -> list[Request]:
    """As many transactions as a run may need."""
    template = json.dumps({"TransactItems": items}, ensure_ascii=False)
    with aws_environment(stack.aws()):
        sign = SigV4Auth(boto3.Session().get_credentials(), "dynamodb", REGION)
    requests = []
    for number in range(MOST_TRANSACTIONS):
        other = f"{run}{number:06}"
        body = template.replace("#next#", f"#{other}#").replace("BENCH#", f"{other}#").encode()
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": "DynamoDB_20120810.TransactWriteItems",
        }
        signed = AWSRequest("POST", stack.endpoint + "/", headers, body)
        sign.add_auth(signed)
        requests.append(Request("POST", "/", body, dict(signed.headers), 200))
    return requests


def _ask(address: str, request: Request) -> bytes:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request(request.method, request.path, request.body, request.headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != request.status:
        raise RuntimeError(f"{request.path}: {answer.status} {body[:300]!r}")
    return body


def _serve(
    address: str, clients: int, requests: Callable[[], Iterator[Request]], lasts_s: float = LASTS_S
) -> Served:
    times: list[float] = []
    errors: list[str] = []
    end = time.perf_counter() + lasts_s

    def ask() -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        for request in requests():
            began = time.perf_counter()
            if began >= end:
                break
            try:
                connection.request(request.method, request.path, request.body, request.headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as error:
                errors.append(type(error).__name__)
                connection.close()
                continue
            if answer.status == request.status:
                times.append((time.perf_counter() - began) * 1000)
            else:
                errors.append(str(answer.status))

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if not times:
        raise RuntimeError(f"{address} answered nothing as it should: {errors[:3]}")
    return Served(clients, len(times) / took, percentile(times, 0.5), percentile(times, 0.99), len(errors))
