"""The terms of complaints: states, events and which of them a citizen sees, channels, what is reported."""

from enum import StrEnum

from msgspec import Struct

CITIZEN = "citizen"
"""The actor of what a complainant does, who is never named in an event."""


class Status(StrEnum):
    RECEIVED = "received"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    EXPLAINED = "explained"
    RESOLVED = "resolved"
    REJECTED = "rejected"
    REFERRED = "referred"
    REOPENED = "reopened"
    CLOSED = "closed"


OPEN = frozenset({Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS, Status.EXPLAINED, Status.REOPENED})
DECIDED = frozenset({Status.RESOLVED, Status.REJECTED, Status.REFERRED})

PUBLIC_EVENTS = frozenset(
    {
        "filed",
        "assigned",
        "started",
        "explained",
        "resolved",
        "rejected",
        "referred",
        "messaged",
        "citizen_messaged",
        "file_sent",
        "reopened",
        "closed",
        "due_day_recomputed",
        "contacted",
        "surveyed",
        "still_solved",
        "merged",
        "unmerged",
        "split",
    }
)
"""What the complainant sees. Internal: notes, reminders, codes issued again, contact data erased."""

PUBLIC_WORDS = frozenset({"subject", "detail", "location", "answers", "message", "body"})
"""Private fields of these events that whoever knows the code reads. Contact data and the position of a home,
which a found or overheard code must not give away, and the officers' analysis are not among them."""

CONTACT_FIELDS = ("name", "phone", "email")

ERASED_FIELDS = (*CONTACT_FIELDS, "position")
"""What retention takes out of all events: a position may be that of somebody's home."""

SURVEY_QUESTIONS = 5
SURVEY_POINTS = 5
"""A survey has so many questions, each answered by 1 (the worst) to this many points (requirement S1)."""

STILL_SOLVED_DAYS = 28
"""Days after a resolution from which on its complainant is asked whether it lasts."""

OF_ONE_CITIZEN = frozenset({"filed", "citizen_messaged", "file_sent", "surveyed", "still_solved"})
"""Public events that are one complainant's own: no other one who follows the same complaint sees them."""

MOST_PARTS = 9
"""Complaints that can be split off one."""

MOST_FOLLOWERS = 30
"""Complaints merged into one: all of them fit into one transaction with their notices."""

TO_BE_CALLED_QUEUE = "to_be_called"
"""Where decided complaints wait until somebody has called or written to their complainants."""

LONGEST_TEXT = 10_000
"""Letters of a message or note at the most."""

MOST_UNANSWERED = 20
"""Messages of a complainant in a row."""

ANSWERS = frozenset(
    {"assigned", "started", "explained", "resolved", "rejected", "referred", "messaged", "contacted"}
)
"""Events by which officers tell the complainant something."""

_NOT_CLOSED = frozenset(Status) - {Status.CLOSED}

ALLOWED_WHILE: dict[str, frozenset[Status]] = {
    "assign": OPEN,
    "start": frozenset({Status.RECEIVED, Status.ASSIGNED, Status.REOPENED}),
    "explain": OPEN,
    "resolve": OPEN,
    "reject": OPEN,
    "refer": OPEN,
    "message": _NOT_CLOSED,
    "contacted": _NOT_CLOSED,
    "merge": OPEN,
    "split": OPEN,
    "unmerge": OPEN,
    "recategorise": OPEN,
    "watch": frozenset(Status),
    "unwatch": frozenset(Status),
    "hold": frozenset(Status),
    "lift": frozenset(Status),
    "note": frozenset(Status),
}
"""What can be done with a complaint in which states."""


class Channel(StrEnum):
    """The way by which a complaint came."""

    WEB = "web"
    API = "api"
    COUNTER = "counter"
    PHONE = "phone"
    POST = "post"
    LINE = "line"
    SOCIAL_MEDIA = "social_media"
    FORUM = "forum"


class Contacted(StrEnum):
    """How an officer told a complainant who has no email."""

    CALL = "call"
    LETTER = "letter"
    VISIT = "visit"


class Report(Struct, frozen=True, kw_only=True):
    """What a complainant reports: checked and cleaned fields of the form."""

    category: str
    subject: str
    detail: str
    location: str = ""
    village: str = ""
    position: str = ""
    """Where it is, as `Position` reads and writes it."""
    answers: str = ""
    """What the organisation asks of its category: each question, then on a line of its own the answer."""
    about_staff: bool = False
    about_unit: str = ""
    """The unit whose officer it is about, where the complainant could say."""
    name: str = ""
    phone: str = ""
    email: str = ""
    lang: str = "th"

    def is_about(self, unit: str) -> bool:
        """Whether it is about somebody of the unit, which never gets it."""
        return self.about_staff and self.about_unit == unit

    def has_contact(self) -> bool:
        return bool(self.name or self.phone or self.email)

    def has_personal(self) -> bool:
        """Whether it holds what retention erases."""
        return any(getattr(self, name) for name in ERASED_FIELDS)
