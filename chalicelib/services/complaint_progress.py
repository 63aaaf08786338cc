"""What whoever knows a tracking code sees: her complaint, or the one that it was merged into."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.domain.codes import TrackingCode
from chalicelib.domain.complaint import OF_ONE_CITIZEN, PUBLIC_EVENTS, Complaint, Status
from chalicelib.domain.complaint_files import ComplaintFile
from chalicelib.domain.record import Event, History, Record
from chalicelib.services import complaints
from chalicelib.services.ports import NoSuchRecordError
from chalicelib.services.world import World


class Shown(Struct, frozen=True):
    """An event, the status from then on, and whether it is of the complainant who looks."""

    event: Event
    status: Status
    is_own: bool = True


class ShownFile(Struct, frozen=True):
    """A file that she may see, and the complaint under which it is kept."""

    complaint: str
    file: ComplaintFile


class Progress(Struct, frozen=True):
    """How things stand, with her own report, and what she may see of what happened, oldest first.

    `of` is the id of her own complaint where it was merged into the one that is shown; `part` that of the
    part that is shown, none for the whole. `files` by number: her own, and those that came with what officers
    said.
    """

    own: Record[Complaint]
    """Her own complaint, whichever is shown."""
    complaint: Complaint
    events: tuple[Shown, ...]
    of: str = ""
    part: str = ""
    parts: "tuple[Progress, ...]" = ()
    """What was split off it, and off that."""
    files: Mapping[str, ShownFile] = {}


def find(world: World, org: str, code: TrackingCode, part: str = "") -> Progress:
    """The progress of the complaint that the code opens, or of a part that was split off it.

    Raises UnknownCodeError, NoSuchRecordError where the part is not hers.
    """
    own = complaints.follow(world, org, code)
    if part:
        return of(world, find_part(world, own, part), part)
    return replace(of(world, own), parts=tuple(_parts(world, own)))


def find_part(world: World, whole: History[Complaint], id: str) -> History[Complaint]:
    """A part with its events. Raises NoSuchRecordError where it was not split off this complaint."""
    history = world.records.history(Complaint, whole.record.key.org, id)
    if history is None or history.record.key != complaints.part_of(world, whole.record, id).key:
        raise NoSuchRecordError
    return history


def _parts(world: World, whole: History[Complaint]) -> Iterator[Progress]:
    for id in whole.record.state.parts:
        if part := world.records.history(Complaint, whole.record.key.org, id):
            yield of(world, part, id)
            yield from _parts(world, part)


def of(world: World, own: History[Complaint], part: str = "") -> Progress:
    """The progress of a complaint, or of what was split off one, for its own complainant."""
    state = own.record.state
    events = tuple(_seen(own.events, ""))
    if not state.merged_into:
        return Progress(own.record, state, events, part=part, files=_files(events, own.record))
    target = world.records.history(Complaint, own.record.key.org, state.merged_into)
    if target is None:
        raise NoSuchRecordError
    # Of what happened to the other one she sees what officers did, and her own words.
    both = [*events, *_seen(target.events, own.record.key.id)]
    shown = replace(target.record.state, report=state.report, received_at=state.received_at)
    seen = tuple(sorted(both, key=lambda s: s.event.at))
    files = _files(seen, own.record, target.record)
    return Progress(own.record, shown, seen, own.record.key.id, part, files=files)


def _files(events: tuple[Shown, ...], *records: Record[Complaint]) -> dict[str, ShownFile]:
    """The files that these events brought, as far as they are kept."""
    kept = {file.id: ShownFile(r.key.id, file) for r in records for file in r.state.files.kept}
    return {id: kept[id] for shown in events for id in files_of(shown.event) if id in kept}


def files_of(event: Event) -> Sequence[str]:
    """The files that the complainant was shown by an event."""
    data: Any = event.data
    return (data["file"],) if event.kind == "file_sent" else tuple(data.get("files", ()))


def is_hers(event: Event) -> bool:
    """Whether all of an event of her own complaint is for its complainant: a public one, and none by or for
    somebody whose complaint was merged into it."""
    return event.kind in PUBLIC_EVENTS and not event.data.get("of")


def _seen(events: tuple[Event, ...], viewer: str) -> Iterator[Shown]:
    """The public events of one complaint, without the words of other complainants than the viewer.

    `viewer` is the id of the merged complaint of one who follows this, none for its own complainant. What
    officers said to one complainant by telephone is as private as what they were told, and so is what they
    wrote before the viewer followed it.
    """
    joined = max((e.seq for e in events if e.kind == "follower_joined" and e.data["of"] == viewer), default=0)
    state = Complaint.first(events[0])
    for event in events:
        if event.seq > 1:
            state = state.after(event)
        if event.kind not in PUBLIC_EVENTS:
            continue
        is_own = event.data.get("of", "") == viewer
        if event.kind in OF_ONE_CITIZEN and not is_own:
            continue
        if event.kind == "messaged" and event.seq < joined:
            continue
        is_private = event.kind in {"reopened", "contacted"} and not is_own
        yield Shown(event.without(("message",)) if is_private else event, state.status, is_own)
