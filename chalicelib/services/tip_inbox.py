"""The reporter's side of a tip, by its receipt code: progress, messages, what she adds and erases."""

import base64
import hmac
from collections.abc import Callable
from datetime import date

import msgspec
from msgspec import Struct

from chalicelib.domain.age import AgeSecret
from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.errors import DomainError, InvalidFieldError
from chalicelib.domain.receipt_code import ReceiptCode
from chalicelib.domain.record import Event, Fact, History, proceed
from chalicelib.domain.tip import SHOWN, Tip, TipStatus
from chalicelib.domain.tip_content import Content, Message, pack, unpack
from chalicelib.services.ports import CannotOpenError, StaleRecordError
from chalicelib.services.tips import content_of, secret_of, tip_id
from chalicelib.services.world import World

LONGEST_MESSAGE = 10_000
"""Characters."""

_WRITES = 5
"""How often to try to save what must be saved whoever saves meanwhile."""


class UnknownReceiptError(DomainError):
    """No tip of this organisation has the code."""


class Entry(Struct, frozen=True, kw_only=True):
    """Something that happened to a tip, as its reporter sees it."""

    kind: str
    on: date
    status: TipStatus | None = None
    text: str | None = None
    """The message; None where it was erased, or can't be opened."""
    name: str = ""
    can_erase: bool = False


class Inbox(Struct, frozen=True):
    """A tip that was opened with its code; entries oldest first."""

    tip: Tip
    content: Content
    entries: tuple[Entry, ...]


def open_inbox(world: World, org: str, code: ReceiptCode) -> Inbox:
    """The tip of the code, with all that is in it; its answers count as seen from now on.

    Raises UnknownReceiptError, at the cost of one query whatever is wrong with the code.
    """
    history = _find(world, org, code)
    secret = secret_of(world, org, history.record.state, code)
    entries = tuple(_entry(world, history, event, secret) for event in history.events if event.kind in SHOWN)
    inbox = Inbox(history.record.state, content_of(world, history, secret), entries)
    if inbox.tip.unread:
        _save(world, org, code, lambda tip, on: tip.see_answers(on=on))
    return inbox


def write(world: World, org: str, code: ReceiptCode, message: str, *, token: str) -> None:
    """The reporter adds something; the same form sent again adds nothing.

    Raises UnknownReceiptError, or InvalidFieldError with `message` required, too_long or too_many.
    """
    if not message:
        raise InvalidFieldError(message="required")
    if len(message) > LONGEST_MESSAGE:
        raise InvalidFieldError(message="too_long")
    form = hmac.digest(world.keys.key("form of an inbox"), f"{org}\0{token}".encode(), "sha256")[:16].hex()
    packed = pack(Message(message))

    def add(tip: Tip, on: date) -> Fact | None:
        if form in tip.forms:
            return None
        sealed = world.sealing.seal(packed, [tip.recipient])
        return tip.write(base64.b64encode(sealed).decode(), form, on=on)

    _save(world, org, code, add)


def erase(world: World, org: str, code: ReceiptCode, name: str) -> None:
    """The reporter lets an answer vanish that she has read.

    Raises UnknownReceiptError, or InvalidFieldError where there is no such answer (any more).
    """

    def vanish(tip: Tip, on: date) -> Fact | None:
        return tip.erase_answer(name, on=on)

    _save(world, org, code, vanish)


def _find(world: World, org: str, code: ReceiptCode) -> History[Tip]:
    history = world.tips.history(Tip, org, tip_id(world, org, code))
    if history is None:
        raise UnknownReceiptError
    return history


def _save(world: World, org: str, code: ReceiptCode, act: Callable[[Tip, date], Fact | None]) -> None:
    """Save what an act makes of the tip, whoever saves meanwhile; nothing where it makes nothing of it."""
    today = bangkok_day(world.clock.now())
    for attempt in range(_WRITES):
        history = _find(world, org, code)
        fact = act(history.record.state, today)
        if fact is None:
            return
        try:
            world.tips.save(proceed(history.record, [fact], world.salt, history.events))
            return
        except StaleRecordError:
            if attempt == _WRITES - 1:
                raise


def _entry(world: World, history: History[Tip], event: Event, secret: AgeSecret) -> Entry:
    on = bangkok_day(event.at)
    if event.kind == "moved":
        return Entry(kind=event.kind, on=on, status=TipStatus(str(event.data["status"])))
    if event.kind == "filed":
        return Entry(kind=event.kind, on=on, status=TipStatus.RECEIVED)
    name = str(event.data["name"])
    can_erase = name in history.record.state.read + history.record.state.unread
    return Entry(
        kind=event.kind,
        on=on,
        text=_text(world, event.text(name), secret),
        name=name,
        can_erase=can_erase,
    )


def _text(world: World, sealed: str, secret: AgeSecret) -> str | None:
    """A message's words; what an officer's browser sealed may be anything."""
    if not sealed:
        return None
    try:
        return unpack(Message, world.sealing.open(base64.b64decode(sealed), secret)).text
    except (CannotOpenError, msgspec.MsgspecError, ValueError):
        return None
