"""Reports of corruption: sealed as they come in, and forgotten (requirements P16, P17).

What was typed is in memory for as long as the request takes. Nothing here logs, and no error holds any of it.
"""

import base64
import hmac
from collections.abc import Sequence
from itertools import combinations

from msgspec import Struct

from chalicelib.domain.age import SEED_BYTES, AgeSecret
from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.errors import DomainError
from chalicelib.domain.involved import Post, posts_in
from chalicelib.domain.keyring import Keyring
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.receipt_code import ReceiptCode
from chalicelib.domain.record import History, Key, Record, begin
from chalicelib.domain.tip import SealedReport, Tip, TipCategory
from chalicelib.domain.tip_content import Content, Identity, pack, unpack
from chalicelib.domain.tip_report import TipReport
from chalicelib.services import tip_keys
from chalicelib.services.ports import RecordExistsError
from chalicelib.services.world import World


class ChannelClosedError(DomainError):
    """No officer of the organisation has a key: there is nobody to seal a report to."""


class NobodyLeftError(DomainError):
    """Everybody who could read the report is named in it."""


class FormUsedError(DomainError):
    """The form sent another report before."""


class FiledTip(Struct, frozen=True):
    """A tip as it was filed, and its receipt code, which nothing stores."""

    code: ReceiptCode
    tip: Tip
    names_executive: bool


def file(world: World, organisation: Record[Organisation], report: TipReport, *, token: str) -> FiledTip:
    """File a report; the same form sent again gives the same code and makes nothing new.

    One write, which depends on no other tip's. Raises ChannelClosedError, InvalidFieldError, NobodyLeftError,
    or FormUsedError where the form sent something else before.
    """
    org, units = organisation.key.id, organisation.state.units
    keyring = tip_keys.of(world, org)
    if not keyring.officers:
        raise ChannelClosedError
    report.check(keyring, units)
    if not report.officers(keyring, units):
        raise NobodyLeftError
    code = code_of(world, org, token)
    id = tip_id(world, org, code)
    sealed = _seal(world, organisation, keyring, report, code)
    category, rules = TipCategory(report.category), organisation.state.tip_rules
    fact = Tip.file(category, sealed, rules, on=bangkok_day(world.clock.now()))
    change = begin(Tip, Key(org, Tip.kind, id), [fact], world.salt)
    names_executive = Post.EXECUTIVE in posts_in(report.involved)
    try:
        world.tips.save(change)
    except RecordExistsError:
        tip = _filed_before(world, org, id, code, report)
        return FiledTip(code, tip, names_executive)
    return FiledTip(code, change.record.state, names_executive)


def code_of(world: World, org: str, token: str) -> ReceiptCode:
    """The receipt code of a form, which follows from its token alone."""
    return ReceiptCode.derive(world.keys.key("receipt code"), org, token)


def tip_id(world: World, org: str, code: ReceiptCode) -> str:
    """The id of the tip that a code opens, if it opens one."""
    return code.lookup_id(world.keys.key("tip id"), org)


def mark_of(world: World, org: str, tip: str, holder: str) -> str:
    """What says, to who has the key of the tips' door, that a holder may open a tip; another for each tip."""
    message = "\0".join((org, tip, holder)).encode()
    return hmac.digest(world.keys.key("who may open a tip"), message, "sha256")[:16].hex()


def secret_of(world: World, org: str, tip: Tip, code: ReceiptCode) -> AgeSecret:
    """The tip's secret key, opened by the reporter's. Raises CannotOpenError."""
    opened = world.sealing.open(base64.b64decode(tip.secret), code.secret(org))
    return AgeSecret(opened.decode())


def content_of(world: World, history: History[Tip], secret: AgeSecret) -> Content:
    """What the reporter sent. Raises CannotOpenError."""
    sealed = base64.b64decode(history.events[0].text("content"))
    return unpack(Content, world.sealing.open(sealed, secret))


def _seal(
    world: World,
    organisation: Record[Organisation],
    keyring: Keyring,
    report: TipReport,
    code: ReceiptCode,
) -> SealedReport:
    """Whatever is readable of it is as many and as large whoever is kept from it and whether she is named."""
    org = organisation.key.id
    id = tip_id(world, org, code)
    kept_out = report.excluded(keyring, organisation.state.units)
    secret = AgeSecret.from_seed(world.chance.bytes(SEED_BYTES))
    recipient = world.sealing.recipient(secret)
    officers = keyring.officers
    readers = [_nobody(world) if one in kept_out else holder.recipient for one, holder in officers.items()]
    readers += [keyring.recovery] if keyring.recovery else []
    readers.append(world.sealing.recipient(code.secret(org)))
    pairs = list(combinations(keyring.custodians, 2)) or [("", "")]
    usable = [bool(pair[0]) and not kept_out & set(pair) for pair in pairs]
    identity = pack(Identity(report.identity))
    return SealedReport(
        recipient=recipient,
        secret=_base64(world.sealing.seal(secret.reveal().encode(), readers)),
        content=_base64(world.sealing.seal(pack(report.content()), [recipient])),
        identity=",".join(
            _base64(_twice(world, identity, [keyring.holders[one].recipient for one in pair] if use else ()))
            for pair, use in zip(pairs, usable, strict=True)
        ),
        marks=tuple(
            _random_mark(world) if one in kept_out else mark_of(world, org, id, one) for one in officers
        ),
        custodian_marks=tuple(
            (mark_of(world, org, id, pair[0]), mark_of(world, org, id, pair[1]))
            if use
            else (_random_mark(world), _random_mark(world))
            for pair, use in zip(pairs, usable, strict=True)
        ),
    )


def _twice(world: World, plain: bytes, pair: Sequence[str]) -> bytes:
    """One seal inside the other, so that neither of the pair opens it alone; without a pair, for nobody."""
    inner, outer = pair or (_nobody(world), _nobody(world))
    return world.sealing.seal(world.sealing.seal(plain, [inner]), [outer])


def _nobody(world: World) -> str:
    """A recipient whose key nobody has."""
    return world.sealing.recipient(AgeSecret.from_seed(world.chance.bytes(SEED_BYTES)))


def _random_mark(world: World) -> str:
    return world.chance.bytes(16).hex()


def _base64(sealed: bytes) -> str:
    return base64.b64encode(sealed).decode()


def _filed_before(world: World, org: str, id: str, code: ReceiptCode, report: TipReport) -> Tip:
    """The tip that the form made before. Nothing that could be guessed at is kept to know a form by: the tip
    itself is opened with its code."""
    history = world.tips.history(Tip, org, id)
    if history is None:
        raise FormUsedError
    tip = history.record.state
    if content_of(world, history, secret_of(world, org, tip, code)) != report.content():
        raise FormUsedError
    return tip
