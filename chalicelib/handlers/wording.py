"""What a page says of a field that can't be taken: the domain's reasons in words, once for all forms."""

from collections.abc import Mapping
from datetime import date

from chalicelib.domain.calendar import BUDDHIST_ERA
from chalicelib.domain.complaint import SURVEY_QUESTIONS
from chalicelib.domain.complaint_report import FEWEST, MOST
from chalicelib.domain.text import UnusableTextError, clean
from chalicelib.web.i18n import Message, gettext_noop

_OF_A_FIELD = {
    ("category", "required"): gettext_noop("Choose what it is about"),
    ("category", "unknown"): gettext_noop("Choose what it is about from the list"),
    ("subject", "required"): gettext_noop("Enter a subject"),
    ("subject", "too_short"): gettext_noop("Enter a subject of at least %(fewest)s letters"),
    ("subject", "too_long"): gettext_noop("Shorten the subject to %(most)s letters or fewer"),
    ("detail", "required"): gettext_noop("Say what is wrong"),
    ("detail", "too_short"): gettext_noop("Say what is wrong in at least %(fewest)s letters"),
    ("detail", "too_long"): gettext_noop("Shorten what is wrong to %(most)s letters or fewer"),
    ("location", "too_long"): gettext_noop("Shorten the place to %(most)s letters or fewer"),
    ("position", "malformed"): gettext_noop(
        "Write two numbers, such as 14.1234, 100.5678, paste a link that holds them, or leave this empty"
    ),
    ("position", "short_link"): gettext_noop(
        "This link does not hold the place itself: open it, copy the two numbers and paste those"
    ),
    ("position", "outside"): gettext_noop("This place is not in Thailand: check the two numbers"),
    ("position", "too_long"): gettext_noop(
        "Write two numbers, such as 14.1234, 100.5678, paste a link that holds them, or leave this empty"
    ),
    ("village", "unknown"): gettext_noop("Choose a village from the list"),
    ("village", "too_long"): gettext_noop("Choose a village from the list"),
    ("name", "too_long"): gettext_noop("Shorten the name to %(most)s letters or fewer"),
    ("phone", "malformed"): gettext_noop("Enter a telephone number in digits, such as 081 234 5678"),
    ("phone", "too_long"): gettext_noop("Enter a telephone number in digits, such as 081 234 5678"),
    ("email", "malformed"): gettext_noop("Enter an email address such as name@example.com"),
    ("email", "too_long"): gettext_noop("Enter an email address such as name@example.com"),
    ("consent", "required"): gettext_noop("Tick that the contact data may be kept, or take them out"),
    ("channel", "required"): gettext_noop("Choose by which way the complaint came"),
    ("received_on", "ahead"): gettext_noop("The day on which it came can't lie ahead"),
    ("received_on", "too_long_ago"): gettext_noop(
        "It can't have come so long ago: its due day would have passed. Check the day"
    ),
    ("channel", "unknown"): gettext_noop("Choose by which way the complaint came"),
    ("unit", "required"): gettext_noop("Choose a unit"),
    ("unit", "unknown"): gettext_noop("Choose a unit from the list"),
    ("message", "required"): gettext_noop("Write the message to the complainant"),
    ("message", "too_many"): gettext_noop(
        "Many of your messages wait for an answer: write again when an officer has answered"
    ),
    ("cause", "required"): gettext_noop("Write what the cause was"),
    ("prevention", "required"): gettext_noop("Write what keeps it from happening again"),
    ("body", "required"): gettext_noop("Enter the body to which it is referred"),
    ("note", "required"): gettext_noop("Write the note"),
    ("how", "required"): gettext_noop("Choose how the complainant was told"),
    ("how", "unknown"): gettext_noop("Choose how the complainant was told"),
    ("due_on", "required"): gettext_noop("Enter the new due day"),
    ("due_on", "not_later"): gettext_noop(
        "The new due day must be later than the one that stands, and later than today"
    ),
    ("due_on", "not_a_working_day"): gettext_noop("The new due day must be a working day"),
    ("due_on", "too_far"): gettext_noop("The new due day can be a year from today at the most"),
    **{
        (f"score_{n}", "required"): gettext_noop("Choose from 1 to 5 points for each question")
        for n in range(1, SURVEY_QUESTIONS + 1)
    },
    ("into", "required"): gettext_noop("Enter the number or the tracking code of the other complaint"),
    ("into", "unknown"): gettext_noop("No complaint of this organisation has this number or code"),
    ("into", "itself"): gettext_noop("This is the complaint itself: enter the other one"),
    ("into", "merged"): gettext_noop("That one was merged itself: enter the one that it was merged into"),
    ("into", "decided"): gettext_noop("That one is finished: only open complaints are merged"),
    ("into", "has_followers"): gettext_noop(
        "Others were merged into this one: merge the other complaint into this one instead"
    ),
    ("into", "about_it"): gettext_noop(
        "One of them is about an officer of the unit that works on the other: they are not merged"
    ),
    ("unit", "about_it"): gettext_noop("The complaint is about an officer of this unit: choose another one"),
    ("about_unit", "unknown"): gettext_noop("Choose a unit from the list"),
    ("category", "unchanged"): gettext_noop("It is about this already: choose something else"),
    ("into", "too_many"): gettext_noop("Too many complaints were merged into that one already"),
    ("subject", "too_many_parts"): gettext_noop("Nine parts were split off already: enter a new complaint"),
    ("recurrence_days", "out_of_range"): gettext_noop("Enter a number of days from 1 to 365"),
    ("cause_kinds", "required"): gettext_noop("Leave at least one kind of cause"),
    ("main_unit", "unknown"): gettext_noop("Choose a unit from the list"),
    ("contact_months", "out_of_range"): gettext_noop("Enter a number of months from 1 to 120"),
    ("deputy", "required"): gettext_noop("Choose who stands in"),
    ("deputy", "unknown"): gettext_noop("Choose a colleague who works here"),
    ("deputy", "nothing_to_do"): gettext_noop("This person holds no role that can be passed on"),
    ("last", "before_first"): gettext_noop("The last day must not be before the first one"),
    ("last", "too_far"): gettext_noop("An absence can be a year at the most"),
    ("units", "needed"): gettext_noop(
        "A unit that you left out is the main one, or has open complaints, officers or a part in the plan"
    ),
    ("survey", "other_number"): gettext_noop("Write five questions, one a line"),
    ("still_solved", "required"): gettext_noop("Say whether it is still solved"),
    ("username", "malformed"): gettext_noop(
        "Use small Latin letters, digits, dots or underscores, a letter first: such as somchai.j"
    ),
    ("username", "taken"): gettext_noop("Somebody has this user name already: choose another one"),
    ("roles", "required"): gettext_noop("Choose at least one role"),
    ("roles", "unknown"): gettext_noop("Choose roles and units from the list"),
    ("roles", "own_administrator"): gettext_noop(
        "You can't give up your own role as administrator: another administrator takes it from you"
    ),
    ("roles", "sealed"): gettext_noop(
        "Tip officers and custodians are not made here: no administrator may decide alone who reads tips"
    ),
    ("item", "required"): gettext_noop("Choose the item"),
    ("item", "unknown"): gettext_noop("Choose the item from the list"),
    ("period", "required"): gettext_noop("Enter the period that the document is about"),
    ("period", "not_over"): gettext_noop("Choose a period that is over, of the last five fiscal years"),
    ("why", "required"): gettext_noop("Write what is to be changed"),
    ("period", "malformed"): gettext_noop(
        "Write the period as FY2570, FY2570-H1 or 2569-11, with the year in B.E."
    ),
    ("period", "other_cadence"): gettext_noop(
        "This item is published at another interval: see how often, and write such a period"
    ),
    ("period", "too_early"): gettext_noop("This period lies ahead: nothing can be published about it yet"),
    ("period", "too_old"): gettext_noop("This period is too long ago to be published here"),
    ("period", "unchanged"): gettext_noop("This very link is published for this period already"),
    ("url", "required"): gettext_noop("Enter the link to the document"),
    ("url", "not_web"): gettext_noop("Enter a link that begins with https:// or http://"),
    ("url", "credentials"): gettext_noop("Enter a link without a user name or password in it"),
    ("url", "host"): gettext_noop("Check the name of the website in this link"),
    ("url", "too_long"): gettext_noop("This link is too long: publish under a shorter one"),
    ("withdrawn", "unknown"): gettext_noop("Choose a document that is published"),
    ("reason", "required"): gettext_noop("Write why it is taken off"),
}

_OF_ANY_FIELD = {
    "required": gettext_noop("Fill this in"),
    "too_short": gettext_noop("Write a little more"),
    "too_long": gettext_noop("This is too long: shorten it"),
    "unknown": gettext_noop("Choose one from the list"),
    "malformed": gettext_noop("Check how this is written"),
    "malformed_date": gettext_noop("Write the day as day/month/year, such as 24/11/2569"),
    "no_such_day": gettext_noop("The calendar has no such day: check day and month"),
    "year_out_of_range": gettext_noop("Check the year of this day"),
    "line_break": gettext_noop("Write this on one line"),
    "control": gettext_noop(
        "There is a character in this that can't be kept: write it anew instead of pasting it"
    ),
    "surrogate": gettext_noop(
        "There is a character in this that can't be kept: write it anew instead of pasting it"
    ),
    "noncharacter": gettext_noop(
        "There is a character in this that can't be kept: write it anew instead of pasting it"
    ),
    "marks": gettext_noop("There are too many marks on one letter in this: take some out"),
    "bidi": gettext_noop(
        "There are invisible characters in this that turn the direction of writing: write it anew"
    ),
}


def field_error(field: str, reason: str) -> Message:
    """What to say beside a field; `reason` is a code of an InvalidFieldError or a fault of typed text."""
    words = _OF_A_FIELD.get((field, reason)) or _OF_ANY_FIELD[reason]
    return Message(words, {"fewest": FEWEST.get(field, 0), "most": MOST.get(field, 0)})


def typed_day(day: date, lang: str) -> str:
    """A day as somebody would type it into a form: 24/11/2569, in English 24/11/2026."""
    return f"{day.day}/{day.month}/{day.year if lang == 'en' else day.year + BUDDHIST_ERA}"


def cleaned(
    typed: Mapping[str, str], names: tuple[str, ...], multiline: set[str]
) -> tuple[dict[str, str], dict[str, Message]]:
    """The typed texts as they are stored, and an error for each that can't be."""
    texts: dict[str, str] = {}
    errors: dict[str, Message] = {}
    for name in names:
        try:
            texts[name] = clean(typed[name], multiline=name in multiline)
        except UnusableTextError as error:
            errors[name] = field_error(name, error.fault)
            # Long enough to pass the other checks: its own error is the one to show.
            texts[name] = ""
    return texts, errors
