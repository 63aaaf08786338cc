"""Who is new and who lost the phone: a first password by mail, a password of one's own, an app."""

import re
from typing import Any

import pytest
import urllib3

from tests.builders.browser import Reply
from tests.builders.visitor import Visitor, wait_for_fresh_code, who
from tools.accounts import one_time_code
from tools.running import Stack

PEOPLE = "/demo/console/people"
NAME = "wilai"


@pytest.fixture(scope="module")
def admin(stack: Stack) -> Visitor:
    visitor = Visitor(site=stack.site)
    assert visitor.signs_in(who(stack, "administrator")).status == 200
    return visitor


def mailed(stack: Stack, address: str) -> list[str]:
    """The first passwords that were mailed to an address, the newest last."""
    answer = urllib3.request("GET", f"{stack.endpoint}/_ministack/ses/messages")
    accounts: dict[str, list[dict[str, Any]]] = answer.json()["messages"]
    texts = [m["BodyHtml"] for messages in accounts.values() for m in messages if address in m["To"]]
    return [re.findall(r"รหัสผ่านชั่วคราวคือ <b>(\S+)</b>", text)[0] for text in texts]


def enters_first_password(stack: Stack, password: str) -> Reply:
    visitor = Visitor(site=stack.site)
    return visitor.submit(visitor.get("/demo/console/sign-in"), username=f"demo-{NAME}", password=password)


def begins(stack: Stack, first: str, own: str) -> tuple[Visitor, str]:
    """Through the whole first sign-in; the browser, and the secret of the app."""
    visitor = Visitor(site=stack.site)
    step = visitor.submit(visitor.get("/demo/console/sign-in"), username=f"demo-{NAME}", password=first)
    step = visitor.submit(step, new_password=own, new_password_again=own)
    secret = step.page.forms[0].fields["secret"]
    wait_for_fresh_code(f"demo-{NAME}")
    assert visitor.submit(step, code=one_time_code(secret)).status == 200
    return visitor, secret


def test_who_lost_the_phone_begins_anew_and_the_old_factors_open_nothing(
    stack: Stack, admin: Visitor
) -> None:
    added = admin.submit(
        admin.get(f"{PEOPLE}/new"),
        name="นางวิไล ใจดี",
        username=NAME,
        email="wilai@demo.example",
        roles=["plan_manager"],
    )
    assert added.status == 200
    wilai, secret = begins(stack, mailed(stack, "wilai@demo.example")[-1], "a password of my own")
    assert wilai.get("/demo/console/disclosure", follow=False).status == 200

    renewed = admin.submit(admin.get(f"{PEOPLE}/{NAME}"), action="renew_sign_in")
    assert renewed.status == 200
    assert wilai.get("/demo/console/disclosure", follow=False).status == 303
    assert enters_first_password(stack, "a password of my own").status == 422
    first = mailed(stack, "wilai@demo.example")
    assert len(first) == 2
    again, other = begins(stack, first[-1], "another one of my own")
    assert again.get("/demo/console/disclosure", follow=False).status == 200
    assert other != secret
