"""Measure everything once: `make bench`."""

import json
import os
import platform
import statistics
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import child, cold, load, photos, units
from bench.database import empty_cloud
from bench.figures import Figure, ratio, table
from chalicelib.adapters.records import SHARDS
from tests.builders.visitor import Visitor, who
from tools import package
from tools.job import invoke, scheduled
from tools.running import aws_environment, running

RESULTS = Path(__file__).parent / "results.json"

SUBMISSION_CPU = 2.5
"""Times the CPU of the bare transaction of the same items."""
COLD_START = 1.3
"""Times importing chalice and boto3 and making one DynamoDB client."""
DOCUMENTS = {"pdf": 1.5, "docx": 4, "xlsx": 2}
"""Times the CPU of the bare library on the same words; the memo has styles and alignment in each cell."""


def main() -> None:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as state:
        say("starting a local cloud")
        with running(Path(state)) as stack:
            environment = stack.environment()
            say("a complaint's life")
            life = child.measured("life", environment)
            say("cold starts")
            # Lists are answered from the index file, which the job has written by the time anybody works.
            with aws_environment(stack.aws()):
                invoke("index_search", scheduled(""))
            officer = Visitor(site=stack.site)
            officer.signs_in(who(stack, "complaint_officer"))
            cookie = "; ".join(f"{name}={value}" for name, value in officer.cookies.items())
            starts = cold.starts(environment, cookie)
            say("calls and CPU")
            warm = child.measured("warm", environment)
            say("requests over HTTP")
            served = {
                "submissions": load.submissions(stack),
                "trackings": load.trackings(stack),
                "bare transactions": load.transactions(stack, warm["items"]),
            }
            say("photos")
            sent = photos.measure(stack)
    say("nights")
    with empty_cloud() as environment:
        nights = child.measured("night", environment)
    say("lists and searches")
    with empty_cloud() as environment:
        listed = child.measured("lists", environment)
    figures += [*calls(warm), *cpu(warm), *cold_starts(starts), *http(served), *index(nights), *lists(listed)]
    say("documents")
    made = child.measured("documents", {})
    figures += [*documents(made), *cost(life), *sizes()]
    figures += files(sent)
    print(table(figures))
    RESULTS.write_text(json.dumps(results(figures), indent=1, ensure_ascii=False) + "\n", "utf-8")


def say(what: str) -> None:
    print(f"Measuring: {what}", file=sys.stderr, flush=True)


def calls(warm: Mapping[str, Any]) -> Iterator[Figure]:
    group = "Calls to AWS, warm"
    made = warm["calls"]
    beside = ", ".join(name for name in made if name != "TransactWriteItems")
    transactions = made.count("TransactWriteItems")
    yield Figure(group, "transactions of a submission", transactions, "", 1, f"beside the counter: {beside}")
    yield Figure(group, "calls of a submission", len(made), "", 2, f"{len(warm['items'])} items written")
    yield Figure(
        group, "calls of a tracking", len(warm["tracking calls"]), "", 2, ", ".join(warm["tracking calls"])
    )


def cpu(warm: Mapping[str, Any]) -> Iterator[Figure]:
    group = "CPU, warm"

    def median(name: str, said: str, note: str = "") -> Figure:
        return Figure(group, said, statistics.median(warm[name]), "ms", None, note)

    yield median("transaction", "bare TransactWriteItems of a submission's items")
    yield median("counter", "bare UpdateItem of the rate counter")
    yield median("application", "submission by the API", "both calls are in it")
    times = ratio(warm["application"], warm["transaction"])
    yield Figure(group, "submission, times the bare transaction", times, "×", SUBMISSION_CPU)
    yield median("form", "the form's page")
    yield median("post", "the form's post")
    yield median("tracking", "tracking by the API")
    yield median("tracking page", "tracking page")


def cold_starts(starts: Mapping[str, Sequence[cold.Start]]) -> Iterator[Figure]:
    group = "Cold start: imports and first request, of the package"
    floor = starts["floor"]
    yield Figure(
        group,
        "floor",
        statistics.median(start.answered for start in floor),
        "ms",
        None,
        "importing chalice and boto3, one DynamoDB client; times below are by the clock, ratios by CPU",
    )
    for name, measured in starts.items():
        if name == "floor":
            continue
        times = ratio([s.answered_cpu for s in measured], [s.answered_cpu for s in floor])
        clock = ratio([s.answered for s in measured], [s.answered for s in floor])
        imported = statistics.median(s.imported for s in measured)
        whole = statistics.median(s.answered for s in measured)
        yield Figure(group, name, whole, "ms", None, f"imports {imported:.0f} ms")
        yield Figure(group, f"{name}, times the floor", times, "×", COLD_START, f"by the clock {clock:.2f}")


def http(served: Mapping[str, Sequence[load.Served]]) -> Iterator[Figure]:
    for what, runs in served.items():
        group = f"Over HTTP: {what}"
        for run in runs:
            note = f"p50 {run.p50:.0f} ms, p99 {run.p99:.0f} ms"
            clients = f"{run.clients} client{'s' if run.clients > 1 else ''}"
            yield Figure(group, clients, run.a_second, "/s", None, note)
        errors = sum(run.errors for run in runs)
        yield Figure(group, "errors", errors, "", 0)


def index(nights: Sequence[Mapping[str, int]]) -> Iterator[Figure]:
    group = "Index items that the nightly job reads"
    for night in nights:
        note = f"{night['due']} due, {SHARDS} shards, {night['acted']} acted on"
        name = f"{night['stored']:,} complaints stored"
        yield Figure(group, name, night["read"], "items", night["due"] + SHARDS, note)


def lists(listed: Sequence[Mapping[str, Any]]) -> Iterator[Figure]:
    for found in listed:
        group = f"The officers' list at {found['stored']:,} complaints, warm"
        bare = "session and person found, index unchanged, one query of what came since"
        yield Figure(group, "the bare calls", found["bare"], "ms", None, bare)
        for name, page in found["pages"].items():
            yield Figure(group, name, page["cpu"], "ms")
            # The session's and the person's are every page's.
            data = page["calls"][page["calls"].index("Query") :]
            yield Figure(group, f"{name}: round trips for data", len(data), "", 2, ", ".join(data))
        yield Figure(group, "index made anew, by the clock", found["anew"], "s")
        yield Figure(group, "index brought up to date, by the clock", found["one more"], "s")
        yield Figure(
            group, "index file", found["megabytes"], "MB", None, f"unpacked in {found['read']:.0f} ms"
        )


def cost(life: Mapping[str, Mapping[str, float]]) -> Iterator[Figure]:
    group = "Request units of DynamoDB and US dollars, for 1,000 complaints"
    names = {"submission": "filed on the web", "life": "filed, followed 3 times, worked, resolved, closed"}
    for part, name in names.items():
        used = {unit: count * 1000 for unit, count in life[part].items()}
        yield Figure(group, f"{name}: write units", int(used["writes"]))
        yield Figure(group, f"{name}: read units", int(used["reads"]))
        note = f"{used['requests']:,} requests; {units.PRICES}"
        yield Figure(group, f"{name}: price", units.dollars(used["writes"], used["reads"]), "USD", None, note)


def documents(made: Mapping[str, Mapping[str, Sequence[float]]]) -> Iterator[Figure]:
    group = "CPU of a report's documents, in the job"
    for part, taken in made.items():
        bare = statistics.median(taken["bare"])
        yield Figure(group, part, statistics.median(taken["made"]), "ms", None, f"bare library {bare:.0f} ms")
        times = ratio(taken["made"], taken["bare"])
        yield Figure(group, f"{part}, times the bare library", times, "×", DOCUMENTS.get(part))


def files(sent: Mapping[str, Any]) -> Iterator[Figure]:
    group = "A photo's way, from the post to the page that shows it, by the clock"
    alone = f"bare Pillow {statistics.median(sent['bare']):.0f} ms, a photo of {sent['megabytes']:.1f} MB"
    yield Figure(group, "the function is warm", statistics.median(sent["way"]), "ms", None, alone)
    yield Figure(group, "the function is cold", sent["first"], "ms")
    yield Figure(group, "warm, times the bare work", ratio(sent["way"], sent["bare"]), "×")


def sizes() -> Iterator[Figure]:
    with zipfile.ZipFile(package.PACKAGE) as shipped:
        unpacked = sum(entry.file_size for entry in shipped.infolist())
    yield Figure("Package", "zip", package.PACKAGE.stat().st_size / 1e6, "MB", 50, "Lambda's limits")
    yield Figure("Package", "unpacked", unpacked / 1e6, "MB", 250)


def results(figures: Sequence[Figure]) -> dict[str, Any]:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
            "system": platform.platform(),
        },
        "figures": [figure.to_data() for figure in figures],
    }


if __name__ == "__main__":
    main()
