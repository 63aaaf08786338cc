"""From the intake to the complaint: each file that arrived ends as a clean one or as a refusal.

Whoever dies in between is called again and comes to the same end: what became of a file is settled by the
one transaction that adds its event to the complaint, and everything before that can be done twice.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable

import msgspec
from itsdangerous import BadSignature

from chalicelib.domain import complaint_files
from chalicelib.domain.complaint import Complaint, Status
from chalicelib.domain.complaint_files import ComplaintFile, Sent
from chalicelib.domain.files import MOST_BYTES, Cleaned, Fault, FileRefusedError
from chalicelib.domain.record import Change, Fact, Record, State, proceed
from chalicelib.services import photo_marks
from chalicelib.services.file_ports import BlackOut
from chalicelib.services.ports import NoSuchRecordError, StaleRecordError
from chalicelib.services.signer import Signer
from chalicelib.services.world import World

_WRITES = 5
"""How often to try to save what must be saved whoever saves meanwhile."""


def claim_of(world: World, org: str, sent: Sent) -> str:
    """What goes along with a file and says what it is for; only our doors can make one."""
    told = urlsafe_b64encode(msgspec.json.encode(sent))
    return _signer(world, org).sign(told).decode()


def take_in(world: World, key: str) -> None:
    """Clean what arrived under a key and record it, or record why it is not taken; then it leaves the intake.

    What nobody's claim came along with, or whose complaint is gone, leaves unsaid.
    """
    arrived = world.intake.find(key)
    if arrived is None:
        return
    org, _, file = key.partition("/")
    sent = _read_claim(world, org, arrived.claim)
    record = world.records.get(Complaint, org, sent.complaint) if sent else None
    if sent and record and sent.file == file and not record.state.files.knows(file):
        try:
            complaint_files.check_room(record.state.files, sent, is_closed=_is_closed(record))
            if arrived.size > MOST_BYTES:
                raise FileRefusedError(Fault.TOO_LARGE)
            cleaned = world.cleaner.clean(world.intake.read(key))
            _keep(world, org, sent, cleaned)
        except FileRefusedError as error:
            _refuse(world, org, sent, error.fault)
    world.intake.remove(key)


def black_out(world: World, order: BlackOut) -> None:
    """Make a photo's next rendition, in which these squares are black, none for as it was.

    Nothing is done where it was done, or where somebody else was faster.
    """
    record = world.records.get(Complaint, order.org, order.complaint)
    file = record.state.files.find(order.file) if record else None
    if file is None or file.rendition != order.rendition:
        return
    names = Names(order.org, order.complaint, file.id)
    original = _original(world, names, file)
    cleaned = world.cleaner.black_out(original, order.cells)
    content = cleaned.content if order.cells else original
    world.files.put(names.clean(file.rendition + 1), content, cleaned.media_type)
    world.files.put(names.preview(file.rendition + 1), cleaned.preview, "image/jpeg")
    sha256, now = hashlib.sha256(content).hexdigest(), world.clock.now()

    def fact(complaint: Complaint) -> Fact | None:
        standing = complaint.files.find(order.file)
        if standing is None or standing.rendition != order.rendition:
            return None
        return complaint_files.black_out(standing, order.cells, sha256, by=order.by, at=now)

    _save(world, order.org, order.complaint, fact)
    world.files.remove(names.clean(file.rendition))
    world.files.remove(names.preview(file.rendition))


class Names(msgspec.Struct, frozen=True):
    """What a file's contents are called in the store."""

    org: str
    complaint: str
    file: str

    def clean(self, rendition: int) -> str:
        return f"clean/{self.org}/{self.complaint}/{self.file}/{rendition}"

    def preview(self, rendition: int) -> str:
        return f"preview/{self.org}/{self.complaint}/{self.file}/{rendition}"

    @property
    def original(self) -> str:
        """A photo as it was before squares of it were blacked out."""
        return f"original/{self.org}/{self.complaint}/{self.file}"


def erase(world: World, org: str, complaint: str) -> None:
    """Take out all contents of a complaint's files, those too that a function left behind when it died."""
    for folder in ("clean", "preview", "original"):
        world.files.remove(f"{folder}/{org}/{complaint}/")


def _original(world: World, names: Names, file: ComplaintFile) -> bytes:
    """A photo as it was at first, kept apart from now on."""
    if file.rendition:
        return world.files.get(names.original)
    content = world.files.get(names.clean(0))
    world.files.put(names.original, content, file.media_type)
    return content


def _keep(world: World, org: str, sent: Sent, cleaned: Cleaned) -> None:
    """Store a clean file, then record it. Raises FileRefusedError where others took its place meanwhile."""
    names, now = Names(org, sent.complaint, sent.file), world.clock.now()
    world.files.put(names.clean(0), cleaned.content, cleaned.media_type)
    if cleaned.preview:
        world.files.put(names.preview(0), cleaned.preview, "image/jpeg")
    sha256 = hashlib.sha256(cleaned.content).hexdigest()
    seen = photo_marks.find(world, org, cleaned.fingerprint, but=sent.file)
    facts = [complaint_files.add(sent, cleaned, sha256, at=now)]
    if seen:
        facts.append(complaint_files.recognise(sent.file, seen, at=now))

    def made(complaint: Complaint) -> list[Fact]:
        if complaint.files.knows(sent.file):
            return []
        complaint_files.check_room(complaint.files, sent, is_closed=complaint.status is Status.CLOSED)
        return facts

    marks = photo_marks.marks(org, sent.complaint, sent.file, cleaned.fingerprint, now)
    try:
        _save(world, org, sent.complaint, made, *marks)
    except FileRefusedError:
        world.files.remove(names.clean(0))
        world.files.remove(names.preview(0))
        raise


def _refuse(world: World, org: str, sent: Sent, fault: Fault) -> None:
    now = world.clock.now()

    def made(complaint: Complaint) -> Fact | None:
        if complaint.files.knows(sent.file):
            return None
        return complaint_files.refuse(complaint.files, sent, fault, at=now)

    _save(world, org, sent.complaint, made)


def _save(
    world: World,
    org: str,
    id: str,
    made: Callable[[Complaint], Fact | list[Fact] | None],
    *beside: Change[State],
) -> None:
    """Save what `made` says of the complaint as it stands, whoever saves it meanwhile."""
    for attempt in range(_WRITES):
        record = world.records.get(Complaint, org, id)
        if record is None:
            raise NoSuchRecordError
        said = made(record.state)
        facts = said if isinstance(said, list) else [said] if said else []
        if not facts:
            return
        try:
            world.records.save(proceed(record, facts, world.salt), *beside)
            return
        except StaleRecordError:
            if attempt == _WRITES - 1:
                raise


def _is_closed(record: Record[Complaint]) -> bool:
    return record.state.status is Status.CLOSED


def _read_claim(world: World, org: str, claim: str) -> Sent | None:
    """What a file is for; None where the claim is not ours, or another organisation's."""
    try:
        told = _signer(world, org).unsign(claim)
        return msgspec.json.decode(urlsafe_b64decode(told), type=Sent)
    except (BadSignature, ValueError, msgspec.MsgspecError):
        return None


def _signer(world: World, org: str) -> Signer:
    return Signer(world, "file on its way", org)
