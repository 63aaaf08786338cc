"""The functions of Sucharit: three doors of one API, and the jobs. No logic."""

from typing import Any

from chalice.app import CloudWatchEvent, Cron, Rate

from chalicelib.handlers.application import Application
from chalicelib.handlers.doors import mount

app = Application()
"""The public door; called by the two others too, each of which mounts its own views."""

ROUTES = mount(app)


@app.lambda_function(name="console")
def console(event: Any, context: Any) -> Any:
    """The officers' door."""
    return app(event, context)


@app.lambda_function(name="tips")
def tips(event: Any, context: Any) -> Any:
    """The door of the sealed channel."""
    return app(event, context)


# The night is 02:00 to 05:45 in Bangkok; what a run has no time for, the next one takes.


@app.schedule(Cron("0/15", "19-22", "*", "*", "?", "*"), name="nightly_deadlines")
def nightly_deadlines(event: CloudWatchEvent) -> dict[str, Any]:
    from chalicelib.handlers import jobs

    return jobs.nightly_deadlines(event)


@app.schedule(Cron("30/15", "19-22", "*", "*", "?", "*"), name="nightly_disclosure")
def nightly_disclosure(event: CloudWatchEvent) -> dict[str, Any]:
    from chalicelib.handlers import jobs

    return jobs.nightly_disclosure(event)


@app.schedule(Cron("0/15", "20-22", "*", "*", "?", "*"), name="nightly_audit")
def nightly_audit(event: CloudWatchEvent) -> dict[str, Any]:
    from chalicelib.handlers import jobs

    return jobs.nightly_audit(event)


@app.schedule(Rate(5, unit=Rate.MINUTES), name="index_search")
def index_search(event: CloudWatchEvent) -> dict[str, Any]:
    from chalicelib.handlers import jobs

    return jobs.index_search(event)


@app.lambda_function(name="make_documents")
def make_documents(event: Any, context: Any) -> Any:
    """Called by a queue and by a schedule (infra/documents.yaml): Chalice gives a function one of them."""
    from chalicelib.handlers import jobs

    return jobs.make_documents(event, context)


@app.lambda_function(name="clean_file")
def clean_file(event: Any, context: Any) -> Any:
    """Called by a queue and by a schedule (infra/files.yaml)."""
    from chalicelib.handlers import file_events

    return file_events.clean_file(event, context)


@app.schedule(Rate(5, unit=Rate.MINUTES), name="deliver_notices")
def deliver_notices(event: CloudWatchEvent) -> dict[str, Any]:
    from chalicelib.handlers import jobs

    return jobs.deliver_notices(event)
