"""What the use cases need of the world, in the domain's words. Adapters implement it, `wiring` joins them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from chalicelib.domain.age import AgeSecret
from chalicelib.domain.calendar import DayName
from chalicelib.domain.errors import DomainError
from chalicelib.domain.organisation import Organisation
from chalicelib.domain.period_report import PeriodReport
from chalicelib.domain.record import Change, Event, History, Json, Key, Record, State

S = TypeVar("S", bound=State)


class StaleRecordError(DomainError):
    """Somebody else saved first. `newer` is the record as it stands now."""

    def __init__(self, newer: Record[State]) -> None:
        super().__init__(f"{newer.key} is at version {newer.version} by now")
        self.newer = newer


class RecordExistsError(DomainError):
    """A record that was to be new is there already. `existing` is what stands there."""

    def __init__(self, existing: Record[State]) -> None:
        super().__init__(f"{existing.key} exists")
        self.existing = existing


class ClaimTakenError(DomainError):
    """The claim's key was used before; `fingerprint` is what it was used for."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__("the key was used before")
        self.fingerprint = fingerprint


class NoSuchRecordError(DomainError):
    """There is no such record in this organisation."""


class InvalidCursorError(DomainError):
    """The cursor did not come from this list."""


class Claim(Struct, frozen=True):
    """A key that one save may use once until it expires, and the fingerprint of what it was used for."""

    key: str
    fingerprint: str
    expires: datetime


class Row(Struct, frozen=True):
    """A record in a list: its key, version and summary, without the record itself."""

    key: Key
    version: int
    summary: Mapping[str, Json]


class Page(Struct, frozen=True):
    """Some rows of a list and the cursor of the next ones, None at the end."""

    rows: tuple[Row, ...]
    next_cursor: str | None


class Leaf(Struct, frozen=True):
    """An event in the index of a day: whose it is and its hash (hex)."""

    key: Key
    seq: int
    hash: str


class Records(Protocol):
    """The records of all organisations. Every call names the organisation whose records it may see."""

    def get(self, cls: type[S], org: str, id: str) -> Record[S] | None:
        """The record as it stands, None where there is none. One round trip, strongly consistent."""

    def history(self, cls: type[S], org: str, id: str) -> History[S] | None:
        """The record and all its events, None where there is none. One round trip a megabyte."""

    def save(self, *changes: Change[State], claim: Claim | None = None) -> None:
        """All of the changes and the claim, or none of them, in one round trip.

        Raises StaleRecordError, RecordExistsError or ClaimTakenError, and has then written nothing.
        """

    def list(
        self,
        cls: type[State],
        org: str,
        year: str,
        *,
        limit: int,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page:
        """Records of a kind and year ("ALL" where it has none), in order. Raises InvalidCursorError."""

    def topic(
        self, cls: type[State], org: str, topic: str, *, since: datetime, until: datetime, limit: int
    ) -> Sequence[Row]:
        """The newest records on a topic whose order is an instant between these two, the newest first.

        One round trip a megabyte.
        """

    def pick(
        self, cls: type[S], org: str, wanted: Mapping[str, int]
    ) -> Sequence[tuple[Record[S], Event | None]]:
        """These records by their ids, each with the event of the number named, None for 0, in no order.

        What is not there is left out. One round trip for fifty.
        """

    def queue(
        self,
        cls: type[State],
        org: str,
        unit: str,
        *,
        limit: int,
        cursor: str | None = None,
        after: tuple[str, str] | None = None,
    ) -> Page:
        """Open records of a unit, the most urgent first, or those that stand after this order and id.

        Raises InvalidCursorError.
        """

    def due(self, cls: type[State], until: datetime) -> Iterator[Key]:
        """Every record of the kind, of any organisation, that must be acted on at or before the instant."""

    def day(self, org: str, day: date, *, since: datetime | None = None) -> Sequence[Leaf]:
        """The organisation's events of a Bangkok day, or those from an instant on, in the order in which the
        day's root is made."""


class StaleFileError(DomainError):
    """Another file of the name stands there by now."""


class IndexFile(Struct, frozen=True):
    """A file of an index; `tag` changes whenever the content does. No body where it is the one known."""

    tag: str
    body: bytes | None


class IndexFiles(Protocol):
    """The files of the search index. Losing them loses nothing: they are made anew from the records."""

    def names(self) -> frozenset[str]:
        """All files that there are."""

    def get(self, name: str, *, known: str = "") -> IndexFile | None:
        """A file, None where there is none; without its body where it is still the one of the tag `known`."""

    def put(self, name: str, body: bytes, *, instead_of: str) -> None:
        """Write a file in the place of the one of this tag, "" for none. Raises StaleFileError."""


class Plans(Protocol):
    """The plans' contents, each version written once and never changed."""

    def put(self, org: str, version: str, parts: Sequence[str]) -> None:
        """Write a version's parts, each below 400 KB. Repeating it is harmless: nobody reads it yet."""

    def get(self, org: str, version: str) -> Sequence[str]:
        """The parts of a version, empty where there is none."""


class ShortMemory(Protocol):
    """What must be remembered for minutes or a day: how often a key was seen, the salt of a day."""

    def count(self, key: str, *, lives: timedelta, now: datetime) -> int:
        """How many times the key was counted, this one included, since its first count or its expiry."""

    def claimed(self, key: str) -> str | None:
        """The fingerprint of what a save has used this claim's key for, None where none has."""

    def salt_of(self, day: date, new: bytes) -> bytes:
        """The salt of the day, which is `new` where there was none; gone two days later."""


class Session(Struct, frozen=True):
    """Somebody's session in the console; the token itself is kept by the browser alone."""

    org: str
    person: str
    began: datetime
    seen: datetime
    """When it was last used, to a few minutes."""


class HalfSignIn(Struct, frozen=True):
    """A sign-in that waits for its next step: what the identity provider wants, and its own handle."""

    org: str
    username: str
    step: str
    handle: str
    began: datetime


class Failures(Struct, frozen=True):
    """How many sign-ins failed under a key, and until when no other is tried (None: at once)."""

    times: int = 0
    wait_until: datetime | None = None


class Sessions(Protocol):
    """Sessions and half sign-ins, by a hash of their tokens, until they expire."""

    def begin(self, token: str, session: Session, *, expires: datetime) -> None:
        """Keep a session."""

    def find(self, token: str, *, now: datetime) -> Session | None:
        """The session of the token, None where there is none or it expired."""

    def see(self, token: str, *, seen: datetime, expires: datetime) -> None:
        """The session is in use and lives on; one that ended meanwhile stays ended."""

    def end(self, token: str) -> None:
        """Forget a session or a half sign-in."""

    def begin_half(self, token: str, half: HalfSignIn, *, expires: datetime) -> None:
        """Keep a half sign-in."""

    def find_half(self, token: str, *, now: datetime) -> HalfSignIn | None:
        """The half sign-in of the token, None where there is none or it expired."""

    def use_code(self, username: str, code: str, *, expires: datetime) -> bool:
        """Use a one-time code up: False where it was used before."""

    def failures(self, key: str, *, now: datetime) -> Failures:
        """The failures counted under a key, none where they expired."""

    def put_failures(
        self, key: str, failures: Failures, *, after: Failures, now: datetime, expires: datetime
    ) -> bool:
        """Count failures under a key; False, and nothing written, where it no longer stands at `after`."""

    def clear(self, key: str) -> None:
        """Forget the failures after a sign-in."""


class WrongPasswordError(DomainError):
    """The identity provider does not know this name with this password."""


class WrongCodeError(DomainError):
    """The one-time code is wrong or too old, or the sign-in took too long."""


class WeakPasswordError(DomainError):
    """The new password does not meet the rules."""


class Step(Struct, frozen=True):
    """What the identity provider answers: `done`, or the next thing it wants with its handle.

    `name` is one of `done`, `code`, `new_password`, `set_up_code` (then `secret` is to be entered into an
    authenticator app).
    """

    name: str
    handle: str = ""
    secret: str = ""


class Identity(Protocol):
    """Who somebody is: passwords and one-time codes, kept by the identity provider alone."""

    def begin(self, username: str, password: str) -> Step:
        """Check name and password. Raises WrongPasswordError, the same for unknown names.

        A password alone is never enough: the step is not `done`.
        """

    def give_code(self, username: str, handle: str, code: str) -> Step:
        """Give the one-time code. Raises WrongCodeError."""

    def give_new_password(self, username: str, handle: str, password: str) -> Step:
        """Replace the first password; not `done` by that. Raises WeakPasswordError or WrongCodeError."""

    def give_first_code(self, username: str, handle: str, code: str) -> Step:
        """Confirm a new authenticator app by its first code. Raises WrongCodeError."""

    def add(self, username: str, email: str) -> None:
        """A new user, who gets a first password by email. Adding one that is there changes nothing."""

    def renew(self, username: str, email: str) -> None:
        """The user's password and second factor are void; a new first password goes out by email."""

    def disable(self, username: str) -> None:
        """No sign-in for this user any more."""

    def enable(self, username: str) -> None:
        """The user may sign in again."""


class MailError(DomainError):
    """A message could not be handed over; it may be tried again. Says a class of error, no address."""


class NoSuchAddressError(DomainError):
    """No mail can ever reach this address: it is not one. Does not hold it."""


class Mail(Protocol):
    """Email going out."""

    def send(self, message_id: str, to: str, subject: str, text: str) -> None:
        """Hand a message over. Raises MailError or NoSuchAddressError.

        The same id marks a repeated message as the same.
        """


class Letter(Struct, frozen=True):
    """What a message says. The subject shows on a locked screen: it holds nothing private."""

    subject: str
    text: str


class Letters(Protocol):
    """How notices are worded."""

    def write(self, template: str, lang: str, organisation: Record[Organisation], **facts: Any) -> Letter:
        """The letter of a notice's template, in the reader's language."""


class Keys(Protocol):
    """The server's own keys, one a purpose."""

    def key(self, purpose: str) -> bytes:
        """The 32-byte key of the purpose."""


class CannotOpenError(DomainError):
    """What is sealed was not sealed to this key, or is broken. Holds nothing of either."""


class Sealing(Protocol):
    """Sealing by age: what was sealed opens with one of its recipients' keys and with nothing else."""

    def recipient(self, secret: AgeSecret) -> str:
        """The public half of a key. Raises CannotOpenError where it is none."""

    def seal(self, plain: bytes, recipients: Sequence[str]) -> bytes:
        """A file of age that each of the recipients can open. Its size follows from that of `plain` and the
        number of recipients, but for a part of random size. Raises ValueError for what is no recipient."""

    def open(self, sealed: bytes, secret: AgeSecret) -> bytes:
        """What was sealed. Raises CannotOpenError."""


class Holidays(Protocol):
    """Public and government holidays of Thailand."""

    def of(self, years: Sequence[int]) -> Mapping[date, DayName]:
        """The days off of these years C.E., as far as announced."""

    def edition(self) -> str:
        """What these days are known by as a whole: another text as soon as one of them changes."""


class Documents(Protocol):
    """The files that were made of records, each under a path of its own."""

    def put(self, path: str, content: bytes, media: str) -> None:
        """Keep a file, instead of one that is there."""

    def link(self, path: str, name: str) -> str:
        """Where a browser can fetch a file for some minutes, to be saved under a name."""


class Bell(Protocol):
    """Calls the job that makes documents. What it is not told, it finds by itself some minutes later."""

    def ring(self, order: Key) -> None:
        """Tell the job of an order. Never raises."""


class Writer(Protocol):
    """How documents look."""

    def report(self, part: str, organisation: Organisation, report: PeriodReport) -> bytes:
        """A report as one of its parts: pdf, docx (the official memo), xlsx.

        The same report gives the same document. Needs the figures. Raises UnwritableError.
        """

    def listing(self, part: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
        """A list of complaints as csv or xlsx, its columns and codes in words.

        A text stays a text, whatever it begins with.
        """


class UnwritableError(DomainError):
    """The document can't be made of this."""


class Clock(Protocol):
    """The time that it is."""

    def now(self) -> datetime:
        """The present instant, aware."""


class Chance(Protocol):
    """Randomness from a cryptographic source."""

    def bytes(self, n: int) -> bytes:
        """n random bytes."""
