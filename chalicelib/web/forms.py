"""A form on a page: what was typed, and what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.web.i18n import Message

# Characters that HTML can't hold: what was typed is refused for them, and shown with a mark in their place.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True)
class Form:
    """The values a form is shown with and its errors by field name, in the order of the page.

    An error under the name "" belongs to the whole form. A repeatable field holds a sequence.
    """

    values: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    errors: Mapping[str, Message] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What was typed into a field, fit for a page; of a repeatable one, the first."""
        typed = self.values.get(name, "")
        text = typed if isinstance(typed, str) else next(iter(typed), "")
        return _UNSHOWABLE.sub("\ufffd", text)

    def chosen(self, name: str) -> Sequence[str]:
        """All that was chosen of a repeatable field."""
        typed = self.values.get(name, ())
        return (typed,) if isinstance(typed, str) else typed

    def error(self, name: str) -> Message | None:
        """What is wrong with a field, if anything."""
        return self.errors.get(name)
