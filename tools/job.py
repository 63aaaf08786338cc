"""Run a job of the running local stack now, until it has no work left, and print one JSON line.

    NAME=nightly_deadlines AT=2026-12-10T02:00+07:00 .venvs/app/bin/python -m tools.job

A run takes what it has time for and says in `left` whether that was all; the schedule would take
the rest a quarter of an hour later, here it is taken at once. Figures of the runs are added up.
"""

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

from tools import stack

JOBS = (
    "nightly_deadlines",
    "nightly_disclosure",
    "nightly_audit",
    "index_search",
    "make_documents",
    "deliver_notices",
)
# Longer than any function may run; a call is not repeated, since it may be under way.
CALL = Config(read_timeout=900, retries={"total_max_attempts": 1})

Summary = dict[str, Any]


class JobError(Exception):
    """The job failed, or could not be invoked."""


def run_to_the_end(run: Callable[[], Summary]) -> Summary:
    """Run until nothing is left; answers the sum of the runs' figures."""
    total = run()
    while total["left"]:
        summary = run()
        figures = {name: total[name] + value for name, value in summary.items() if name != "left"}
        total = {**figures, "left": summary["left"]}
    return total


def scheduled(as_of: str) -> dict[str, Any]:
    """The event that a schedule sends, made by hand; `as_of` is for the local clock."""
    event = {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "sucharit.by-hand",
        "account": "000000000000",
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "region": os.environ["AWS_DEFAULT_REGION"],
        "resources": [],
        "detail": {},
    }
    return {**event, "as_of": as_of} if as_of else event


def invoke(name: str, event: dict[str, Any]) -> Summary:
    """One synchronous invocation; raises JobError with the function's own error."""
    client = boto3.client("lambda", config=CALL)
    answer = client.invoke(FunctionName=f"{stack.NAME}-{name}", Payload=json.dumps(event).encode())
    result = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise JobError(f"{name} failed: {result.get('errorMessage', result)}")
    return dict(result)


def main() -> int:
    name, at = os.environ.get("NAME", ""), os.environ.get("AT", "")
    if name not in JOBS:
        print(f"make job NAME=…, one of: {', '.join(JOBS)}", file=sys.stderr)
        return 2
    if at:
        try:
            if datetime.fromisoformat(at).tzinfo is None:
                raise ValueError
        except ValueError:
            print("AT is an instant like 2026-12-10T02:00+07:00", file=sys.stderr)
            return 2
    try:
        print(json.dumps(run_to_the_end(lambda: invoke(name, scheduled(at))), ensure_ascii=False))
    except EndpointConnectionError:
        print("No local cloud answers on CLOUD_PORT: start it by make run", file=sys.stderr)
        return 1
    except (JobError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
