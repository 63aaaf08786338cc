"""The files of a complaint in the console: seeing them, adding some, and blacking out squares of a photo."""

import re
from http import HTTPStatus

from chalicelib.domain.complaint import Complaint
from chalicelib.domain.complaint_files import ComplaintFile, Moment
from chalicelib.domain.errors import IllegalMoveError, InvalidFieldError, NotAllowedError
from chalicelib.domain.files import COLUMNS
from chalicelib.domain.people import Task
from chalicelib.domain.record import Record
from chalicelib.handlers.content_policy import sending_to
from chalicelib.handlers.routing import Request, Response, Routes, see_other
from chalicelib.services import complaint_files, complaints
from chalicelib.services.ports import NoSuchRecordError, StaleRecordError
from chalicelib.web.links import Links

ROUTES = Routes(__name__)

_NUMBER = re.compile(r"[0-9a-f]{20}")
_CELL = re.compile(r"[0-9]{1,4}")


@ROUTES.page("/{org}/console/complaints/{id}/files", access=Task.READ_COMPLAINTS)
def files(request: Request, id: str) -> Response:
    """All files, what became of the one that was just sent, and a form for one more of what it shows."""
    record = _find(request, id)
    chosen = request.query.get("moment", "")
    moment = Moment(chosen) if chosen in set(Moment) else Moment.OTHER
    links = Links(request.lang, "", f"/{request.org}")

    def back(number: str) -> str:
        path = links(f"console/complaints/{id}/files", moment=moment, sent=number)
        return request.world.site_url + path

    may_work = request.me.state.may(Task.WORK_COMPLAINTS, record.state.unit)
    form = complaint_files.form_for_officer
    upload = form(request.world, record, request.me.state, moment, back) if may_work else None
    sent = request.query.get("sent", "")
    page = request.render(
        "console/complaint_files.html",
        id=id,
        complaint=record.state,
        moment=str(moment),
        ordered=request.query.get("done") == "black_out",
        may_work=may_work,
        sent=sent if _NUMBER.fullmatch(sent) else "",
        fault=record.state.files.fault_of(sent),
        recognised={
            file.id: complaint_files.recognised(request.world, request.org, file, request.me.state)
            for file in record.state.files.kept
        },
        may_see_original=request.me.state.may(Task.READ_CONTACT, record.state.unit),
        upload=upload,
    )
    return Response(page, headers=sending_to(upload.origin) if upload else {})


@ROUTES.page("/{org}/console/complaints/{id}/files/{file}/preview", access=Task.READ_COMPLAINTS)
def preview(request: Request, id: str, file: str) -> Response:
    """The small picture of a file."""
    _, found = _file(request, id, file)
    content = complaint_files.preview(request.world, request.org, id, found)
    return Response(content, content_type="image/jpeg")


@ROUTES.page("/{org}/console/complaints/{id}/files/{file}", access=Task.READ_COMPLAINTS)
def file(request: Request, id: str, file: str) -> Response:
    """On to a file itself, by an address that serves for a minute."""
    _, found = _file(request, id, file)
    link = complaint_files.link(request.world, request.org, id, found)
    return Response("", 303, headers={"Location": link})


@ROUTES.page("/{org}/console/complaints/{id}/files/{file}/original", access=Task.READ_CONTACT)
def original(request: Request, id: str, file: str) -> Response:
    """On to a photo without its black squares."""
    record, found = _file(request, id, file)
    link = complaint_files.link_to_original(request.world, request.org, record, found, request.me.state)
    return Response("", 303, headers={"Location": link})


@ROUTES.page("/{org}/console/complaints/{id}/files/{file}/whole", access=Task.WORK_COMPLAINTS)
def whole(request: Request, id: str, file: str) -> Response:
    """A photo without its black squares, for the page on which they are chosen."""
    record, found = _file(request, id, file)
    content = complaint_files.whole(request.world, request.org, record, found, request.me.state)
    return Response(content, content_type="image/jpeg")


@ROUTES.page("/{org}/console/complaints/{id}/files/{file}/black-out", access=Task.WORK_COMPLAINTS)
def squares(request: Request, id: str, file: str) -> Response:
    """A photo with squares over it, to be chosen."""
    record, found = _file(request, id, file)
    return _squares(request, record, found)


@ROUTES.page(
    "/{org}/console/complaints/{id}/files/{file}/black-out", access=Task.WORK_COMPLAINTS, method="POST"
)
def black_out(request: Request, id: str, file: str) -> Response:
    """Have the chosen squares blacked out."""
    record, found = _file(request, id, file)
    cells = {int(cell) for cell in request.fields.get("cell", ()) if _CELL.fullmatch(cell)}
    try:
        complaint_files.black_out(
            request.world, record, file, cells, rendition=request.version - 1, officer=request.me.state
        )
    except InvalidFieldError as error:
        fault = error.reasons["cells"]
        return _squares(request, record, found, fault, HTTPStatus.UNPROCESSABLE_ENTITY)
    except StaleRecordError:
        return _squares(request, record, found, "stale", HTTPStatus.CONFLICT)
    except IllegalMoveError as error:
        raise NoSuchRecordError from error
    return see_other(request, f"/{request.org}/console/complaints/{id}/files", done="black_out")


def _squares(
    request: Request,
    record: Record[Complaint],
    found: ComplaintFile,
    fault: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    if not found.is_photo:
        raise NoSuchRecordError
    if not request.me.state.may(Task.WORK_COMPLAINTS, record.state.unit):
        raise NotAllowedError
    page = request.render(
        "console/black_out.html",
        id=record.key.id,
        complaint=record.state,
        file=found,
        columns=COLUMNS,
        fault=fault,
    )
    return Response(page, int(status))


def _find(request: Request, id: str) -> Record[Complaint]:
    """The complaint, if it is one of this organisation that the officer may read."""
    return complaints.find(request.world, request.org, id, request.me.state).record


def _file(request: Request, id: str, file: str) -> tuple[Record[Complaint], ComplaintFile]:
    """A file of the complaint, and the complaint. Raises NoSuchRecordError for another one's."""
    record = _find(request, id)
    found = record.state.files.find(file)
    if found is None:
        raise NoSuchRecordError
    return record, found
