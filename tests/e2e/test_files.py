"""A photo's way on the deployed stack: sent by a browser, cleaned, seen; and what comes to nothing."""

import io
import re
import time
from collections.abc import Callable

import boto3
import pytest
import urllib3
from PIL import Image

from tests.builders.files import GPS, bomb, pdf, photo, with_program
from tests.builders.sender import files_of, send, settled
from tests.builders.visitor import Visitor, who
from tools.running import Stack, aws_environment

LINK = re.compile(r'href="(/demo/complaints/files/[0-9a-f]{20}\?ticket=[^"]+)"')


@pytest.fixture
def visitor(stack: Stack) -> Visitor:
    return Visitor(site=stack.site)


def fetched(stack: Stack, path: str) -> tuple[int, bytes]:
    answer = urllib3.request("GET", stack.site + path, timeout=60)
    return answer.status, answer.data


def names_in(stack: Stack, bucket: str) -> list[str]:
    """What stands in a bucket of the stack, the oldest first."""
    with aws_environment(stack.aws()):
        found = boto3.client("s3").list_objects_v2(Bucket=stack.outputs[bucket]).get("Contents", ())
    return [one["Key"] for one in sorted(found, key=lambda one: one["LastModified"])]


def wait_until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not done():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_photo_is_sent_cleaned_and_seen(stack: Stack, visitor: Visitor) -> None:
    code = visitor.files()
    sent = send(visitor, files_of(visitor, code), photo(turned=6, width=3000, height=2000))
    assert sent.status == 303
    assert code.replace("-", "") not in sent.path.replace("-", "")
    page = settled(visitor, sent)
    assert "เพิ่มไฟล์เรียบร้อยแล้ว" in page.page.text
    (link,) = set(LINK.findall(page.text))
    status, small = fetched(stack, link.replace("?", "/preview?"))
    assert (status, Image.open(io.BytesIO(small)).format) == (200, "JPEG")
    status, whole = fetched(stack, link)
    assert status == 200
    assert Image.open(io.BytesIO(whole)).size == (1707, 2560)
    assert GPS.encode() not in whole
    (number,) = re.findall(r"sent=([0-9a-f]{20})", sent.path)
    wait_until(lambda: f"demo/{number}" not in names_in(stack, "ComplaintIntake"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ไฟล์ว่างเปล่า"),
        (b"<svg onload='alert(1)'/>", "ไม่ใช่รูปถ่ายหรือ PDF"),
        (b"\xff\xd8\xff<script>", "ไฟล์เสียหรือเปิดไม่ได้"),
        (bomb(), "รูปถ่ายใหญ่เกิน"),
        (pdf(with_program), "มีโปรแกรมฝังอยู่"),
        (pdf(user="secret"), "ล็อกด้วยรหัสผ่าน"),
        (photo() + b"x" * 10_000_000, "ใหญ่เกิน 10 MB"),
    ],
    ids=("empty", "svg", "script", "bomb", "program", "locked", "too large"),
)
def test_what_is_not_taken_is_told_in_words(visitor: Visitor, content: bytes, words: str) -> None:
    page = settled(visitor, send(visitor, files_of(visitor, visitor.files()), content))
    assert words in page.page.text


def test_a_form_takes_nothing_but_what_it_was_made_for(visitor: Visitor) -> None:
    page = files_of(visitor, visitor.files())
    for other in (
        {"key": "demo/" + "0" * 20},
        {"success_action_redirect": "https://evil.example/"},
        {"x-amz-meta-claim": "mine"},
        {"x-amz-server-side-encryption": "AES256"},
        {"acl": "public-read"},
    ):
        assert send(visitor, page, photo(), **other).status in {400, 403}, other
    assert send(visitor, page, b"x" * 30_000_001).status == 400


def test_nobody_else_fetches_what_was_not_cleaned(stack: Stack) -> None:
    """The policy of the bucket itself forbids it, whatever a role's says."""
    with aws_environment(stack.aws()):
        policy = boto3.client("s3").get_bucket_policy(Bucket=stack.outputs["ComplaintIntake"])["Policy"]
    assert "FetchedByWhoCleansAlone" in policy


def test_an_officer_blacks_out_a_part_of_a_photo(stack: Stack, visitor: Visitor) -> None:
    code = visitor.files(subject="ภาพที่ต้องปิดทับ")
    settled(visitor, send(visitor, files_of(visitor, code), photo(width=1200, height=900, seed=9)))
    officer = Visitor(site=stack.site)
    officer.signs_in(who(stack, "complaint_officer"))
    newest = names_in(stack, "ComplaintFiles")[-1]
    _, _, complaint, number, _ = newest.split("/")
    path = f"/demo/console/complaints/{complaint}/files"
    assert officer.submit(officer.get(f"{path}/{number}/black-out"), cell=["0"]).status == 200
    wait_until(lambda: "ปิดทับไว้บางส่วน" in officer.get(path).text)
    shown = files_of(visitor, code)
    (link,) = set(LINK.findall(shown.text))
    seen = Image.open(io.BytesIO(fetched(stack, link)[1]))
    assert max(seen.getpixel((50, 50))) < 8  # type: ignore[arg-type]
    wait_until(lambda: newest not in names_in(stack, "ComplaintFiles"))
