"""The files of a complaint as its complainant and officers see them, and the way by which they send more.

A browser sends a file straight to the intake and comes back by an address, in which no tracking code may
stand. A complainant comes back with a ticket: signed, good for an hour, and for the files of one complaint.
"""

from collections.abc import Collection
from datetime import timedelta

from itsdangerous import BadSignature

from chalicelib.domain import complaint_files
from chalicelib.domain.complaint import CITIZEN, Complaint, Status
from chalicelib.domain.complaint_files import MOST_REFUSED, ComplaintFile, Moment, Sent
from chalicelib.domain.errors import DomainError, NotAllowedError
from chalicelib.domain.people import Person, Task
from chalicelib.domain.record import Record
from chalicelib.services import complaint_progress, complaints, file_cleaning
from chalicelib.services.complaint_progress import Progress
from chalicelib.services.file_cleaning import Names
from chalicelib.services.file_ports import Back, BlackOut, UploadForm
from chalicelib.services.ports import NoSuchRecordError, StaleRecordError
from chalicelib.services.signer import Signer
from chalicelib.services.world import World

LIVES = timedelta(hours=1)
"""Of a ticket, and of a form that sends a file."""


class StaleTicketError(DomainError):
    """The ticket is not ours, is of another organisation or an earlier code, or is too old."""


def ticket(world: World, org: str, own: Record[Complaint]) -> str:
    """A ticket to the files of a complaint, for whoever just showed its code."""
    return _signer(world, org).sign(f"{own.key.id}.{own.state.code_serial}").decode()


def open_by_ticket(world: World, org: str, ticket: str) -> Progress:
    """The progress of the complaint that a ticket is for. Raises StaleTicketError."""
    try:
        told = _signer(world, org).unsign(ticket, max_age=int(LIVES.total_seconds())).decode()
    except BadSignature as error:
        raise StaleTicketError from error
    id, _, serial = told.partition(".")
    history = world.records.history(Complaint, org, id)
    if history is None or str(history.record.state.code_serial) != serial:
        raise StaleTicketError
    return complaint_progress.of(world, history)


def form_for_citizen(world: World, own: Record[Complaint], back: Back) -> UploadForm | None:
    """A form for one more file of the complainant; None where her complaint takes none."""
    sent = Sent(complaint=own.key.id, file=_number(world), by=CITIZEN)
    return _form(world, own, sent, back)


def form_for_officer(
    world: World, record: Record[Complaint], officer: Person, moment: Moment, back: Back
) -> UploadForm | None:
    """A form for one more file of an officer. Raises NotAllowedError."""
    if not officer.may(Task.WORK_COMPLAINTS, record.state.unit):
        raise NotAllowedError
    sent = Sent(
        complaint=record.key.id, file=_number(world), by=officer.username, moment=moment, from_citizen=False
    )
    return _form(world, record, sent, back)


def preview(world: World, org: str, complaint: str, file: ComplaintFile) -> bytes:
    """The small picture of a file, as everybody sees it. Raises NoSuchRecordError where there is none."""
    if not file.has_preview:
        raise NoSuchRecordError
    return world.files.get(Names(org, complaint, file.id).preview(file.rendition))


def link(world: World, org: str, complaint: str, file: ComplaintFile) -> str:
    """An address of a file for a minute, as everybody sees it: a photo is shown, a PDF saved."""
    save_as = "" if file.is_photo else f"{file.id}.pdf"
    return world.files.link(Names(org, complaint, file.id).clean(file.rendition), save_as=save_as)


def link_to_original(
    world: World, org: str, record: Record[Complaint], file: ComplaintFile, officer: Person
) -> str:
    """An address of a photo without its black squares, for officers who may see who complains.

    Raises NotAllowedError, NoSuchRecordError.
    """
    if not officer.may(Task.READ_CONTACT, record.state.unit):
        raise NotAllowedError
    if not file.rendition:
        raise NoSuchRecordError
    return world.files.link(Names(org, record.key.id, file.id).original)


def whole(world: World, org: str, record: Record[Complaint], file: ComplaintFile, officer: Person) -> bytes:
    """A photo without its black squares, to choose others. Raises NotAllowedError, NoSuchRecordError."""
    if not (
        officer.may(Task.WORK_COMPLAINTS, record.state.unit)
        and officer.may(Task.READ_CONTACT, record.state.unit)
    ):
        raise NotAllowedError
    if not file.is_photo:
        raise NoSuchRecordError
    names = Names(org, record.key.id, file.id)
    return world.files.get(names.original if file.rendition else names.clean(0))


def black_out(
    world: World,
    record: Record[Complaint],
    id: str,
    cells: Collection[int],
    *,
    rendition: int,
    officer: Person,
) -> None:
    """Have these squares of a photo blacked out, and no others.

    Raises NotAllowedError, StaleRecordError where others did so meanwhile, IllegalMoveError,
    InvalidFieldError.
    """
    if not officer.may(Task.WORK_COMPLAINTS, record.state.unit):
        raise NotAllowedError
    file = record.state.files.find(id)
    complaint_files.check_cells(file, cells)
    if file is None or file.rendition != rendition:
        raise StaleRecordError(record)
    world.darkroom.order(
        BlackOut(
            org=record.key.org,
            complaint=record.key.id,
            file=id,
            rendition=rendition,
            cells=tuple(sorted(cells)),
            by=officer.username,
        )
    )


def recognised(world: World, org: str, file: ComplaintFile, officer: Person) -> list[str]:
    """The complaints that came with the same photo before, as far as the officer may read them."""
    found = (world.records.get(Complaint, org, id) for id in file.recognised[:10])
    return [
        record.key.id
        for record in found
        if record and complaints.may_read(officer, record.state.unit, record.state.escalated)
    ]


def _form(world: World, record: Record[Complaint], sent: Sent, back: Back) -> UploadForm | None:
    files, org = record.state.files, record.key.org
    is_full = not files.has_room(from_citizen=sent.from_citizen) or len(files.refused) >= MOST_REFUSED
    if is_full or record.state.status is Status.CLOSED:
        return None
    claim = file_cleaning.claim_of(world, org, sent)
    return world.intake.form(f"{org}/{sent.file}", claim=claim, back_to=back(sent.file), lives=LIVES)


def _number(world: World) -> str:
    return world.chance.bytes(10).hex()


def _signer(world: World, org: str) -> Signer:
    return Signer(world, "complaint files", org)
