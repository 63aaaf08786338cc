"""A citizen whose complaint was split sees each part on its page, and has a page for each."""

import json

import pytest

from chalicelib.domain.codes import TrackingCode
from chalicelib.services import complaints
from chalicelib.services.world import World
from tests.builders.browser import Browser, Reply
from tests.builders.complaints import act, file, standing

DONE = {"message": "เปลี่ยนหลอดแล้ว", "cause": "หลอดขาด", "prevention": "ตรวจทุกเดือน"}
POINTS = {f"score_{n}": "4" for n in range(1, 6)}


@pytest.fixture
def split(world: World) -> tuple[str, str]:
    """A code and the id of what was split off its complaint."""
    filed = file(world)
    act(world, filed.id, "split", category="light", subject="ไฟดับหน้าวัด", detail="หลอดไฟดับสามดวง")
    return filed.code.hyphenated(), standing(world, filed.id).state.parts[0]


def tracks(code: str, lang: str = "") -> Reply:
    citizen = Browser()
    return citizen.submit(citizen.get("/test/complaints/track" + lang), code=code)


def opens(shown: Reply, part: str) -> Reply:
    return Browser().submit(shown, part=part)


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_the_whole_shows_the_part_with_its_state_day_and_events(split, world, lang):
    code, part = split
    act(world, part, "message", message="ช่างจะมาวันพุธ")
    shown = tracks(code, lang)
    assert "ไฟดับหน้าวัด" in shown.page.text
    assert "ช่างจะมาวันพุธ" in shown.page.text
    assert shown.text.count("moj-timeline__item") == 4


@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_the_parts_own_page_writes_rates_and_reopens(split, world, lang):
    code, part = split
    page = opens(tracks(code, lang), part)
    assert page.status == 200
    assert "หลอดไฟดับสามดวง" in page.page.text
    written = Browser().submit(page, action="message", message="หลอดที่สองด้วย")
    assert "หลอดที่สองด้วย" in written.page.text
    act(world, part, "resolve", **DONE)
    page = opens(tracks(code, lang), part)
    refused = Browser().submit(page, action="survey", **{**POINTS, "score_2": ""})
    assert refused.status == 422
    assert Browser().submit(refused, action="survey", **POINTS).status == 200
    again = Browser().submit(page, action="reopen", message="ดับอีกแล้ว")
    assert again.status == 200
    assert standing(world, part).state.status == "reopened"
    assert complaints.follow(world, "test", TrackingCode.parse(code)).record.state.status == "received"
    whole = Browser().submit(again, code=code)
    assert "ดับอีกแล้ว" in whole.page.text


def test_a_part_that_is_not_hers_is_not_there(split, world):
    code, _ = split
    stranger = file(world, detail="เรื่องของอีกคนหนึ่ง")
    shown = tracks(code)
    for id in (stranger.id, "nonsense", "<b>"):
        assert opens(shown, id).status == 404
        assert Browser().post("/test/complaints/track/chain", {"code": code, "part": id}).status == 404


def test_each_part_has_a_history_to_take_away(split):
    code, part = split
    taken = Browser().post("/test/complaints/track/chain", {"code": code, "part": part})
    assert taken.status == 200
    events = json.loads(taken.text)["events"]
    assert [event.get("kind") or event["body"]["kind"] for event in events][:1] == ["filed"]
    assert "หลอดไฟดับสามดวง" in taken.text
