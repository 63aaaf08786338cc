"""Entering what came another way than by the web (requirement P11.1)."""

from datetime import date

from chalicelib.domain.calendar import (
    DateOutOfRangeError,
    MalformedDateError,
    NoSuchDayError,
    bangkok_day,
    parse_date,
)
from chalicelib.domain.complaint import Channel, Report
from chalicelib.domain.complaint_report import check
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.record import Record
from chalicelib.services import complaints
from chalicelib.services.complaints import Filed
from chalicelib.services.world import World

CHANNELS = (
    Channel.COUNTER,
    Channel.PHONE,
    Channel.POST,
    Channel.LINE,
    Channel.SOCIAL_MEDIA,
    Channel.FORUM,
)
"""The ways of which an officer enters what came."""


def enter(
    world: World,
    organisation: Record[Organisation],
    report: Report,
    *,
    channel: str,
    received_on: str,
    consent: bool,
    token: str,
    by: str,
) -> Filed:
    """File what an officer typed of a complaint that came by a channel, on a day as typed or, where that is
    empty, today.

    Raises InvalidFieldError for all fields at once, and OtherBodyError as filing does.
    """
    day = must_be_complete(
        organisation.state, report, channel=channel, received_on=received_on, consent=consent
    )
    today = bangkok_day(world.clock.now())
    return complaints.file(
        world,
        organisation,
        report,
        consent=consent,
        token=token,
        channel=Channel(channel),
        by=by,
        received_on=None if day == today else day,
    )


def must_be_complete(
    organisation: Organisation, report: Report, *, channel: str, received_on: str, consent: bool
) -> date | None:
    """The day that was typed, None where none was. Raises InvalidFieldError for all fields at once."""
    reasons: dict[str, str] = {}
    day: date | None = None
    if channel not in CHANNELS:
        reasons["channel"] = "required"
    try:
        day = _day(received_on)
    except InvalidFieldError as error:
        reasons |= error.reasons
    try:
        check(organisation, report, consent=consent)
    except InvalidFieldError as error:
        reasons |= error.reasons
    if reasons:
        raise InvalidFieldError(**reasons)
    return day


def _day(typed: str) -> date | None:
    """A day as typed, None where nothing was. Raises InvalidFieldError."""
    try:
        return parse_date(typed) if typed else None
    except MalformedDateError:
        raise InvalidFieldError(received_on="malformed_date") from None
    except NoSuchDayError:
        raise InvalidFieldError(received_on="no_such_day") from None
    except DateOutOfRangeError:
        raise InvalidFieldError(received_on="year_out_of_range") from None
