"""Complaints for programs: file one, follow it by the code."""

import re
from http import HTTPStatus
from typing import Annotated

from msgspec import Meta, Struct

from chalicelib.domain.calendar import bangkok_day
from chalicelib.domain.codes import CheckDigitError, MalformedCodeError, ReceiptCodeTypedError, TrackingCode
from chalicelib.domain.complaint import Channel, Report
from chalicelib.domain.complaint_report import check
from chalicelib.domain.errors import InvalidFieldError
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.record import instant
from chalicelib.handlers.json_body import InvalidFields, clean_texts
from chalicelib.handlers.routing import Doc, Everyone, Refusal, Request, Response, Routes, json_response
from chalicelib.services import complaint_progress, complaints
from chalicelib.services.complaint_progress import Progress

ROUTES = Routes(__name__)

_KEY = re.compile(r"[\x21-\x7e]{1,200}")

_TEXTS = (
    "category",
    "subject",
    "detail",
    "location",
    "village",
    "position",
    "about_unit",
    "name",
    "phone",
    "email",
)


class NewComplaint(Struct, forbid_unknown_fields=True):
    """A complaint to be filed. Contact data need `consent`."""

    category: Annotated[str, Meta(description="id of one of the organisation's categories", max_length=40)]
    subject: Annotated[str, Meta(min_length=3, max_length=200)]
    detail: Annotated[str, Meta(min_length=10, max_length=10_000)]
    location: Annotated[str, Meta(max_length=500)] = ""
    village: Annotated[str, Meta(description="Thai name of one of the villages", max_length=100)] = ""
    position: Annotated[
        str, Meta(description="degrees north and east, such as 14.12340, 100.56780", max_length=1000)
    ] = ""
    about_staff: bool = False
    about_unit: Annotated[
        str, Meta(description="id of the unit whose officer it is about", max_length=40)
    ] = ""
    name: Annotated[str, Meta(max_length=200)] = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    email: Annotated[str, Meta(max_length=254)] = ""
    consent: bool = False


class FiledComplaint(Struct):
    """The answer to a complaint that was filed; the code is told this once."""

    tracking_code: Annotated[str, Meta(pattern="^[0-9]{5}(-[0-9]{5}){3}$")]
    received_on: str
    due_on: str
    status: str


class ComplaintEvent(Struct):
    """Something that happened to a complaint, and its status from then on."""

    at: str
    kind: str
    status: str
    message: str


class FollowedComplaint(Struct):
    """A complaint as whoever knows the code sees it."""

    status: str
    received_on: str
    due_on: str
    events: list[ComplaintEvent]


@ROUTES.api(
    "/api/v1/{org}/complaints",
    access=Everyone.PUBLIC,
    method="POST",
    doc=Doc(
        summary="File a complaint",
        body=NewComplaint,
        answer=FiledComplaint,
        status=201,
        headers={
            "Idempotency-Key": {
                "type": "string",
                "minLength": 1,
                "maxLength": 200,
                "pattern": "^[!-~]+$",
                "description": "a random one, such as a UUID: whoever sends the same key and body gets the "
                "same tracking code, and one that others choose too is refused for a day",
            }
        },
        refusals=(400, 404, 413, 415, 422, 429),
    ),
)
def file(request: Request) -> Response:
    """File a complaint; with an Idempotency-Key a retry gives the same answer and makes nothing new."""
    sent: NewComplaint = request.json(NewComplaint)
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        raise InvalidFields({"Idempotency-Key": "malformed"})
    try:
        filed = complaints.file(
            request.world,
            request.here,
            _report(sent, request.here.state, request.lang),
            consent=sent.consent,
            token=f"key {key}" if key else request.world.chance.bytes(16).hex(),
            channel=Channel.API,
        )
    except InvalidFieldError as error:
        raise InvalidFields(error.reasons) from error
    except complaints.OtherBodyError as error:
        raise InvalidFields({"Idempotency-Key": "used_for_another_body"}) from error
    answer = FiledComplaint(
        tracking_code=filed.code.hyphenated(),
        received_on=bangkok_day(filed.complaint.received_at).isoformat(),
        due_on=filed.complaint.due_on.isoformat(),
        status=str(filed.complaint.status),
    )
    return json_response(answer, 201)


@ROUTES.api(
    "/api/v1/{org}/complaints/{tracking_code}",
    access=Everyone.CODE,
    doc=Doc(summary="Follow a complaint by its tracking code", answer=FollowedComplaint, refusals=(404,)),
)
def follow(request: Request, tracking_code: str) -> Response:
    """The complaint with the events that its complainant may see."""
    try:
        code = TrackingCode.parse(tracking_code)
        progress = complaint_progress.find(request.world, request.org, code)
    except (MalformedCodeError, CheckDigitError, ReceiptCodeTypedError, complaints.UnknownCodeError) as error:
        raise Refusal(HTTPStatus.NOT_FOUND) from error
    complaint = progress.complaint
    answer = FollowedComplaint(
        status=str(complaint.status),
        received_on=bangkok_day(complaint.received_at).isoformat(),
        due_on=complaint.due_on.isoformat(),
        events=_events(progress),
    )
    return json_response(answer)


def _report(sent: NewComplaint, organisation: Organisation, lang: str) -> Report:
    """What was sent, cleaned. Raises InvalidFields where some of it can't be, for all that is wrong."""
    texts, faults = clean_texts(sent, _TEXTS, multiline={"detail"})
    report = Report(**texts, about_staff=sent.about_staff, lang=lang)
    if faults:
        try:
            check(organisation, report, consent=sent.consent)
        except InvalidFieldError as error:
            faults = {**error.reasons, **faults}
        raise InvalidFields(faults)
    return report


def _events(progress: Progress) -> list[ComplaintEvent]:
    return [
        ComplaintEvent(instant(e.event.at), e.event.kind, str(e.status), e.event.text("message"))
        for e in progress.events
    ]
