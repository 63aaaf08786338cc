"""Who is told of what happens to a complaint, apart from the night's reminders."""

from typing import Any

from chalicelib.domain.complaint import Complaint
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.people import Person, Task
from chalicelib.domain.record import Change, Fact, Record
from chalicelib.services import notices, organisations
from chalicelib.services.world import World

_TELLS = {"explained", "resolved", "rejected", "referred", "messaged"}
"""Events of which a complainant with an email address is told."""

_WATCHED = frozenset(
    {
        "assigned",
        "explained",
        "resolved",
        "rejected",
        "referred",
        "citizen_messaged",
        "reopened",
        "reminded",
        "closed",
    }
)
"""Events of which officers who watch a complaint are told."""


def receipt(world: World, change: Change[Complaint]) -> list[Change[Any]]:
    """The notice that a complaint was received, for a complainant with an address."""
    if not change.record.state.report.email:
        return []
    return [notices.for_complainant(world, change.record, "complaint_received")]


def of(world: World, change: Change[Complaint], fact: Fact) -> list[Change[Any]]:
    """Notices of what an officer did: for complainants, merged ones too, and for officers who watch it."""
    watchers = of_watchers(world, change, fact)
    if fact.kind not in _TELLS:
        return watchers
    complaint, template = change.record.state, f"complaint_{fact.kind}"
    told = [notices.for_complainant(world, change.record, template)] if complaint.report.email else []
    followers = [f.id for f in complaint.followers if f.has_email]
    return [
        *told,
        *(notices.for_complainant(world, change.record, template, of=id) for id in followers),
        *watchers,
    ]


def of_question(
    world: World, organisation: Record[Organisation], asked: Record[Complaint], change: Change[Complaint]
) -> list[Change[Any]]:
    """Notices that ask whether it is still solved, for all whom an address reaches and who did not say."""
    return [
        notices.ask_complainant(world, organisation, change.record, "complaint_asked_if_solved", of=of)
        for of in asked.state.to_be_asked()
    ]


def of_watchers(world: World, change: Change[Complaint], fact: Fact) -> list[Change[Any]]:
    """Notices for officers who watch it, but for who did it and who may not read it any more."""
    complaint, org = change.record.state, change.record.key.org
    others = [name for name in complaint.watchers if name != fact.actor]
    if fact.kind not in _WATCHED or not others:
        return []
    ids = [name.removeprefix(f"{org}-") for name in others]
    people = [(id, world.records.get(Person, org, id)) for id in ids]
    return [
        notices.for_person(
            world, organisations.find(world, org), id, template="complaint_watched", about=change.record
        )
        for id, person in people
        if person and person.state.may(Task.READ_COMPLAINTS, complaint.unit)
    ]
