"""The people of an organisation, their roles, and what each role may do (requirement S4)."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from msgspec import Struct
from msgspec.structs import replace

from chalicelib.domain import saved_views
from chalicelib.domain.errors import InvalidFieldError, NotAllowedError
from chalicelib.domain.record import Event, Eventful, Fact, Json, Key, Place
from chalicelib.domain.saved_views import VIEW_EVENTS, SavedView


class Role(StrEnum):
    COMPLAINT_OFFICER = "complaint_officer"
    UNIT_OFFICER = "unit_officer"
    UNIT_HEAD = "unit_head"
    CHIEF_ADMINISTRATOR = "chief_administrator"
    EXECUTIVE = "executive"
    TIP_OFFICER = "tip_officer"
    CUSTODIAN = "custodian"
    DISCLOSURE_EDITOR = "disclosure_editor"
    PLAN_MANAGER = "plan_manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


SEALED_ROLES = frozenset({Role.TIP_OFFICER, Role.CUSTODIAN})
"""Roles over the sealed channel: no administrator grants them alone."""

UNIT_ROLES = frozenset({Role.UNIT_OFFICER, Role.UNIT_HEAD, Role.DISCLOSURE_EDITOR})
"""Roles that are held for a unit; the others are held for the whole organisation."""

SIGN_IN_EVENTS = frozenset({"signed_in", "sign_in_failed"})
"""Events that are for the audit trail alone: they change nothing about a person."""

OWN_EVENTS = SIGN_IN_EVENTS | VIEW_EVENTS
"""Events that leave all as it is which an administrator could change."""


class Task(StrEnum):
    """What somebody may want to do in the console. A route declares the task that it serves."""

    SIGN_OUT = "sign_out"
    READ_COMPLAINTS = "read_complaints"
    READ_CONTACT = "read_contact"
    READ_ANALYSIS = "read_analysis"
    READ_WORKLOAD = "read_workload"
    ENTER_COMPLAINTS = "enter_complaints"
    ASSIGN_COMPLAINTS = "assign_complaints"
    WORK_COMPLAINTS = "work_complaints"
    DECIDE_COMPLAINTS = "decide_complaints"
    REISSUE_CODES = "reissue_codes"
    PUBLISH_ITEMS = "publish_items"
    READ_ITEMS = "read_items"
    READ_REPORTS = "read_reports"
    DRAFT_REPORTS = "draft_reports"
    APPROVE_REPORTS = "approve_reports"
    READ_NOTICES = "read_notices"
    SEND_NOTICES_AGAIN = "send_notices_again"
    READ_PLAN = "read_plan"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SETTINGS = "manage_settings"
    READ_PEOPLE = "read_people"
    READ_SETTINGS = "read_settings"


_EVERYBODY = frozenset({Task.SIGN_OUT, Task.READ_ITEMS, Task.READ_PLAN})

MAY: dict[Role, frozenset[Task]] = {
    Role.COMPLAINT_OFFICER: _EVERYBODY
    | {
        Task.READ_COMPLAINTS,
        Task.READ_CONTACT,
        Task.READ_ANALYSIS,
        Task.READ_WORKLOAD,
        Task.ENTER_COMPLAINTS,
        Task.ASSIGN_COMPLAINTS,
        Task.WORK_COMPLAINTS,
        Task.DECIDE_COMPLAINTS,
        Task.REISSUE_CODES,
        Task.READ_REPORTS,
        Task.DRAFT_REPORTS,
        Task.READ_NOTICES,
        Task.SEND_NOTICES_AGAIN,
    },
    Role.UNIT_OFFICER: _EVERYBODY | {Task.READ_COMPLAINTS, Task.READ_CONTACT, Task.WORK_COMPLAINTS},
    Role.UNIT_HEAD: _EVERYBODY
    | {
        Task.READ_COMPLAINTS,
        Task.READ_CONTACT,
        Task.READ_ANALYSIS,
        Task.READ_WORKLOAD,
        Task.WORK_COMPLAINTS,
        Task.ASSIGN_COMPLAINTS,
    },
    Role.CHIEF_ADMINISTRATOR: _EVERYBODY
    | {
        Task.READ_COMPLAINTS,
        Task.READ_CONTACT,
        Task.READ_ANALYSIS,
        Task.READ_WORKLOAD,
        Task.ASSIGN_COMPLAINTS,
        Task.READ_REPORTS,
        Task.APPROVE_REPORTS,
        Task.READ_NOTICES,
    },
    Role.EXECUTIVE: _EVERYBODY
    | {
        Task.READ_COMPLAINTS,
        Task.READ_ANALYSIS,
        Task.READ_WORKLOAD,
        Task.READ_REPORTS,
        Task.APPROVE_REPORTS,
    },
    Role.TIP_OFFICER: _EVERYBODY,
    Role.CUSTODIAN: _EVERYBODY,
    Role.DISCLOSURE_EDITOR: _EVERYBODY | {Task.PUBLISH_ITEMS},
    Role.PLAN_MANAGER: _EVERYBODY,
    Role.AUDITOR: _EVERYBODY
    | {
        Task.READ_COMPLAINTS,
        Task.READ_CONTACT,
        Task.READ_ANALYSIS,
        Task.READ_WORKLOAD,
        Task.READ_REPORTS,
        Task.READ_NOTICES,
        Task.READ_PEOPLE,
        Task.READ_SETTINGS,
    },
    Role.ADMINISTRATOR: _EVERYBODY
    | {
        Task.MANAGE_PEOPLE,
        Task.READ_PEOPLE,
        Task.MANAGE_SETTINGS,
        Task.READ_SETTINGS,
        Task.READ_NOTICES,
        Task.SEND_NOTICES_AGAIN,
    },
}


class Grant(Struct, frozen=True):
    """A role that a person holds, for one unit or (unit None) for the organisation."""

    role: Role
    unit: str | None = None


class StandIn(Struct, frozen=True):
    """Somebody's roles, which another person holds from the first day to the last, both included."""

    person: str
    grants: tuple[Grant, ...]
    first: date
    last: date


_NOT_DEPUTISED = SEALED_ROLES | {Role.ADMINISTRATOR}
"""Roles that nobody passes on for the days of an absence."""

_LONGEST_ABSENCE = 366
"""Days."""


class Person(Eventful, frozen=True, kw_only=True):
    """Somebody who works for the organisation and can sign in. `username` is unique in the deployment."""

    kind: ClassVar[str] = "person"

    username: str
    name: str
    email: str
    grants: tuple[Grant, ...]
    active: bool = True
    stands_in: tuple[StandIn, ...] = ()
    """For whom this person is the deputy, ended absences left out."""
    views: tuple[SavedView, ...] = ()
    """Lists of complaints that this person keeps under a name."""
    sessions_from: datetime | None = None
    """Sessions that began before this instant are over (sign-out everywhere)."""

    @classmethod
    def add(
        cls, username: str, name: str, email: str, grants: tuple[Grant, ...], *, by: str, at: datetime
    ) -> Fact:
        """A new person. Raises InvalidFieldError where a role of a unit names none, or another one does."""
        return Fact(
            kind="added",
            actor=by,
            at=at,
            data={"username": username, "grants": _as_data(_checked(grants))},
            private={"name": name, "email": email},
        )

    def change_grants(self, grants: tuple[Grant, ...], *, by: str, at: datetime) -> Fact:
        """Other roles from now on.

        Raises NotAllowedError where a role over the sealed channel is added: that needs the consent of
        those who hold it. Raises InvalidFieldError as `add` does, and where an administrator would give up
        that role: it is taken by another one, so that an organisation is never left with none.
        """
        sealed = {g for g in grants if g.role in SEALED_ROLES}
        if sealed - set(self.grants):
            raise NotAllowedError("a role over the sealed channel is not granted by one person")
        mine = Grant(Role.ADMINISTRATOR)
        if by == self.username and mine in self.grants and mine not in grants:
            raise InvalidFieldError(grants="own_administrator")
        return Fact(kind="grants_changed", actor=by, at=at, data={"grants": _as_data(_checked(grants))})

    def stand_in(self, absent: "Person", id: str, first: date, last: date, *, by: str, at: datetime) -> Fact:
        """This person holds the roles of an absent one, with this id, on these days.

        Roles over the sealed channel and the administrator's are not passed on. Raises InvalidFieldError.
        """
        grants = tuple(grant for grant in absent.grants if grant.role not in _NOT_DEPUTISED)
        reasons: dict[str, str] = {}
        if self.username == absent.username or not self.active:
            reasons["deputy"] = "unknown"
        elif not grants:
            reasons["deputy"] = "nothing_to_do"
        if last < first:
            reasons["last"] = "before_first"
        elif (last - first).days > _LONGEST_ABSENCE:
            reasons["last"] = "too_far"
        if reasons:
            raise InvalidFieldError(**reasons)
        data: dict[str, Json] = {"person": id, "grants": _as_data(grants)}
        days: dict[str, Json] = {"first": first.isoformat(), "last": last.isoformat()}
        return Fact(kind="deputised", actor=by, at=at, data={**data, **days})

    def end_standing_in(self, id: str, *, by: str, at: datetime) -> Fact:
        """The person with this id is back before time."""
        return Fact(kind="deputy_ended", actor=by, at=at, data={"person": id})

    def on(self, day: date) -> Self:
        """The person as on a day, with the roles of absent colleagues: to be asked what it may, not saved."""
        held = [grant for s in self.stands_in if s.first <= day <= s.last for grant in s.grants]
        return replace(self, grants=tuple(dict.fromkeys((*self.grants, *held))))

    def deactivate(self, *, by: str, at: datetime) -> Fact:
        """The person leaves: no sign-in any more, sessions over. Raises NotAllowedError for oneself."""
        if by == self.username:
            raise NotAllowedError("nobody shuts out themselves")
        return Fact(kind="deactivated", actor=by, at=at)

    def reactivate(self, *, by: str, at: datetime) -> Fact:
        return Fact(kind="reactivated", actor=by, at=at)

    def sign_out_everywhere(self, *, by: str, at: datetime) -> Fact:
        return Fact(kind="signed_out_everywhere", actor=by, at=at)

    def renew_sign_in(self, *, by: str, at: datetime) -> Fact:
        """Password and authenticator app were lost, and are made anew; all sessions are over.

        Whoever reads the mail that brings the first password holds the account then. So nobody does it alone
        for themselves, nor to somebody who holds a role over the sealed channel: that role is taken away
        before and granted again as at first, by those whose consent it needs. Raises NotAllowedError for
        both, and for somebody who left.
        """
        if by == self.username:
            raise NotAllowedError("nobody renews their own sign-in")
        if not self.may_be_renewed():
            raise NotAllowedError(
                "the sign-in of who left, or of a role over the sealed channel, is not renewed"
            )
        return Fact(kind="sign_in_renewed", actor=by, at=at)

    def may_be_renewed(self) -> bool:
        """Whether one administrator may renew the sign-in."""
        return self.active and not self.roles() & SEALED_ROLES

    def note_sign_in(self, *, succeeded: bool, at: datetime) -> Fact:
        """For the audit trail: somebody signed in under this name, or failed to."""
        return Fact(kind="signed_in" if succeeded else "sign_in_failed", actor=self.username, at=at)

    def save_view(self, id: str, name: str, filter: Mapping[str, str], *, at: datetime) -> Fact:
        """A list that the person keeps under a name. Raises InvalidFieldError."""
        saved_views.check_number(self.views)
        saved_views.check_name(self.views, name)
        data: dict[str, Json] = {"id": id, "filter": dict(filter)}
        return Fact(kind="view_saved", actor=self.username, at=at, data=data, private={"view": name})

    def rename_view(self, id: str, name: str, *, at: datetime) -> Fact:
        """The list is called otherwise. Raises InvalidFieldError."""
        saved_views.check_name(self.views, name, id)
        return Fact(kind="view_renamed", actor=self.username, at=at, data={"id": id}, private={"view": name})

    def drop_view(self, id: str, *, at: datetime) -> Fact:
        """The list is kept no longer."""
        return Fact(kind="view_dropped", actor=self.username, at=at, data={"id": id})

    @classmethod
    def first(cls, event: Event) -> Self:
        return cls(
            username=str(event.data["username"]),
            name=event.text("name"),
            email=event.text("email"),
            grants=_from_data(event),
        )

    def after(self, event: Event) -> Self:
        match event.kind:
            case "grants_changed":
                return replace(self, grants=_from_data(event))
            case "deputised":
                others = [
                    s
                    for s in self.stands_in
                    if s.last >= event.at.date() and s.person != _stand_in(event).person
                ]
                return replace(self, stands_in=(*others, _stand_in(event)))
            case "deputy_ended":
                kept = tuple(s for s in self.stands_in if s.person != event.data["person"])
                return replace(self, stands_in=kept)
            case "deactivated":
                return replace(self, active=False, sessions_from=event.at)
            case "reactivated":
                return replace(self, active=True)
            case "view_saved" | "view_renamed" | "view_dropped":
                return replace(self, views=saved_views.after(self.views, event))
            case "signed_out_everywhere" | "sign_in_renewed":
                return replace(self, sessions_from=event.at)
            case _:
                return self

    def place(self, key: Key) -> Place:
        summary: dict[str, Json] = {
            "name": self.name,
            "username": self.username,
            "grants": _as_data(self.grants),
            "active": self.active,
            "stands_in": [
                {"grants": _as_data(s.grants), "first": s.first.isoformat(), "last": s.last.isoformat()}
                for s in self.stands_in
            ],
        }
        return Place(order=self.username, summary=summary)

    def is_over(self, began: datetime) -> bool:
        """Whether a session, or a sign-in under way, that began at an instant is over."""
        return self.sessions_from is not None and began <= self.sessions_from

    def roles(self) -> frozenset[Role]:
        """All roles held, of whatever unit."""
        return frozenset(g.role for g in self.grants)

    def may(self, task: Task, unit: str | None = None) -> bool:
        """Whether an active person's roles allow the task; for records of a unit, in that unit."""
        return self.active and any(
            task in MAY[g.role] and (unit is None or g.role not in UNIT_ROLES or g.unit == unit)
            for g in self.grants
        )

    def units(self, task: Task) -> frozenset[str] | None:
        """The units whose records the person may do the task with; None stands for all."""
        grants = [g for g in self.grants if task in MAY[g.role]]
        if any(g.role not in UNIT_ROLES for g in grants):
            return None
        return frozenset(g.unit for g in grants if g.unit)


def _checked(grants: tuple[Grant, ...]) -> tuple[Grant, ...]:
    for grant in grants:
        if (grant.role in UNIT_ROLES) != (grant.unit is not None):
            raise InvalidFieldError(unit="unit_required" if grant.unit is None else "unit_not_taken")
    return tuple(sorted(set(grants), key=lambda g: (g.role, g.unit or "")))


def _as_data(grants: tuple[Grant, ...]) -> list[Json]:
    return [{"role": str(g.role), "unit": g.unit} for g in grants]


def _from_data(event: Event) -> tuple[Grant, ...]:
    listed: Any = event.data["grants"]
    return tuple(Grant(Role(g["role"]), g["unit"]) for g in listed)


def _stand_in(event: Event) -> StandIn:
    data: Any = event.data
    first, last = date.fromisoformat(data["first"]), date.fromisoformat(data["last"])
    return StandIn(data["person"], _from_data(event), first, last)
