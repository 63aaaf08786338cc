"""A complainant's files: sending one more, seeing what became of it, and those that officers show her."""

import re
from http import HTTPStatus

from chalicelib.domain.codes import CheckDigitError, MalformedCodeError, ReceiptCodeTypedError, TrackingCode
from chalicelib.domain.complaint_files import MOST_OF_CITIZEN
from chalicelib.handlers.content_policy import sending_to
from chalicelib.handlers.routing import Everyone, Request, Response, Routes, see_other
from chalicelib.services import complaint_files, complaint_progress, complaints
from chalicelib.services.complaint_files import StaleTicketError
from chalicelib.services.complaint_progress import Progress, ShownFile
from chalicelib.services.ports import NoSuchRecordError
from chalicelib.web.forms import Form
from chalicelib.web.i18n import Message, gettext_noop
from chalicelib.web.links import Links

ROUTES = Routes(__name__)

_NUMBER = re.compile(r"[0-9a-f]{20}")
_WRONG_CODES = (CheckDigitError, MalformedCodeError, ReceiptCodeTypedError)

_OPEN_TOO_LONG = gettext_noop(
    "The page of the files was open for too long. Enter your code to open it again."
)


@ROUTES.page("/{org}/complaints/track/files", access=Everyone.CODE, method="POST")
def begin(request: Request) -> Response:
    """Whoever knows the code gets a ticket to the page of the files: no code may stand in its address."""
    try:
        code = TrackingCode.parse(request.field("code"))
        own = complaints.follow(request.world, request.org, code)
        if part := request.field("part"):
            own = complaint_progress.find_part(request.world, own, part)
    except (*_WRONG_CODES, complaints.UnknownCodeError) as error:
        raise NoSuchRecordError from error
    ticket = complaint_files.ticket(request.world, request.org, own.record)
    return see_other(request, f"/{request.org}/complaints/files", ticket=ticket)


@ROUTES.page("/{org}/complaints/files", access=Everyone.CODE)
def files(request: Request) -> Response:
    """The files, what became of the one that was just sent, and a form for one more."""
    ticket = request.query.get("ticket", "")
    try:
        progress = complaint_files.open_by_ticket(request.world, request.org, ticket)
    except StaleTicketError:
        form = Form({}, {"code": Message(_OPEN_TOO_LONG)})
        page = request.render("complaints/track.html", form=form)
        return Response(page, int(HTTPStatus.UNPROCESSABLE_ENTITY))
    links = Links(request.lang, "", f"/{request.org}")

    def back(number: str) -> str:
        return request.world.site_url + links("complaints/files", ticket=ticket, sent=number)

    upload = complaint_files.form_for_citizen(request.world, progress.own, back)
    sent = request.query.get("sent", "")
    page = request.render(
        "complaints/files.html",
        ticket=ticket,
        sent=sent if _NUMBER.fullmatch(sent) else "",
        fault=progress.own.state.files.fault_of(sent),
        shown=list(progress.files.values()),
        upload=upload,
        most=MOST_OF_CITIZEN,
    )
    return Response(page, headers=sending_to(upload.origin) if upload else {})


@ROUTES.page("/{org}/complaints/files/{file}/preview", access=Everyone.CODE)
def preview(request: Request, file: str) -> Response:
    """The small picture of a file."""
    shown = _shown(request, file)
    content = complaint_files.preview(request.world, request.org, shown.complaint, shown.file)
    return Response(content, content_type="image/jpeg")


@ROUTES.page("/{org}/complaints/files/{file}", access=Everyone.CODE)
def file(request: Request, file: str) -> Response:
    """On to a file itself, by an address that serves for a minute."""
    shown = _shown(request, file)
    link = complaint_files.link(request.world, request.org, shown.complaint, shown.file)
    return Response("", 303, headers={"Location": link})


def _shown(request: Request, file: str) -> ShownFile:
    """A file that the ticket shows. Raises NoSuchRecordError for any other."""
    try:
        progress: Progress = complaint_files.open_by_ticket(
            request.world, request.org, request.query.get("ticket", "")
        )
    except StaleTicketError as error:
        raise NoSuchRecordError from error
    if file not in progress.files:
        raise NoSuchRecordError
    return progress.files[file]
