"""A form on a page: what was typed, and what is wrong with it."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from chalicelib.domain.text import showable
from chalicelib.web.i18n import Message


class Form(Struct, frozen=True):
    """The values a form is shown with and its errors by field name, in the order of the page.

    An error under the name "" belongs to the whole form. A repeatable field holds a sequence.
    """

    values: Mapping[str, str | Sequence[str]] = {}
    errors: Mapping[str, Message] = {}

    def value(self, name: str) -> str:
        """What was typed into a field, fit for a page; of a repeatable one, the first."""
        typed = self.values.get(name, "")
        text = typed if isinstance(typed, str) else next(iter(typed), "")
        return showable(text)

    def chosen(self, name: str) -> Sequence[str]:
        """All that was chosen of a repeatable field."""
        typed = self.values.get(name, ())
        return (typed,) if isinstance(typed, str) else typed

    def error(self, name: str) -> Message | None:
        """What is wrong with a field, if anything."""
        return self.errors.get(name)
