"""Documents on the deployed stack: the queue calls the job, its layer is there, the link gives the file."""

import time
import urllib.request
from pathlib import Path

from tests.builders.visitor import Visitor, who
from tools.job import invoke, scheduled
from tools.running import Stack, aws_environment, running

TRIES = 40


def made(visitor: Visitor, path: str, word: str) -> str:
    """The page once it says a word; asks as often as a browser would in some minutes."""
    for _ in range(TRIES):
        page = visitor.get(path)
        if word in page.page.text:
            return page.text
        time.sleep(1)
    raise AssertionError(page.page.text)


def fetched(visitor: Visitor, path: str) -> bytes:
    link = visitor.get(path, follow=False).headers["Location"]
    with urllib.request.urlopen(str(link), timeout=30) as answer:  # noqa: S310
        assert "attachment" in answer.headers["Content-Disposition"]
        return bytes(answer.read())


def orders_a_report(stack: Stack, period: str) -> Visitor:
    somsri = Visitor(site=stack.site)
    somsri.signs_in(who(stack, "complaint_officer"))
    begun = somsri.submit(somsri.get("/demo/console/reports"), period=period)
    somsri.submit(begun, action="order")
    return somsri


def test_a_report_and_an_export_are_made_at_once_and_fetched_by_a_link(stack: Stack) -> None:
    somsri = orders_a_report(stack, "2569-08")
    page = "/demo/console/reports/2569-08.1"
    made(somsri, page, "รออนุมัติ")
    assert fetched(somsri, f"{page}/pdf").startswith(b"%PDF")
    assert fetched(somsri, f"{page}/docx").startswith(b"PK")
    assert Visitor(site=stack.site).get("/demo/reports/2569-08.1/pdf").status == 404
    ordered = somsri.submit(somsri.get("/demo/console/complaints?status=all"), action="export")
    path = ordered.path.split("?")[0]
    made(somsri, path, "XLSX")
    assert fetched(somsri, f"{path}/csv").startswith("\ufeffเลขที่".encode())


def test_the_job_has_its_layer_after_a_start_from_what_was_kept(loaded: Path) -> None:
    """The queue's address has the port of the cloud that made it: here the schedule's call makes it."""
    with running(loaded) as stack:
        somsri = orders_a_report(stack, "2569-07")
        with aws_environment(stack.aws()):
            assert invoke("make_documents", scheduled(""))["acted"] == 1
        made(somsri, "/demo/console/reports/2569-07.1", "รออนุมัติ")
