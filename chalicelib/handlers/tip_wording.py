"""What the sealed channel's pages say of a field that can't be taken."""

from chalicelib.domain.tip_report import FEWEST, MOST
from chalicelib.handlers.wording import field_error
from chalicelib.services.tip_inbox import LONGEST_MESSAGE
from chalicelib.web.i18n import Message, gettext_noop

_OF_A_FIELD = {
    ("category", "required"): gettext_noop("Choose what it is about"),
    ("category", "unknown"): gettext_noop("Choose what it is about from the list"),
    ("detail", "required"): gettext_noop("Say what happened"),
    ("detail", "too_short"): gettext_noop("Say what happened in at least %(fewest)s letters"),
    ("detail", "too_long"): gettext_noop(
        "Shorten what happened to %(most)s letters or fewer: you can add the rest as a message"
    ),
    ("involved", "unknown"): gettext_noop("Choose who is involved from the list, or write it below"),
    ("involved", "too_long"): gettext_noop("Name those who are involved in %(most)s letters or fewer each"),
    ("identity", "too_long"): gettext_noop("Shorten who you are to %(most)s letters or fewer"),
    ("identity", "no_custodians"): gettext_noop(
        "Your identity can't be kept safe here now: two custodians who are not involved are needed. "
        "Leave it empty to send the report without it."
    ),
    ("message", "required"): gettext_noop("Write your message"),
    ("message", "too_many"): gettext_noop(
        "Many of your messages wait for an answer: write again when an officer has answered"
    ),
    ("answer", "unknown"): gettext_noop("This answer was erased already"),
}

_MOST = {**MOST, "message": LONGEST_MESSAGE}


def tip_error(field: str, reason: str) -> Message:
    """What to say beside a field; `reason` is a code of an InvalidFieldError or a fault of typed text."""
    words = _OF_A_FIELD.get((field, reason))
    if words is None:
        return field_error("", reason)
    return Message(words, {"fewest": FEWEST.get(field, 0), "most": _MOST.get(field, 0)})
