"""The sealed channel of an organisation to test with: who has a key, and reports to file."""

import base64
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from chalicelib.adapters.sealing import AgeSealing
from chalicelib.domain.age import AgeSecret
from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.keyring import Holder
from chalicelib.domain.people import Role
from chalicelib.domain.receipt_code import ReceiptCode
from chalicelib.domain.record import Fact, History, proceed
from chalicelib.domain.tip import Tip, TipStatus
from chalicelib.domain.tip_content import Message, pack
from chalicelib.domain.tip_report import TipReport
from chalicelib.handlers import routing
from chalicelib.services import organisations, tip_keys, tips
from chalicelib.services.tips import FiledTip
from chalicelib.services.world import World

REPORT = TipReport(
    category="procurement",
    detail="ผู้รับเหมารายเดียวชนะทุกครั้ง ราคาสูงกว่าท้องตลาดสองเท่า",
    when="ตั้งแต่ปีที่แล้ว",
    where="กองช่าง",
    evidence="ใบเสนอราคาสามฉบับ ลายมือเดียวกัน",
    known_how="เห็นเอกสารเอง",
)
OFFICERS = ("orathai", "kitti")
CUSTODIANS = ("rattana", "surachai")
NAMES = {
    "orathai": "อรทัย แก้วใส",
    "kitti": "กิตติ แสงทอง",
    "rattana": "รัตนา พรหมดี",
    "surachai": "สุรชัย ใจมั่น",
}
SEALING = AgeSealing()


@cache
def key_of(id: str) -> AgeSecret:
    """The secret key of a holder, which the server never sees."""
    return AgeSecret.from_seed(id.encode().ljust(32, b"."))


def holder(id: str, *roles: Role, **more: Any) -> Holder:
    usual = {
        "name": NAMES.get(id, f"นาย{id}"),
        "roles": roles or (Role.TIP_OFFICER,),
        "recipient": SEALING.recipient(key_of(id)),
        "wrapped": "d3JhcHBlZA==",
    }
    return Holder(**{**usual, **more})


def open_channel(
    world: World,
    org: str = "test",
    officers: Sequence[str] = OFFICERS,
    custodians: Sequence[str] = CUSTODIANS,
) -> None:
    """Give officers and custodians keys."""
    for id in officers:
        tip_keys.enrol(world, org, id, holder(id, Role.TIP_OFFICER), by="system")
    for id in custodians:
        tip_keys.enrol(world, org, id, holder(id, Role.CUSTODIAN), by="system")


def token(number: int = 1) -> str:
    """The token of a form."""
    return f"{0xF00D << 112 | number:032x}"


def file(world: World, report: TipReport = REPORT, *, org: str = "test", form: int = 1) -> FiledTip:
    return tips.file(world, organisations.find(world, org), report, token=token(form))


def stored(world: World, code: ReceiptCode, org: str = "test") -> History[Tip]:
    history = world.tips.history(Tip, org, tips.tip_id(world, org, code))
    assert history is not None
    return history


def opens(history: History[Tip], id: str) -> bool:
    """Whether a holder's own key opens the tip's secret."""
    return can_open(base64.b64decode(history.record.state.secret), key_of(id))


def can_open(sealed: bytes, secret: AgeSecret) -> bool:
    from chalicelib.services.ports import CannotOpenError

    try:
        SEALING.open(sealed, secret)
    except CannotOpenError:
        return False
    return True


def act(world: World, code: ReceiptCode, fact: Fact, org: str = "test") -> Tip:
    """Save what an officer did."""
    history = stored(world, code, org)
    change = proceed(history.record, [fact], world.salt, history.events)
    world.tips.save(change)
    return change.record.state


def answer(world: World, code: ReceiptCode, text: str, org: str = "test") -> Tip:
    """An officer's answer, sealed as the browser does."""
    tip = stored(world, code, org).record.state
    sealed = base64.b64encode(SEALING.seal(pack(Message(text)), [tip.recipient])).decode()
    today = bangkok_day(world.clock.now())
    return act(world, code, tip.answer(sealed, by="test-orathai", on=today), org)


def move(world: World, code: ReceiptCode, *statuses: TipStatus, org: str = "test") -> Tip:
    for status in statuses:
        tip = stored(world, code, org).record.state
        act(world, code, tip.move(status, by="test-orathai", on=bangkok_day(world.clock.now())), org)
    return stored(world, code, org).record.state


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """All that is logged within."""
    log = io.StringIO()
    usual = routing.LOG.registered_handler.setStream(log)
    try:
        yield log
    finally:
        routing.LOG.registered_handler.setStream(usual)
