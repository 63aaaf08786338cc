"""The jobs of the schedule: each runs a service for as long as it has time, and leaves one log line."""

import json
import os
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger
from chalice.app import CloudWatchEvent

from chalicelib import wiring
from chalicelib.domain.document_order import DocumentOrder, Purpose
from chalicelib.domain.record import Key
from chalicelib.services import (
    audit,
    complaint_indexing,
    complaints,
    disclosure,
    documents,
    exports,
    holidays,
    notices,
    organisations,
    reports,
)
from chalicelib.services.nightly import Remaining, Summary, lines_of, tell_failure
from chalicelib.services.world import World

LOG = Logger(service="sucharit")

RECIPES = {Purpose.REPORT: reports.RECIPE, Purpose.EXPORT: exports.RECIPE}
"""How the documents of each purpose are made."""

Outcome = dict[str, int | bool]
"""A summary as data; `left` tells that the next run has to go on."""


class JobFailedError(Exception):
    """A job failed, for Lambda to try again and to alarm; the log line `job_failed` tells where."""


def nightly_deadlines(event: CloudWatchEvent) -> Outcome:
    """Move due days that a new table of days off moves, remind of complaints that are due soon, due or
    overdue, close those that nobody reopened."""
    return _run("nightly_deadlines", _deadlines, event)


def nightly_disclosure(event: CloudWatchEvent) -> Outcome:
    """Tell of disclosure items that are due soon or stale."""
    return _run("nightly_disclosure", disclosure.night, event)


def nightly_audit(event: CloudWatchEvent) -> Outcome:
    """Publish the roots of the days that are over."""
    return _run("nightly_audit", audit.night, event)


def index_search(event: CloudWatchEvent) -> Outcome:
    """Bring the search index up to date."""
    return _run("index_search", complaint_indexing.run, event)


def deliver_notices(event: CloudWatchEvent) -> Outcome:
    """Send the notices whose time has come."""
    return _run("deliver_notices", notices.deliver, event)


def _deadlines(world: World, remaining: Remaining) -> Summary:
    # First the due days, so that nobody is reminded of one that moves.
    return holidays.night(world, remaining) + complaints.night(world, remaining)


def make_documents(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Make the orders that messages tell of; called by the schedule, all that wait.

    A message that could not be worked on is given back to its queue, alone.
    """
    if "Records" not in event:
        return _run("make_documents", _sweep_documents, CloudWatchEvent(event, context))
    began = time.perf_counter()
    world, made, failed = wiring.world(), 0, []
    organisations.forget()
    for message in event["Records"]:
        told = json.loads(message["body"])
        key = Key(told["org"], DocumentOrder.kind, told["id"])
        try:
            made += documents.make(world, RECIPES, key)
        except Exception as error:
            tell_failure(key, error)
            failed.append({"itemIdentifier": message["messageId"]})
    ms = round((time.perf_counter() - began) * 1000, 1)
    LOG.info(
        "job", job="make_documents", ms=ms, checked=len(event["Records"]), acted=made, failed=len(failed)
    )
    return {"batchItemFailures": failed}


def _sweep_documents(world: World, remaining: Remaining) -> Summary:
    return documents.sweep(world, RECIPES, remaining)


def _run(name: str, job: Callable[[World, Remaining], Summary], event: CloudWatchEvent) -> Outcome:
    began = time.perf_counter()
    context: Any = event.context
    # A settings record that an earlier run of this function read may be of another night.
    organisations.forget()
    try:
        outcome = job(_world(event), lambda: context.get_remaining_time_in_millis() / 1000).to_data()
    except Exception as error:
        _tell_failed(name, error)
        raise JobFailedError(type(error).__name__) from None
    line: dict[str, Any] = {"job": name, "ms": round((time.perf_counter() - began) * 1000, 1), **outcome}
    LOG.info("job", **line)
    return outcome


def _tell_failed(job: str, error: Exception) -> None:
    """Lambda logs the message of what a function raises, which might hold what somebody typed."""
    LOG.error("job_failed", job=job, error=type(error).__name__, where=lines_of(error))


def _world(event: CloudWatchEvent) -> World:
    """The world as it is; on a local stack, and nowhere else, as of the instant that the event names."""
    as_of = event.to_dict().get("as_of")
    if as_of and os.environ.get("LOCAL_CLOCK") == "1":
        return wiring.build(datetime.fromisoformat(as_of))
    return wiring.world()
