"""Calls of the function that has the libraries for files: files that arrived, and orders on photos."""

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from aws_lambda_powertools import Logger

from chalicelib import wiring
from chalicelib.domain.record import Key
from chalicelib.services import file_cleaning
from chalicelib.services.file_ports import BlackOut
from chalicelib.services.nightly import LEAVE_AT, Summary, tell_failure
from chalicelib.services.world import World

LOG = Logger(service="sucharit")


def clean_file(event: Any, context: Any) -> Any:
    """Do what a batch of the queue's messages asks for, or, called by the schedule, clean what is left.

    Answers the messages that failed: the queue brings them again, and what was done is not done twice.
    """
    began = time.perf_counter()
    world = wiring.world()
    if "Records" not in event:
        summary = _sweep(world, lambda: context.get_remaining_time_in_millis() / 1000)
        return _told(summary, began, summary.to_data())
    failed = [r["messageId"] for r in event["Records"] if not _done(partial(_do, world, r["body"]))]
    done = len(event["Records"])
    summary = Summary(checked=done, due=done, acted=done - len(failed), failed=len(failed))
    return _told(summary, began, {"batchItemFailures": [{"itemIdentifier": id} for id in failed]})


def _do(world: World, body: str) -> None:
    asked = json.loads(body)
    if "arrived" in asked:
        file_cleaning.take_in(world, asked["arrived"])
    else:
        file_cleaning.black_out(world, msgspec.convert(asked["black_out"], BlackOut))


def _sweep(world: World, remaining: Callable[[], float]) -> Summary:
    due = acted = failed = 0
    for key in world.intake.waiting():
        if remaining() < 6 * LEAVE_AT:
            return Summary(due, due, acted, failed, left=True)
        due += 1
        if _done(partial(file_cleaning.take_in, world, key)):
            acted += 1
        else:
            failed += 1
    return Summary(due, due, acted, failed)


def _done(work: Callable[[], None]) -> bool:
    """Whether the work could be done; a file that it can't be done on holds up no other."""
    try:
        work()
    except Exception as error:
        tell_failure(Key("", "file", ""), error)
        return False
    return True


def _told(summary: Summary, began: float, answer: Any) -> Any:
    ms = round((time.perf_counter() - began) * 1000, 1)
    line: dict[str, Any] = {"job": "clean_file", "ms": ms, **summary.to_data()}
    LOG.info("job", **line)
    return answer
