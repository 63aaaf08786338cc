"""`make run` from outside: it serves, stops cleanly, starts again where it was, survives a kill."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tools.running import ROOT, NotReady, Stack, aws_environment, running, start

# Answered by the public door, whatever is loaded.
PAGE = "/api/v1/openapi.json"


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, method=method, headers=headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


@contextlib.contextmanager
def start_again(before: Stack) -> Iterator[Stack]:
    """The same run once more: same site, same state."""
    stack = start(before.state, port=before.port)
    try:
        yield stack
    finally:
        stack.stop()


def put_item(stack: Stack, key: str) -> None:
    with aws_environment(stack.aws()):
        boto3.client("dynamodb").put_item(
            TableName=stack.outputs["IdempotencyTable"],
            Item={"pk": {"S": key}, "expires": {"N": str(int(time.time()) + 3600)}},
        )


def has_item(stack: Stack, key: str) -> bool:
    with aws_environment(stack.aws()):
        answer = boto3.client("dynamodb").get_item(
            TableName=stack.outputs["IdempotencyTable"], Key={"pk": {"S": key}}
        )
    return "Item" in answer


def workers_of(state: Path) -> list[str]:
    """Processes whose working folder is a worker's of that state."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and str(state) in str((process / "cwd").readlink()):
                found.append(process.name)
        except OSError:
            continue
    return found


def test_the_site_answers_with_no_stage_in_its_paths(stack: Stack) -> None:
    assert fetch(stack.site + PAGE)[0] == 200


def test_pages_link_to_paths_with_no_stage_behind_the_sites_own_address(stack: Stack) -> None:
    by_stage = f"{stack.endpoint}/_aws/execute-api/{stack.outputs['RestAPIId']}/api"
    assert b'href="/assets/' in fetch(stack.site + "/")[2]
    assert b'href="/api/assets/' in fetch(by_stage + "/", Accept="text/html")[2]


def test_a_path_typed_with_a_slash_at_its_end_works(stack: Stack) -> None:
    assert fetch(stack.site + PAGE + "/")[2] == fetch(stack.site + PAGE)[2]


def test_head_answers_as_get_without_a_body(stack: Stack) -> None:
    status, headers, body = fetch(stack.site + PAGE, "HEAD")
    assert (status, body) == (200, b"")
    assert headers["content-type"] == fetch(stack.site + PAGE)[1]["content-type"]


def test_what_no_door_serves_is_a_problem_document(stack: Stack) -> None:
    status, headers, body = fetch(stack.site + "/a/b/c/d/e/f")
    assert status == 404
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["title"] == "Not Found"


def test_a_body_larger_than_lambda_takes_is_refused_at_the_gateway(stack: Stack) -> None:
    with socket.create_connection(("127.0.0.1", stack.port), timeout=10) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 413")


def test_a_port_in_use_is_told_in_one_line(stack: Stack, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match=rf"Port {stack.port} is in use; choose another"):
        start(tmp_path, port=stack.port)


def test_two_runs_do_not_share_a_state_folder(stack: Stack) -> None:
    with pytest.raises(NotReady, match=r"Another run uses"):
        start(stack.state)


def test_a_job_prints_one_json_line(stack: Stack) -> None:
    environment = {**os.environ, "CLOUD_PORT": str(stack.cloud_port)}
    call = ["make", "-s", "job", "NAME=nightly_audit"]
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {"checked", "due", "acted"} <= json.loads(done.stdout).keys()


def test_state_and_addresses_survive_a_clean_stop(loaded: Path) -> None:
    with running(loaded) as first:
        put_item(first, "kept")
        outputs = first.outputs
        fetch(first.site + PAGE)
    assert first.process.returncode in (0, -signal.SIGTERM)
    assert not (loaded / "workers").exists()
    assert not workers_of(loaded)
    with start_again(first) as second:
        assert has_item(second, "kept")
        assert second.outputs == outputs
        assert not [line for line in second.lines if line.startswith(("Recovered", "Deploying"))]


def test_after_a_kill_all_but_the_last_seconds_are_there(loaded: Path) -> None:
    first = start(loaded)
    put_item(first, "ten seconds before")
    fetch(first.site + PAGE)
    time.sleep(10)
    first.stop(signal.SIGKILL)
    with start_again(first) as second:
        assert any(line.startswith("Recovered the state of ") for line in second.lines)
        assert has_item(second, "ten seconds before")
        assert fetch(second.site + PAGE)[0] == 200
        assert len(list((loaded / "workers").iterdir())) == len(workers_of(loaded))
