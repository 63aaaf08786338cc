"""What a warm function calls and how much CPU it takes, beside the bare calls of botocore.

Both sides speak HTTP with the local cloud, so both pay for serialising, signing, sending and parsing; the
cloud's own work is another process's. A submission and the bare transaction of its items are measured in
turns. CPU is in milliseconds.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session

from app import app
from bench import child, events
from chalicelib.adapters.tables import connection

WARM_UP = 30
PAIRS = 300
PAGES = 100

Call = tuple[str, dict[str, Any]]


def answered(event: dict[str, Any], status: int = 200) -> dict[str, Any]:
    """The application's answer. Raises where it has another status."""
    answer: dict[str, Any] = app(event, None)
    if answer["statusCode"] != status:
        raise RuntimeError(f"{event['path']}: {answer['statusCode']} {answer['body'][:300]}")
    return answer


def cpu(do: Callable[[], Any]) -> float:
    """How many milliseconds of this process's CPU something takes."""
    began = time.process_time()
    do()
    return (time.process_time() - began) * 1000


@contextmanager
def calls() -> Iterator[list[Call]]:
    """The operations of DynamoDB that the application calls meanwhile, with their arguments."""
    made: list[Call] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        made.append((model.name, params))

    hooks = connection().client.meta.events
    hooks.register("provide-client-params.dynamodb", note)
    try:
        yield made
    finally:
        hooks.unregister("provide-client-params.dynamodb", note)


def elsewhere(call: Call) -> dict[str, Any]:
    """The same arguments with as long keys that nothing is stored under."""
    arguments = {name: value for name, value in call[1].items() if name != "ClientRequestToken"}
    text = json.dumps(arguments, ensure_ascii=False)
    moved: dict[str, Any] = json.loads(text.replace(f"#{events.ORG}#", "#next#").replace("TOKEN#", "BENCH#"))
    return moved


def submissions() -> dict[str, Any]:
    """Submissions by the API, each followed by the bare calls that it consists of."""
    bare = botocore.session.get_session().create_client("dynamodb")
    for _ in range(WARM_UP):
        answered(events.submission(), 201)
    application, transaction, counter = [], [], []
    names: list[str] = []
    write: dict[str, Any] = {}
    for _ in range(PAIRS):
        event = events.submission()
        with calls() as made:
            application.append(cpu(lambda event=event: answered(event, 201)))
        names = [name for name, _ in made]
        by_name = dict(made)
        write, count = elsewhere(("", by_name["TransactWriteItems"])), by_name["UpdateItem"]
        transaction.append(cpu(lambda write=write: bare.transact_write_items(**write)))
        counter.append(cpu(lambda count=count: bare.update_item(**count)))
    return {
        "calls": names,
        "items": write["TransactItems"],
        "application": application,
        "transaction": transaction,
        "counter": counter,
    }


def pages() -> dict[str, Any]:
    """The form's page, its post, and a complaint followed by the API and on its page."""
    form = [cpu(lambda: answered(events.form())) for _ in range(PAGES)]
    post = []
    for _ in range(PAGES):
        page = answered(events.form())["body"]
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        sent = events.post(token[1] if token else "")
        post.append(cpu(lambda sent=sent: answered(sent)))
    code = json.loads(answered(events.submission(), 201)["body"])["tracking_code"]
    with calls() as made:
        answered(events.tracking(code))
    return {
        "form": form,
        "post": post,
        "tracking": [cpu(lambda: answered(events.tracking(code))) for _ in range(PAGES)],
        "tracking page": [cpu(lambda: answered(events.tracking_page(code))) for _ in range(PAGES)],
        "tracking calls": [name for name, _ in made],
    }


def measure() -> dict[str, Any]:
    return {**submissions(), **pages()}


if __name__ == "__main__":
    child.answer(measure)
